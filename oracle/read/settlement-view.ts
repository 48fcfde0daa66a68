import { toExecutionError } from "../../chain/execution/revert.ts";
import type { Protocol } from "../../chain/protocol/contracts.ts";
import type { SettlementView } from "../../chain/report/bounds.ts";
import type { Report } from "../../chain/report/report.ts";

/** Reads what the contract will look at when it settles this report. */
export async function readSettlementView(
  { client, distribution, pool, withdrawalVault, executionVault }: Protocol,
  { cutoffTimestamp }: Pick<Report, "cutoffTimestamp">,
): Promise<SettlementView> {
  const vault = async (contract: Pick<Protocol["executionVault"], "address" | "abi">) => {
    const [collectedWei, balanceWei] = await Promise.all([
      client.readContract({ address: contract.address, abi: executionVault.abi, functionName: "collectedWei" }),
      client.getBalance({ address: contract.address }),
    ]);
    return { collectedWei, balanceWei };
  };
  try {
    const { read } = distribution;
    const [block, parameters, depositedGwei, settledGwei, pending, withdrawals, executions, ...numbers] =
      await Promise.all([
        client.getBlock({ blockTag: "latest" }),
        read.parameters(),
        pool.read.depositedGweiAt([cutoffTimestamp]),
        pool.read.settledDepositsGwei(),
        read.pendingRoot(),
        vault({ ...executionVault, address: withdrawalVault.address }),
        vault(executionVault),
        read.lastRefSlot(),
        read.lastCutoffTimestamp(),
        read.slotsPerFrame(),
        read.framesPerPeriod(),
        read.secondsPerSlot(),
        read.genesisTime(),
        pool.read.totalPooledEther(),
        pool.read.consensusGwei(),
        read.cumulativeFeeSharesAt([cutoffTimestamp]),
      ]);
    const [lastRefSlot, lastCutoff, slotsPerFrame, framesPerPeriod, secondsPerSlot, genesisTime, ...rest] = numbers;
    const [pooledWei, consensusGwei, cumulativeFeeShares] = rest;
    return {
      lastRefSlot,
      lastCutoffTimestamp: lastCutoff,
      slotsPerFrame,
      framesPerPeriod,
      secondsPerSlot,
      genesisTime,
      timestamp: block.timestamp,
      pooledWei,
      consensusGwei,
      depositsGwei: depositedGwei - settledGwei,
      withdrawalVault: withdrawals,
      executionVault: executions,
      pendingTotalShares: pending[1],
      cumulativeFeeShares,
      maxYearlyGrowthBps: BigInt(parameters.maxYearlyGrowthBps),
      maxLossBps: BigInt(parameters.maxLossBps),
    };
  } catch (error) {
    throw toExecutionError(error, "Reading what the settlement will look at");
  }
}

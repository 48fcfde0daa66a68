import { toExecutionError } from "../../chain/execution/revert.ts";
import type { Protocol } from "../../chain/protocol/contracts.ts";
import type { SettlementView } from "../../chain/report/bounds.ts";
import type { Report } from "../../chain/report/report.ts";

/** Reads what the contract will look at when it settles this report. */
export async function readSettlementView(
  { client, distribution, pool, withdrawalVault, executionVault }: Protocol,
  { cutoffTimestamp }: Pick<Report, "cutoffTimestamp">,
): Promise<SettlementView> {
  const balanceOf = ({ address }: Pick<Protocol["executionVault"], "address">) => client.getBalance({ address });
  try {
    const { read } = distribution;
    const [block, parameters, depositedGwei, settledGwei, pending, collected, held, ...numbers] = await Promise.all([
      client.getBlock({ blockTag: "latest" }),
      read.parameters(),
      pool.read.depositedGweiAt([cutoffTimestamp]),
      pool.read.settledDepositsGwei(),
      read.pendingRoot(),
      read.collectedWei(),
      read.heldReport(),
      balanceOf(withdrawalVault),
      balanceOf(executionVault),
      read.lastRefSlot(),
      read.lastCutoffTimestamp(),
      read.slotsPerFrame(),
      read.framesPerPeriod(),
      read.secondsPerSlot(),
      read.genesisTime(),
      pool.read.totalPooledEther(),
      pool.read.consensusGwei(),
      read.cumulativeFeeShares(),
    ]);
    const [withdrawalBalanceWei, executionBalanceWei, lastRefSlot, lastCutoff, slotsPerFrame, ...rest] = numbers;
    const [framesPerPeriod, secondsPerSlot, genesisTime, pooledWei, consensusGwei, cumulativeFeeShares] = rest;
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
      withdrawalVault: { collectedWei: collected[0], balanceWei: withdrawalBalanceWei },
      executionVault: { collectedWei: collected[1], balanceWei: executionBalanceWei },
      pendingTotalShares: pending[1],
      cumulativeFeeShares,
      maxLossBps: BigInt(parameters.maxLossBps),
      reviewUntil: BigInt(held[1]),
    };
  } catch (error) {
    throw toExecutionError(error, "Reading what the settlement will look at");
  }
}

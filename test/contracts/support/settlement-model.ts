// The settlement in bigint arithmetic, written from the rules and not from the contract.
import type { Report } from "../../../chain/report/report.ts";
import type { Protocol } from "./protocol.ts";
import { collectedOf } from "./settlement.ts";

const GWEI = 1_000_000_000n;
const BPS = 10_000n;

/** What the contracts have in their books before a settlement. */
export type Books = {
  bufferedWei: bigint;
  consensusGwei: bigint;
  /** All deposits ever, up to now and up to the report's cut-off. */
  depositedGwei: bigint;
  depositedAtCutoffGwei: bigint;
  settledDepositsGwei: bigint;
  totalShares: bigint;
  collectedWithdrawalsWei: bigint;
  collectedExecutionWei: bigint;
  surplusWei: bigint;
  queuedShares: bigint;
  /** Bonded shares of each operator that losses may draw on. */
  bonds: ReadonlyMap<number, bigint>;
  feeBps: bigint;
};

/** Reads the books that a report will be settled against. */
export async function readBooks(p: Protocol, { cutoffTimestamp }: Pick<Report, "cutoffTimestamp">): Promise<Books> {
  const { pool, queue, registry } = p;
  const operators = Array.from({ length: await registry.read.operatorCount() }, (_, i) => i + 1);
  return {
    bufferedWei: await pool.read.bufferedWei(),
    consensusGwei: await pool.read.consensusGwei(),
    depositedGwei: await pool.read.depositedGwei(),
    depositedAtCutoffGwei: await pool.read.depositedGweiAt([cutoffTimestamp]),
    settledDepositsGwei: await pool.read.settledDepositsGwei(),
    totalShares: await pool.read.totalShares(),
    collectedWithdrawalsWei: await collectedOf(p, "withdrawalVault"),
    collectedExecutionWei: await collectedOf(p, "executionRewardsVault"),
    surplusWei: await queue.read.surplusWei(),
    queuedShares: await queue.read.queuedShares(),
    bonds: new Map(
      await Promise.all(operators.map(async (id) => [id, (await registry.read.getOperator([id])).bondShares] as const)),
    ),
    feeBps: BigInt((await p.distribution.read.parameters()).operatorFeeBps),
  };
}

/** What a settlement should compute, where no lock matures and nothing is finalised. */
export function settlementModel(books: Books, report: Report) {
  const inFlightBefore = books.depositedGwei - books.settledDepositsGwei;
  const pooledBeforeWei = books.bufferedWei + (books.consensusGwei + inFlightBefore) * GWEI;
  const depositsGwei = books.depositedAtCutoffGwei - books.settledDepositsGwei;
  const withdrawalsWei = report.withdrawalReceiptsWei - books.collectedWithdrawalsWei;
  const executionRewardsWei = report.executionReceiptsWei - books.collectedExecutionWei;
  const rewardsWei =
    report.consensusBalanceGwei * GWEI +
    withdrawalsWei -
    (books.consensusGwei + depositsGwei) * GWEI +
    executionRewardsWei;
  const feeWei = rewardsWei > 0n ? (rewardsWei * books.feeBps) / BPS : 0n;

  const burnedShares = report.losses.reduce((sum, { operatorId, amountWei }) => {
    const shares = divideUp(amountWei * books.totalShares, pooledBeforeWei);
    const bond = books.bonds.get(operatorId) ?? 0n;
    return sum + (shares < bond ? shares : bond);
  }, 0n);
  const inFlightAfter = books.depositedGwei - books.settledDepositsGwei - depositsGwei;
  // Swept only when the queue is asked anyway.
  const sweptWei = books.queuedShares > 0n ? books.surplusWei : 0n;
  const bufferedAfterWei = books.bufferedWei + withdrawalsWei + executionRewardsWei + sweptWei;
  const pooledAfterWei = bufferedAfterWei + (report.consensusBalanceGwei + inFlightAfter) * GWEI;
  const sharesBeforeFee = books.totalShares - burnedShares;
  const feeShares = (feeWei * sharesBeforeFee) / (pooledAfterWei - feeWei);
  return {
    rewardsWei,
    consensusGwei: report.consensusBalanceGwei,
    withdrawalsWei,
    executionRewardsWei,
    depositsGwei,
    feeWei,
    feeShares,
    burnedShares,
    sweptWei,
    finalizedShares: 0n,
    finalizedWei: 0n,
    pooledBeforeWei,
    sharesBefore: books.totalShares,
    pooledAfterWei,
    sharesAfter: sharesBeforeFee + feeShares,
  };
}

function divideUp(value: bigint, by: bigint): bigint {
  return (value + by - 1n) / by;
}

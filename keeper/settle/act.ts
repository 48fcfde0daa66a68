import type { Mined } from "../../chain/execution/transact.ts";
import type { Report } from "../../chain/report/report.ts";
import type { KeeperContext } from "../context.ts";
import type { SettleIntent } from "./decide.ts";

/** Ether per 1e18 shares in wei, as a rate with 27 decimals. */
const RAY_PER_WEI_PER_SHARE = 10n ** 9n;

/** Brings a report and its signatures to the settlement. */
export async function actSettle(context: KeeperContext, { report, signatures }: SettleIntent): Promise<Mined> {
  const { protocol, transactor } = context;
  const { address, abi } = protocol.distribution;
  const hint = await finalizationHint(context, report);
  return transactor.sendAndWait({ address, abi, functionName: "settleRewards", args: [report, signatures, hint] });
}

/**
 * Where the settlement will cut the queue, guessed from the rate before it. A rate that moves the cut into the request
 * beside it costs the contract a search.
 */
async function finalizationHint({ protocol }: KeeperContext, report: Report): Promise<bigint> {
  const [bufferedWei, rateWei, withdrawnWei, collectedRewardsWei] = await Promise.all([
    protocol.pool.read.bufferedWei(),
    protocol.pool.read.ethPerShare(),
    protocol.withdrawalVault.read.collectedWei(),
    protocol.executionVault.read.collectedWei(),
  ]);
  const arrivingWei = report.withdrawalReceiptsWei - withdrawnWei + (report.executionReceiptsWei - collectedRewardsWei);
  const budgetWei = bufferedWei + (arrivingWei > 0n ? arrivingWei : 0n);
  return protocol.queue.read.finalizationHint([budgetWei, rateWei * RAY_PER_WEI_PER_SHARE, report.cutoffTimestamp]);
}

/** One sentence about a settlement. */
export function describeSettle({ report, signers }: SettleIntent): string {
  return `Settle the frame that ends with slot ${report.refSlot}, signed by ${signers.length} members`;
}

import type { Mined } from "../../chain/execution/transact.ts";
import { finalizationHint } from "../../chain/protocol/finalization-hint.ts";
import type { KeeperContext } from "../context.ts";
import type { SettleIntent } from "./decide.ts";

/** Brings a report and its signatures to the settlement. */
export async function actSettle(
  { protocol, transactor }: KeeperContext,
  { report, signatures }: SettleIntent,
): Promise<Mined> {
  const { address, abi } = protocol.distribution;
  const hint = await finalizationHint(protocol, report);
  return transactor.sendAndWait({ address, abi, functionName: "settleRewards", args: [report, signatures, hint] });
}

/** One sentence about a settlement. */
export function describeSettle({ report, signers }: SettleIntent): string {
  return `Settle the frame that ends with slot ${report.refSlot}, signed by ${signers.length} members`;
}

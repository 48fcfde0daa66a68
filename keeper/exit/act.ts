import { concatHex } from "viem";

import type { Mined } from "../../chain/execution/transact.ts";
import { formatGwei } from "../../chain/units.ts";
import type { KeeperContext } from "../context.ts";
import type { KeeperPolicy } from "../policy.ts";
import type { ExitIntent } from "./decide.ts";

/** The fee can rise between reading and mining; what is not used comes back. */
const FEE_MARGIN = 2n;

/** Asks for exits or partial withdrawals by EIP-7002. */
export async function actExit(
  { protocol, transactor }: KeeperContext,
  { maxRequestFeeWei }: Pick<KeeperPolicy, "maxRequestFeeWei">,
  intent: ExitIntent,
): Promise<Mined> {
  const { address, abi } = protocol.manager;
  const marginWei = intent.requestFeeWei * FEE_MARGIN;
  const maxFeeWei = marginWei < maxRequestFeeWei ? marginWei : maxRequestFeeWei;
  const valueWei = maxFeeWei * BigInt(intent.pubkeys.length);
  const pubkeys = concatHex(intent.pubkeys);
  if (intent.kind === "exit")
    return transactor.sendAndWait({ address, abi, functionName: "requestExit", args: [pubkeys, maxFeeWei], valueWei });
  return transactor.sendAndWait({
    address,
    abi,
    functionName: "requestPartialWithdrawal",
    args: [pubkeys, intent.amountsGwei, maxFeeWei],
    valueWei,
  });
}

/** One sentence about an exit or partial withdrawal transaction. */
export function describeExit(intent: ExitIntent): string {
  if (intent.kind === "partial") {
    const parts = intent.amountsGwei.map(
      (amount, i) => `${formatGwei(amount)} ETH from validator ${intent.indices[i]}`,
    );
    return `Withdraw ${parts.join(", ")}`;
  }
  const why = intent.because === "demand" ? "withdrawals need it" : "their operator's deadline has passed";
  return `Exit validators ${intent.indices.join(", ")}: ${why}`;
}

import type { Mined } from "../../chain/execution/transact.ts";
import { formatGwei } from "../../chain/units.ts";
import type { KeeperContext } from "../context.ts";
import type { KeeperPolicy } from "../policy.ts";
import type { Prover } from "../proofs/prover.ts";
import type { ExitIntent } from "./decide.ts";

/** The fee can rise between reading and mining; what is not used comes back. */
const FEE_MARGIN = 2n;

/** Asks for exits or partial withdrawals by EIP-7002. */
export async function actExit(
  { protocol, transactor }: KeeperContext,
  prover: Prover,
  { maxRequestFeeWei }: Pick<KeeperPolicy, "maxRequestFeeWei">,
  intent: ExitIntent,
): Promise<Mined> {
  const { address, abi } = protocol.exits;
  const marginWei = intent.requestFeeWei * FEE_MARGIN;
  const maxFeeWei = marginWei < maxRequestFeeWei ? marginWei : maxRequestFeeWei;
  const valueWei = maxFeeWei * BigInt(intent.indices.length);
  const { anchor, proof } = await prover.prove(intent.point, intent.indices);
  if (intent.kind === "exit") {
    const args = [anchor, proof, maxFeeWei] as const;
    return transactor.sendAndWait({ address, abi, functionName: "requestExit", args, valueWei });
  }
  // A multiproof has its validators in the order of their indices, and the amounts follow it.
  const amountsGwei = intent.indices
    .map((index, i) => ({ index, amountGwei: intent.amountsGwei[i] ?? 0n }))
    .sort((a, b) => a.index - b.index)
    .map(({ amountGwei }) => amountGwei);
  const args = [anchor, proof, amountsGwei, maxFeeWei] as const;
  return transactor.sendAndWait({ address, abi, functionName: "requestPartialWithdrawal", args, valueWei });
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

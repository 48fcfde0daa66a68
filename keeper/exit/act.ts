import type { Mined } from "../../chain/execution/transact.ts";
import { formatGwei } from "../../chain/units.ts";
import type { KeeperContext } from "../context.ts";
import type { KeeperPolicy } from "../policy.ts";
import type { Prover } from "../proofs/prover.ts";
import type { ExitIntent, RequestIntent } from "./decide.ts";
import { publishExit, type VoluntaryExits } from "./voluntary.ts";

/** The fee can rise between reading and mining; what is not used comes back. */
const FEE_MARGIN = 2n;

/** Publishes a signed exit, or asks for exits or partial withdrawals by EIP-7002. */
export async function actExit(
  context: KeeperContext,
  prover: Prover,
  policy: Pick<KeeperPolicy, "maxRequestFeeWei">,
  voluntary: VoluntaryExits | undefined,
  intent: ExitIntent,
): Promise<Mined | undefined> {
  if (intent.kind !== "publish") return request(context, prover, policy, intent);
  // Without a folder none was held, so that none is to be published.
  if (voluntary !== undefined) await publishExit(voluntary, intent.exit, intent.point.moment.timestamp);
  return undefined;
}

async function request(
  { protocol, transactor }: KeeperContext,
  prover: Prover,
  { maxRequestFeeWei }: Pick<KeeperPolicy, "maxRequestFeeWei">,
  intent: RequestIntent,
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

/** One sentence about an exit or a partial withdrawal. */
export function describeExit(intent: ExitIntent): string {
  if (intent.kind === "partial") {
    const parts = intent.amountsGwei.map(
      (amount, i) => `${formatGwei(amount)} ETH from validator ${intent.indices[i]}`,
    );
    return `Withdraw ${parts.join(", ")}`;
  }
  if (intent.because === "again") return `Publish the exit of validator ${intent.indices[0]} again: the node forgot it`;
  const why = intent.because === "demand" ? "withdrawals need it" : "their operator was deactivated";
  if (intent.kind === "publish") return `Publish the exit that we hold of validator ${intent.indices[0]}: ${why}`;
  return `Exit validators ${intent.indices.join(", ")}: ${why}`;
}

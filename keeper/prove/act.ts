import type { Mined } from "../../chain/execution/transact.ts";
import type { KeeperContext } from "../context.ts";
import type { Prover } from "../proofs/prover.ts";
import type { ProveIntent } from "./decide.ts";

/** Proves credentials on chain. */
export async function actProve(
  { protocol, transactor }: KeeperContext,
  prover: Prover,
  { point, validators }: ProveIntent,
): Promise<Mined> {
  const { anchor, proof } = await prover.prove(
    point,
    validators.map(({ index }) => index),
  );
  const { address, abi } = protocol.manager;
  return transactor.sendAndWait({ address, abi, functionName: "proveCredentials", args: [anchor, proof] });
}

/** One sentence about a `proveCredentials` transaction. */
export function describeProve({ validators, point }: ProveIntent): string {
  const foreign = validators.filter((shown) => shown.foreign).length;
  const right = validators.length - foreign;
  const parts = [right > 0 ? `${right} of ours` : "", foreign > 0 ? `${foreign} with foreign credentials` : ""];
  return `Prove ${parts.filter(Boolean).join(" and ")} at slot ${point.header.slot}`;
}

import type { Mined } from "../../chain/execution/transact.ts";
import type { KeeperContext } from "../context.ts";
import type { Prover } from "../proofs/prover.ts";
import type { WitnessIntent } from "./decide.ts";

/** Proves slashings, or that validators are leaving. */
export async function actWitness(
  { protocol, transactor }: KeeperContext,
  prover: Prover,
  { kind, point, indices }: WitnessIntent,
): Promise<Mined> {
  const { anchor, proof } = await prover.prove(point, indices);
  const { address, abi } = protocol.manager;
  const functionName = kind === "slashed" ? "proveSlashed" : "proveLeaving";
  return transactor.sendAndWait({ address, abi, functionName, args: [anchor, proof] });
}

/** One sentence about a `proveSlashed` or `proveLeaving` transaction. */
export function describeWitness({ kind, indices, point }: WitnessIntent): string {
  const what = kind === "slashed" ? "slashed" : "leaving without having been asked";
  return `Show at slot ${point.header.slot} that validators ${indices.join(", ")} are ${what}`;
}

import type { Mined } from "../../chain/execution/transact.ts";
import { formatGwei } from "../../chain/units.ts";
import type { KeeperContext } from "../context.ts";
import type { Prover } from "../proofs/prover.ts";
import type { FundIntent } from "./decide.ts";

/** Tops validators up, each with a fresh proof. */
export async function actFund(
  { protocol, transactor }: KeeperContext,
  prover: Prover,
  { point, operatorId, topUps }: FundIntent,
): Promise<Mined> {
  // A multiproof has its validators in the order of their indices, and the amounts follow it.
  const inOrder = [...topUps].sort((a, b) => a.index - b.index);
  const { anchor, proof } = await prover.prove(
    point,
    inOrder.map(({ index }) => index),
  );
  const { address, abi } = protocol.manager;
  const amountsGwei = inOrder.map(({ amountGwei }) => amountGwei);
  return transactor.sendAndWait({
    address,
    abi,
    functionName: "fund",
    args: [operatorId, anchor, proof, amountsGwei],
  });
}

/** One sentence about a `fund` transaction. */
export function describeFund({ operatorId, topUps }: FundIntent): string {
  const parts = topUps.map(({ index, amountGwei }) => `validator ${index} with ${formatGwei(amountGwei)} ETH`);
  return `Top up, for operator ${operatorId}, ${parts.join(", ")}`;
}

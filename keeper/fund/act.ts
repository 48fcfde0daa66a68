import type { Mined } from "../../chain/execution/transact.ts";
import { formatGwei } from "../../chain/units.ts";
import type { KeeperContext } from "../context.ts";
import type { Prover } from "../proofs/prover.ts";
import type { FundIntent } from "./decide.ts";

/** Tops validators up, each with a fresh proof; or passes the turn on. */
export async function actFund(
  { protocol, transactor }: KeeperContext,
  prover: Prover,
  intent: FundIntent,
): Promise<Mined> {
  const { address, abi } = protocol.manager;
  if (intent.kind === "advance")
    return transactor.sendAndWait({ address, abi, functionName: "advanceTurn", args: [BigInt(intent.limit)] });
  const { point, operatorId, topUps } = intent;
  // A multiproof has its validators in the order of their indices, and the amounts follow it.
  const inOrder = [...topUps].sort((a, b) => a.index - b.index);
  const { anchor, proof } = await prover.prove(
    point,
    inOrder.map(({ index }) => index),
  );
  const amountsGwei = inOrder.map(({ amountGwei }) => amountGwei);
  return transactor.sendAndWait({
    address,
    abi,
    functionName: "fund",
    args: [operatorId, anchor, proof, amountsGwei],
  });
}

/** One sentence about a `fund` transaction. */
export function describeFund(intent: FundIntent): string {
  if (intent.kind === "advance") return `Pass the turn over up to ${intent.limit} operators without capacity`;
  const { operatorId, topUps } = intent;
  const parts = topUps.map(({ index, amountGwei }) => `validator ${index} with ${formatGwei(amountGwei)} ETH`);
  return `Top up, for operator ${operatorId}, ${parts.join(", ")}`;
}

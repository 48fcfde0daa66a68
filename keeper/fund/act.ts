import { concatHex } from "viem";

import type { Mined } from "../../chain/execution/transact.ts";
import { formatGwei } from "../../chain/units.ts";
import type { KeeperContext } from "../context.ts";
import type { Prover } from "../proofs/prover.ts";
import type { FundIntent } from "./decide.ts";

/** Tops validators up, each with a fresh proof. */
export async function actFund(
  { protocol, transactor }: KeeperContext,
  prover: Prover,
  { point, topUps }: FundIntent,
): Promise<Mined> {
  const { anchor, proofs } = await prover.prove(
    point,
    topUps.map(({ index }) => index),
  );
  const { address, abi } = protocol.manager;
  const pubkeys = concatHex(topUps.map(({ pubkey }) => pubkey));
  const amountsGwei = topUps.map(({ amountGwei }) => amountGwei);
  return transactor.sendAndWait({ address, abi, functionName: "fund", args: [anchor, proofs, pubkeys, amountsGwei] });
}

/** One sentence about a `fund` transaction. */
export function describeFund({ topUps }: FundIntent): string {
  const parts = topUps.map(({ index, amountGwei }) => `validator ${index} with ${formatGwei(amountGwei)} ETH`);
  return `Top up ${parts.join(", ")}`;
}

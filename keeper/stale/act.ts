import type { Mined } from "../../chain/execution/transact.ts";
import { formatWei } from "../../chain/units.ts";
import type { KeeperContext } from "../context.ts";
import type { StaleIntent } from "./decide.ts";

/** Finalises the oldest requests without a report. */
export async function actStale({ protocol, transactor }: KeeperContext, { hint }: StaleIntent): Promise<Mined> {
  const { address, abi } = protocol.distribution;
  return transactor.sendAndWait({ address, abi, functionName: "finalizeStale", args: [hint] });
}

/** One sentence about a `finalizeStale` transaction. */
export function describeStale({ amountWei }: StaleIntent): string {
  return `Set ${formatWei(amountWei, 4)} ETH aside for the oldest requests: reports have stopped`;
}

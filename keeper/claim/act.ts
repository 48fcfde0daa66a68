import type { Mined } from "../../chain/execution/transact.ts";
import { formatWei } from "../../chain/units.ts";
import type { KeeperContext } from "../context.ts";
import type { ClaimIntent } from "./decide.ts";

/** Has the queue pay a ticket to its owner, or whom the owner named. */
export async function actClaim(
  { protocol, transactor }: KeeperContext,
  { requestId, hint }: ClaimIntent,
): Promise<Mined> {
  const { address, abi } = protocol.queue;
  return transactor.sendAndWait({ address, abi, functionName: "claim", args: [requestId, hint] });
}

/** One sentence about a `claim` transaction. */
export function describeClaim({ requestId, amountWei }: ClaimIntent): string {
  return `Claim ${formatWei(amountWei, 6)} ETH of ticket ${requestId} for its owner`;
}

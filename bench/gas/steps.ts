// Steps that only the benchmark takes; the others are those of the contract tests.
import type { Hex } from "viem";

import type { Actor } from "../../test/contracts/support/accounts.ts";
import type { Protocol } from "../../test/contracts/support/protocol.ts";

/** An amount with as many bytes as amounts have, none of them zero: calldata is paid by the byte. */
export const someShares = 1_023_456_789_123_456_789n;

/** Asks for ether back in the cheapest way: one transfer of the token, for the sender itself. */
export async function withdraw({ token, pool }: Protocol, holder: Actor, shares: bigint = someShares): Promise<Hex> {
  return token.write.transferAndCall([pool.address, shares], { account: holder.account });
}

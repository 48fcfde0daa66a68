import { parseEther } from "viem";

import type { Actor } from "./accounts.ts";
import type { Protocol } from "./protocol.ts";

/** Asks shares back from the pool, at most what one request may be worth at a time. */
export async function askBack(p: Protocol, shares: bigint, staker: Actor = p.accounts.stakers[0]): Promise<void> {
  const { account } = staker;
  const most = parseEther("1000");
  await p.token.write.approve([p.pool.address, shares], { account });
  for (let left = shares; left > 0n; left -= most)
    await p.pool.write.withdraw([left < most ? left : most, account.address, 0n], { account });
}

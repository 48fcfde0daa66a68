import { parseEther } from "viem";

import { stake } from "../../../test/contracts/support/protocol.ts";
import { measure } from "../measure.ts";
import { someShares } from "../steps.ts";
import type { World } from "../world.ts";

/** Ether in, and the token as any ERC-20. Each call is one of many: the pool has lived, only the holder may be new. */
export async function measureShares(world: World) {
  const { token, holder, aside } = world;
  const [, newcomer, spender] = world.accounts.stakers;
  const send = (to: typeof newcomer) => () =>
    measure(world, () => token.write.transfer([to.account.address, someShares], { account: holder.account }));
  return {
    "stake.existing": await aside(() => measure(world, () => stakeWithBound(world, holder))),
    "stake.new": await aside(() => measure(world, () => stakeWithBound(world, newcomer))),
    "transfer.existing": await aside(async () => {
      await stake(world, parseEther("1"), newcomer);
      return send(newcomer)();
    }),
    "transfer.new": await aside(send(newcomer)),
    approve: await aside(() =>
      measure(world, () => token.write.approve([spender.account.address, someShares], { account: holder.account })),
    ),
  };
}

/** As a wallet stakes: with a bound, in the fewest shares that the sender accepts. */
function stakeWithBound({ pool }: World, { account }: World["holder"]) {
  return pool.write.stake([account.address, someShares], { account, value: parseEther("1.234567891234567891") });
}

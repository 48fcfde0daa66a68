import { parseEther, type Address } from "viem";

import type { Actor } from "./accounts.ts";
import { deployEther, stake } from "./pool-steps.ts";
import { addressOf, networkHelpers, stage } from "./stage.ts";

/** The wrapper over a pool in which alice has a hundred ether of shares and bob ten, and ether is at work. */
export function rebasingStage() {
  return networkHelpers.loadFixture(prepareRebasing);
}

async function prepareRebasing() {
  const s = await stage();
  const [alice, bob, carol] = s.accounts.stakers;
  const { rebasing } = s;
  await stake(s, alice, parseEther("100"));
  await stake(s, bob, parseEther("10"));
  await deployEther(s, 90n * 10n ** 9n);
  for (const { account } of [alice, bob])
    await s.token.write.approve([rebasing.address, parseEther("1000")], { account });
  const wrap = (actor: Actor, shares: bigint) => rebasing.write.wrap([shares], { account: actor.account });
  const sharesOf = (who: Actor | Address) => rebasing.read.sharesOf([typeof who === "string" ? who : addressOf(who)]);
  const balanceOf = (who: Actor) => rebasing.read.balanceOf([addressOf(who)]);
  return { s, rebasing, alice, bob, carol, wrap, sharesOf, balanceOf };
}

import { parseEther } from "viem";

import { stake } from "../../../test/contracts/support/protocol.ts";
import { difference, measure } from "../measure.ts";
import { withdraw } from "../steps.ts";
import { settleDay, type World } from "../world.ts";

/** Requests that one finalisation covers. */
const MANY = 100;

/** Ether out. */
export async function measureWithdrawals(world: World) {
  const { queue, holder, tickets, aside } = world;
  const [, newcomer] = world.accounts.stakers;
  const [ticket = 0n] = tickets;
  const usual = await aside(() => measure(world, () => settleDay(world)));
  const finalizing = await aside(async () => {
    for (let i = 0; i < MANY; i++) await withdraw(world, holder);
    const finalizationHint = await queue.read.lastRequestId();
    const cost = await measure(world, () => settleDay(world, { finalizationHint }));
    // Else the difference would be that of a settlement which finalised less.
    const left = await queue.read.queuedShares();
    if (left !== 0n) throw new Error(`The settlement left ${left} shares of ${MANY} requests in the queue`);
    return cost;
  });
  return {
    "withdraw.request": await aside(async () => {
      await withdraw(world, holder);
      return measure(world, () => withdraw(world, holder));
    }),
    "withdraw.request.alone": await aside(() => measure(world, () => withdraw(world, holder))),
    "withdraw.request.first": await aside(async () => {
      await withdraw(world, holder);
      await stake(world, parseEther("2"), newcomer);
      return measure(world, () => withdraw(world, newcomer));
    }),
    claim: await aside(async () => {
      const hint = await queue.read.checkpointHint([ticket]);
      return measure(world, () => queue.write.claim([ticket, hint], { account: holder.account }));
    }),
    "finalize.extra": difference(finalizing, usual),
  };
}

import type { PlannedAct } from "../plan/plan.ts";
import { stakers } from "../people.ts";
import type { World } from "../world.ts";
import { addKeys, askBond, claimFee, register, takeBond } from "./operators.ts";
import { claim, stake, stakeOfSize, transfer, withdraw } from "./stakers.ts";

/** Does what the plan says, with the people who are there. */
export async function act(world: World, { kind, who, size }: PlannedAct): Promise<void> {
  const staker = oneOf(stakers, who);
  const operator = oneOf(world.operators, who);
  switch (kind) {
    case "stake":
      return stake(world, staker, stakeOfSize(size));
    case "withdraw":
      return withdraw(world, staker, 0.05 + size * 0.5);
    case "transfer":
      return transfer(world, staker, size);
    case "claim":
      return claim(world, who);
    case "add-keys":
      return addKeys(world, operator);
    case "register":
      await register(world);
      return;
    case "ask-bond":
      return askBond(world, operator, size);
    case "take-bond":
      return takeBond(world, operator);
    case "claim-fee":
      return claimFee(world, operator);
  }
}

/** The one at a part of the way through a list. */
export function oneOf<T>(list: readonly T[], part: number): T {
  const item = list[Math.min(list.length - 1, Math.floor(part * list.length))];
  if (item === undefined) throw new RangeError("Choose from a list that is not empty");
  return item;
}

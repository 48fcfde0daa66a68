import type { World } from "../world.ts";
import { measureSettlements } from "./settlements.ts";
import { measureShares } from "./shares.ts";
import { measureValidators } from "./validators.ts";
import { measureWithdrawals } from "./withdrawals.ts";

/** Every operation by its name. Each is measured in the same world and forgotten after. */
export async function measureAll(world: World) {
  return {
    ...(await measureShares(world)),
    ...(await measureWithdrawals(world)),
    ...(await measureSettlements(world)),
    ...(await measureValidators(world)),
  };
}

export type Costs = Awaited<ReturnType<typeof measureAll>>;
export type OperationName = keyof Costs;

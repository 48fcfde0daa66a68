import type { PlannedFault } from "../plan/plan.ts";
import type { World } from "../world.ts";

/** How a kind of fault begins and ends. `begin` answers false when it could not be made now. */
export type Fault = {
  begin(world: World, fault: PlannedFault): Promise<boolean>;
  end?(world: World, fault: PlannedFault): Promise<void>;
};

/** Tells two faults of one kind apart. */
export function nameOf({ kind, slot }: PlannedFault): string {
  return `${kind} ${slot}`;
}

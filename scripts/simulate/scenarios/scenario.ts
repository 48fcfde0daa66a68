import type { ParameterOverrides } from "../../../deploy/parameters/index.ts";
import type { DevnetOptions } from "../../../devnet/index.ts";
import type { PlannedFault } from "../plan/plan.ts";
import type { World } from "../world.ts";
import type { Facts } from "./facts.ts";

/** A thing that happens at a slot, counted since the first day began. */
export type Step = { slot: number; act: (world: World) => Promise<void> };

/** Something that must be true when a scenario is over, beside all invariants. */
export type Expectation = { what: string; judge: (facts: Facts) => Verdict };
export type Verdict = { held: boolean; detail: string };

/** What a scenario says of the world that it is played in. */
export type Setting = {
  /** Of the devnet, beside its mode. */
  network?: Omit<DevnetOptions, "mode">;
  overrides?: ParameterOverrides;
  /** Operators that are there before the first day; four unless told. */
  operators?: number;
};

/** A story with a name: what happens on which day, and what must be true at its end. Nothing in it is left to chance. */
export type Scenario = {
  name: string;
  /** One sentence. */
  about: string;
  days: number;
  setting?: Setting;
  faults?: readonly PlannedFault[];
  steps: readonly Step[];
  expectations: readonly Expectation[];
};

/** An expectation with what came of it. */
export type ExpectationCheck = Verdict & { what: string };

/** Holds the facts of a run against what its scenario expects. */
export function judge({ expectations }: Pick<Scenario, "expectations">, facts: Facts): ExpectationCheck[] {
  return expectations.map(({ what, judge: of }) => ({ what, ...of(facts) }));
}

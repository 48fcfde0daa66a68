import type { Deployment } from "../../chain/deployment.ts";
import type { Decision } from "../../deploy/administration/decision.ts";
import { peopleOf, stepsOf } from "../../deploy/administration/steps.ts";

/** The steps of a decision for people, a line each. */
export function stepLines(decision: Decision, deployment: Deployment): string[] {
  const people = peopleOf(deployment);
  return stepsOf(decision, deployment).map(({ name, by, afterSeconds, calls }, i) => {
    const wait = afterSeconds === 0 ? "" : `, ${duration(afterSeconds)} after the step before`;
    const times = calls.length === 1 ? "" : ` (${calls.length} calls)`;
    return `  ${i + 1}. ${name}${times}: the ${by}'s Safe ${people[by]}${wait}`;
  });
}

function duration(seconds: number): string {
  const units = [
    [86_400, "d"],
    [3_600, "h"],
    [60, "min"],
  ] as const;
  const unit = units.find(([size]) => seconds >= size && seconds % size === 0);
  return unit === undefined ? `${seconds} s` : `${seconds / unit[0]} ${unit[1]}`;
}

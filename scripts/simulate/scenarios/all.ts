import { bankRunLongQueue } from "./bank-run-long-queue.ts";
import { clientOutage } from "./client-outage.ts";
import { massSlashing } from "./mass-slashing.ts";
import { operatorNeverExits } from "./operator-never-exits.ts";
import { oracleDownAWeek } from "./oracle-down-a-week.ts";
import type { Scenario } from "./scenario.ts";

/** Every scenario, in the order in which they are listed. */
export const SCENARIOS: readonly Scenario[] = [
  oracleDownAWeek,
  operatorNeverExits,
  massSlashing,
  clientOutage,
  bankRunLongQueue,
];

/** Names and sentences, one a line. */
export function listOfScenarios(): string {
  return SCENARIOS.map(({ name, about, days }) => `${name} (${days} days): ${about}`).join("\n");
}

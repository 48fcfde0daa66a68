import type { PreparedDeployment } from "./index.ts";
import { stringifyJson } from "../runtime/json.ts";
import { ROLE_NAMES, ROLES, assignments } from "./roles.ts";

/** What a deployment would do, for people to read before it does. */
export function planText({ network, chain, parameters, people }: PreparedDeployment): string {
  const { network: _network, delays, ...parts } = parameters;
  const roles = ROLE_NAMES.map((name) => {
    const { holders } = ROLES[name];
    const waits = delays.roleSeconds[name] + (holders.includes("timelock") ? delays.timelockSeconds : 0);
    const functions = assignments()
      .filter(({ role }) => role === name)
      .flatMap(({ contract, functions: names }) => names.map((one) => `${contract}.${one}`));
    return `  ${name.padEnd(11)} ${holders.join(" or ").padEnd(13)} after ${waits} s: ${functions.join(", ") || "roles themselves"}`;
  });
  return [
    `Network   ${network}, chain ${chain.chainId}, genesis ${chain.genesisTime}, slots of ${chain.secondsPerSlot} s`,
    `People    ${stringifyJson(people)}`,
    "Roles",
    ...roles,
    ...Object.entries(parts).map(([part, numbers]) => `${part.padEnd(17)}${stringifyJson(numbers)}`),
    "",
  ].join("\n");
}

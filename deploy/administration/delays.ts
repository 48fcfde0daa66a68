import type { Deployment } from "../../chain/deployment.ts";
import type { Execution } from "../../chain/execution/client.ts";
import { toExecutionError } from "../../chain/execution/revert.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { accessManagerAbi, timelockAbi } from "../abi.ts";
import { ROLES, type Holder, type RoleName } from "../roles.ts";
import type { Decision } from "./decision.ts";
import { peopleOf } from "./steps.ts";

/** How long a decision waits, as the chain has it now; refuses a holder that does not hold the role any more. */
export async function readDelays(
  deployment: Deployment,
  { client }: Execution,
  role: RoleName,
  holder: Holder,
): Promise<Pick<Decision, "timelockSeconds" | "roleSeconds">> {
  const people = peopleOf(deployment);
  const [[isMember, roleSeconds], timelockSeconds] = await Promise.all([
    client.readContract({
      address: deployment.contracts.accessManager,
      abi: accessManagerAbi,
      functionName: "hasRole",
      args: [ROLES[role].id, people[holder]],
    }),
    client.readContract({ address: people.timelock, abi: timelockAbi, functionName: "getMinDelay" }),
  ]).catch((error: unknown) => {
    throw toExecutionError(error, "Reading who holds the role");
  });
  if (!isMember)
    throw new EthStakeError("ROLE_NOT_HELD", `Look who holds ${role} now: the ${holder} ${people[holder]} does not`);
  return { roleSeconds, timelockSeconds: holder === "timelock" ? Number(timelockSeconds) : 0 };
}

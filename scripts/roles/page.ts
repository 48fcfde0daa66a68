import { parametersOf } from "../../deploy/parameters/index.ts";
import { ROLES, type RoleName } from "../../deploy/roles.ts";
import { DAMAGE } from "./rows.ts";

const HOUR = 3_600;
const DAY = 24 * HOUR;

/** Seconds between the decision to use a role and its effect, on mainnet; by the fastest of those who hold it. */
export function delaySeconds(role: RoleName): number {
  const { timelockSeconds, roleSeconds } = parametersOf({ network: "mainnet" }).delays;
  const byTimelockOnly = ROLES[role].holders.every((holder) => holder === "timelock");
  return (byTimelockOnly ? timelockSeconds : 0) + roleSeconds[role];
}

/** The whole of docs/roles.md. */
export function rolesPage(): string {
  const rows = DAMAGE.map(({ id, role, by, worst, bound }) => {
    const { holders, guarded } = ROLES[role];
    const heldBy = holders.join(" or ");
    const cancels = guarded ? "yes" : "";
    return `| ${[id, heldBy, by, worst, bound, inWords(delaySeconds(role)), cancels].join(" | ")} |`;
  });
  return `# The most that each role can damage

For every role of \`deploy/roles.ts\`: the worst that whoever holds its keys can do, what bounds it, and after which delay on mainnet (INV-20). A row is shown
by the tests in \`test/contracts/role-damage\` that have its id in their names, and \`INC-25\` calls every function with the least and the most that its
types allow. This page is written by a command and not by hand; the delays are those of \`deploy/parameters/mainnet.ts\`:

\`\`\`
npm run roles -- --write
\`\`\`

| id | held by | by | worst | bound | delay | guardian may cancel |
|---|---|---|---|---|---|---|
${rows.join("\n")}

No role moves a wei or a share at once but UPGRADES, and ADMIN by giving itself that. Whoever disagrees with an upgrade has its delay to leave.
`;
}

function inWords(seconds: number): string {
  if (seconds === 0) return "none";
  if (seconds % DAY === 0) return seconds === DAY ? "1 day" : `${seconds / DAY} days`;
  return `${seconds / HOUR} hours`;
}

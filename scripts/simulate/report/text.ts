import { ROLES } from "./costs.ts";
import type { Figures } from "./figures.ts";

/** The report of a run, as Markdown. */
export function reportText(figures: Figures): string {
  const { requests, uptime, usage } = figures;
  const percent = (part: number) => `${(part * 100).toFixed(2)} %`;
  const days = (value: number) => value.toFixed(2);
  return [
    `# ${figures.days} days, ${titleOf(figures)}${figures.stopped ? " (stopped early)" : ""}`,
    "",
    ...scenarioLines(figures),
    "A day is one frame of the devnet: five epochs of eight slots of 12 s. What mainnet counts in days is counted in frames",
    "here; the beacon chain's own waits (activation, exit, sweep) are not scaled and take as many slots as the devnet says.",
    "",
    `${figures.framesSettled} frames settled, ${figures.reviewed} of them after a review. Rate from ${figures.rateFirst.toFixed(6)} to ${figures.rateLast.toFixed(6)} ETH a share.`,
    ...(figures.exitQueueDays > 0
      ? [`The network's exit queue was booked out for ${figures.exitQueueDays} days.`]
      : []),
    `${figures.ok ? "Nothing is wrong." : "SOMETHING IS WRONG."}`,
    "",
    "## Faults",
    "",
    ...table(
      ["kind", "planned", "made", "passed over"],
      Object.entries(figures.faults).map(([kind, { planned, made, passedOver }]) => [kind, planned, made, passedOver]),
    ),
    "",
    "## What people did",
    "",
    ...table(
      ["what", "done", "refused"],
      Object.entries(figures.acts).map(([what, { done, refused }]) => [what, done, inWords(refused)]),
    ),
    "",
    "## Requests, in days from request to claimable (the goal is 1 to 7)",
    "",
    ...table(
      ["made", "finished", "least", "median", "most", "within 7 days"],
      [
        [
          requests.made,
          requests.finished,
          days(requests.daysLeast),
          days(requests.daysMedian),
          days(requests.daysMost),
          requests.withinSevenDays,
        ],
      ],
    ),
    "",
    `\`queueStatus\` told a day for ${requests.predicted} of those; finished less expected: ${days(requests.meanErrorDays)} days on ` +
      `average, ${days(requests.meanAbsoluteErrorDays)} days either way, ${days(requests.worstErrorDays)} at the worst.`,
    "",
    "## Uptime, part of all slots",
    "",
    ...table(
      ["slots with a block", "programs", "nodes, as programs see them"],
      [[percent(uptime.blocks), percent(uptime.programs), percent(uptime.nodes)]],
    ),
    "",
    "## Cost",
    "",
    ...table(
      ["role", "transactions", "reverted", "gas a day", "ETH a day at 1 gwei", "at 5", "at 30"],
      ROLES.map((role) => {
        const { transactions, reverted, gasPerDay, etherPerDay } = figures.costs[role];
        const ether = Object.values(etherPerDay).map((value) => value.toFixed(6));
        return [role, transactions, reverted, Math.round(gasPerDay), ...ether];
      }),
    ),
    "",
    `Transactions of programs that reverted: ${inWords(figures.reverted)}; sent twice: ${namesOf(figures.sentTwice)}.`,
    `Programs that ended by themselves and were started again: ${inWords(figures.restarts)}.`,
    "",
    "## Invariants, after every day",
    "",
    ...table(
      ["id", "what", "checks", "broken"],
      figures.invariants.map(({ id, what, checks, broken }) => [
        id,
        what,
        checks,
        broken.length === 0 ? "never" : broken.map(({ day, detail }) => `day ${day}: ${detail}`).join("; "),
      ]),
    ),
    "",
    "## What it took",
    "",
    `${usage.seconds} s for ${usage.slots} slots; at most ${megabytes(usage.peakBytes)} at once in all processes: ` +
      Object.entries(usage.peakBytesByProcess)
        .map(([name, bytes]) => `${name} ${megabytes(bytes)}`)
        .join(", "),
    "",
    ...(figures.notes.length > 0 ? ["## Notes", "", ...figures.notes.map((note) => `- ${note}`), ""] : []),
  ].join("\n");
}

function titleOf({ scenario, seed }: Figures): string {
  return scenario === undefined ? `seed ${seed}` : `scenario ${scenario.name}`;
}

function scenarioLines({ scenario }: Figures): string[] {
  if (scenario === undefined) return [];
  const rows = scenario.checks.map(({ what, held, detail }) => [what, held ? "yes" : "NO", detail]);
  return [scenario.about, "", ...table(["expected", "held", "what was seen"], rows), ""];
}

function inWords(counts: Record<string, number>): string {
  const words = Object.entries(counts).map(([what, count]) => `${count} ${what}`);
  return words.length === 0 ? "none" : words.join("; ");
}

function namesOf(calls: Figures["sentTwice"]): string {
  if (calls.length === 0) return "none";
  return calls.map(({ operation, blockNumber }) => `${operation} in block ${blockNumber}`).join("; ");
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

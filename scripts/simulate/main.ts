// npm run simulate: days of the protocol with everything that goes wrong. See docs/simulation.md.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { stringifyJson } from "../../runtime/json.ts";
import { FAULT_KINDS } from "./plan/fault-kinds.ts";
import { figuresOf } from "./report/figures.ts";
import { picturesOf } from "./report/pictures.ts";
import { reportText } from "./report/text.ts";
import { playScenario, simulate } from "./run.ts";
import { listOfScenarios, SCENARIOS } from "./scenarios/all.ts";

const HELP = `Runs the whole protocol for days of virtual time, with everything that goes wrong.

  npm run simulate -- --days 90 --seed 1
  npm run simulate -- --scenario ${SCENARIOS[0]?.name}
    --days N        days of one frame each (3)
    --seed N        what happens, and when (1)
    --faults LIST   only these kinds, of ${FAULT_KINDS.join(", ")}
    --exit-queue N  days for which the exit queue of the network is booked out at the beginning (0)
    --scenario NAME what one story of the list says in place of a plan by chance; "list" names them all
    --json FILE     write the figures
    --out DIR       write the report, its pictures, and the logs of programs and nodes

Scenarios:
${listOfScenarios()}

Ctrl-C ends it and prints what it has. Exit status: 0 when nothing is wrong, 1 when something is, 2 when called wrongly.
`;

const text = { type: "string" } as const;
const { values } = parseArgs({
  options: {
    ...{ days: text, seed: text, faults: text, "exit-queue": text, scenario: text, json: text, out: text },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}

if (values.scenario === "list") {
  process.stdout.write(`${listOfScenarios()}\n`);
  process.exit(0);
}
const scenario = SCENARIOS.find(({ name }) => name === values.scenario);
if (values.scenario !== undefined && scenario === undefined) {
  process.stderr.write(`Choose --scenario out of this list instead of "${values.scenario}":\n${listOfScenarios()}\n`);
  process.exit(2);
}
if (scenario !== undefined && (values.days ?? values.seed ?? values.faults ?? values["exit-queue"]) !== undefined) {
  process.stderr.write("Leave --days, --seed, --faults and --exit-queue to the scenario\n");
  process.exit(2);
}

const number = (name: string, given: string | undefined, fallback: number): number => {
  if (given === undefined) return fallback;
  if (/^[1-9]\d{0,8}$/.test(given)) return Number(given);
  process.stderr.write(`Give --${name} a whole number above 0 instead of "${given}"\n`);
  process.exit(2);
};
const kinds = values.faults?.split(",").map((name) => {
  const kind = FAULT_KINDS.find((known) => known === name.trim());
  if (kind !== undefined) return kind;
  process.stderr.write(`Choose --faults out of ${FAULT_KINDS.join(", ")} instead of "${name}"\n`);
  process.exit(2);
});

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
if (values.out !== undefined) await mkdir(values.out, { recursive: true });

try {
  const seed = number("seed", values.seed, 1);
  const days = number("days", values.days, 3);
  const exitQueueDays = number("exit-queue", values["exit-queue"], 0);
  const options = {
    ...(values.out === undefined ? {} : { logFolder: values.out }),
    write: (line: string) => void process.stdout.write(line),
    live: process.stdout.isTTY,
    signal: stop.signal,
  };
  const result =
    scenario === undefined
      ? await simulate({ ...options, seed, days, exitQueueDays, ...(kinds === undefined ? {} : { kinds }) })
      : await playScenario(scenario, options);
  const figures = figuresOf(result);
  const report = reportText(figures);
  process.stdout.write(`\n${report}`);
  if (values.json !== undefined) await writeFile(values.json, `${stringifyJson(figures, 2)}\n`);
  if (values.out !== undefined) {
    await writeFile(join(values.out, "report.md"), report);
    for (const [name, picture] of Object.entries(picturesOf(result))) await writeFile(join(values.out, name), picture);
  }
  process.exitCode = figures.ok ? 0 : 1;
} catch (error) {
  process.stderr.write(
    stop.signal.aborted ? "\nstopped\n" : `\n${String(error instanceof Error ? error.stack : error)}\n`,
  );
  process.exitCode = 1;
}

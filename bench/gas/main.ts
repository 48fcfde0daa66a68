import { execFileSync } from "node:child_process";
import { parseArgs } from "node:util";

const STDERR = 2;

/**
 * `npm run bench -- gas`: what every operation costs, beside the goals. `--json` prints figures alone, `--markdown` the
 * page docs/gas.md. `--explain stake.existing` says what the gas of one operation was for.
 */
export async function run(argv: string[]): Promise<void> {
  const { values } = parseArgs({
    args: argv,
    options: { json: { type: "boolean" }, markdown: { type: "boolean" }, explain: { type: "string" } },
  });
  // What is measured is what the sources say now. Only figures go to stdout.
  execFileSync("npm", ["run", "--silent", "build"], { stdio: ["ignore", STDERR, STDERR] });
  if (values.explain !== undefined) return console.log(await explanationOf(values.explain));
  const { measureGas } = await import("./measure-gas.ts");
  const costs = await measureGas();

  if (values.json) return console.log(JSON.stringify((await import("./json.ts")).toJson(costs), null, 2));
  if (values.markdown) return console.log((await import("./page.ts")).toPage(costs).trimEnd());
  console.log((await import("./table.ts")).toText(costs));
}

async function explanationOf(name: string): Promise<string> {
  const { GOALS } = await import("./goals.ts");
  const { explainGas } = await import("./measure-gas.ts");
  const goal = GOALS.find((other) => other.name === name);
  const breakdown = goal && (await explainGas(goal.name));
  return breakdown
    ? (await import("./explanation.ts")).toExplanation(breakdown)
    : `Nothing to explain: ${name} is no operation, or a sum of others`;
}

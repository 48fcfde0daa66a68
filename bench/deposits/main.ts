// `npm run bench -- deposits [--count 1000] [--threads N] [--json]`
import { availableParallelism, loadavg } from "node:os";
import { parseArgs } from "node:util";

import { measureDeposits } from "./measure.ts";
import { tableOf } from "./table.ts";

/** Measures the deposit builder on this machine and prints the figures. */
export async function run(argv: string[]): Promise<void> {
  const { values } = parseArgs({
    args: argv,
    options: {
      count: { type: "string", default: "1000" },
      threads: { type: "string", default: String(availableParallelism()) },
      json: { type: "boolean", default: false },
    },
  });
  const [count, cores] = [Number(values.count), Number(values.threads)];
  if (!Number.isInteger(count) || count < 1 || !Number.isInteger(cores) || cores < 1)
    throw new TypeError("Give --count and --threads as whole numbers above zero");
  const [load = 0] = loadavg();
  const say = values.json ? () => undefined : (text: string) => process.stderr.write(`${text}\n`);
  const figures = await measureDeposits({ count, cores, say });
  if (values.json) console.log(JSON.stringify(figures));
  else console.log(tableOf(figures, load));
}

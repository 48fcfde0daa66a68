// npm run simulate: days of the protocol with everything that goes wrong. See docs/simulation.md.
import { parseArgs } from "node:util";
import { simulate } from "./run.ts";
const { values } = parseArgs({ options: { days: { type: "string", default: "3" }, seed: { type: "string", default: "1" }, log: { type: "string" } } });
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
const result = await simulate({ seed: Number(values.seed), days: Number(values.days), ...(values.log ? { programLog: values.log } : {}), write: (t) => void process.stdout.write(t), live: false, signal: stop.signal });
console.log(result.faults, result.outcomes, result.usage, result.notes);

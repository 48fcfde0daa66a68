// `npm run bench -- <name> [options]`: each folder beside this file is one benchmark, and its main.ts exports `run`.
import { existsSync } from "node:fs";

const [name = "", ...argv] = process.argv.slice(2);
const place = new URL(`./${name}/main.ts`, import.meta.url);
if (!/^[a-z-]+$/.test(name) || !existsSync(place)) {
  console.error(`There is no benchmark "${name}". Run: npm run bench -- <folder of bench/> [options]`);
  process.exit(2);
}
const benchmark: { run(argv: string[]): Promise<void> } = await import(place.href);
await benchmark.run(argv);

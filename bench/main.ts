// `npm run bench -- <name> [options]` runs bench/<name>/main.ts.
import { existsSync } from "node:fs";

const [name = "", ...argv] = process.argv.slice(2);
const program = new URL(`./${name}/main.ts`, import.meta.url);
if (/^[a-z]+$/.test(name) && existsSync(program)) {
  const { run } = (await import(program.href)) as { run: (argv: string[]) => Promise<void> };
  await run(argv);
} else {
  console.error(`error: Name a benchmark, a folder of bench/: "${name}" is none`);
  process.exitCode = 2;
}

// npm run bench -- NAME [options]: runs ./NAME/main.ts. Without a name, says which there are.
import { readdirSync } from "node:fs";

type Bench = { run(argv: string[]): Promise<void> };

const names = readdirSync(import.meta.dirname, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);
const [name = "", ...argv] = process.argv.slice(2);
if (names.includes(name)) {
  const { run } = (await import(`./${name}/main.ts`)) as Bench;
  await run(argv);
} else {
  process.stderr.write(`Usage: npm run bench -- NAME [options]. Benchmarks: ${names.join(", ")}\n`);
  process.exitCode = 1;
}

import { globSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, posix } from "node:path";

/** Sources by the names that imports use: `contracts/StakingPool.sol`, `@openzeppelin/contracts/...`. */
export type Sources = Record<string, { content: string }>;

const IMPORT = /^\s*import\s[^;"']*["']([^"']+)["']/gm;

/** All contracts of the project with everything that they import. */
export function readSources(root: string, patterns: readonly string[] = ["contracts/**/*.sol"]): Sources {
  const sources: Sources = {};
  const open = patterns.flatMap((pattern) => globSync(pattern, { cwd: root })).sort();
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (sources[name] !== undefined) continue;
    const content = readFileSync(placeOf(root, name), "utf8");
    sources[name] = { content };
    open.push(...importsOf(name, content));
  }
  return sources;
}

/** One of some sources, with everything that it imports and nothing else. */
export function closureOf(sources: Sources, file: string): Sources {
  const found: Sources = {};
  const open = [file];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const source = sources[name];
    if (source === undefined || found[name] !== undefined) continue;
    found[name] = source;
    open.push(...importsOf(name, source.content));
  }
  return found;
}

/** The names that a source imports. */
export function importsOf(name: string, content: string): string[] {
  return [...content.matchAll(IMPORT)].map(([, path = ""]) =>
    path.startsWith(".") ? posix.normalize(posix.join(posix.dirname(name), path)) : path,
  );
}

function placeOf(root: string, name: string): string {
  return name.startsWith("@") ? createRequire(join(root, "package.json")).resolve(name) : join(root, name);
}

import { readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";

/** Commands that run together, and the decision whose delay passes after them. */
export type Part = { commands: string; waitFor: string | undefined };
export type Runbook = { name: string; parts: readonly Part[] };

const BLOCK = /^```sh\n(.*?)^```$/gms;
const WAIT = /^# wait: .*\(decisions\/([a-z-]+)\)$/;

/** All pages of a folder with their commands, by name. */
export function readRunbooks(folder: string): Runbook[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md"))
    .sort()
    .map((path) => ({ name: relative("", path), parts: partsOf(readFileSync(join(folder, path), "utf8")) }));
}

/** The commands of a page, cut where a delay has to pass. */
export function partsOf(page: string): Part[] {
  return [...page.matchAll(BLOCK)].flatMap(([, block = ""]) => {
    const parts: Part[] = [];
    let lines: string[] = [];
    for (const line of block.split("\n")) {
      const waitFor = WAIT.exec(line)?.[1];
      if (waitFor === undefined) {
        lines.push(line);
        continue;
      }
      parts.push({ commands: lines.join("\n"), waitFor });
      lines = [];
    }
    return [...parts, { commands: lines.join("\n"), waitFor: undefined }];
  });
}

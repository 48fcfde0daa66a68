import type { Result } from "./results.ts";

/** The least part of mutants, in percent, that tests must kill. */
export const LEAST_KILLED_PERCENT = 95;

/** Where a mutant stands and what it says, on one line. */
export function lineOf({ id, status, file, line, column, operator, before, after, by }: Result): string {
  const short = (text: string) => (text.length > 70 ? `${text.slice(0, 67)}...` : text).replace(/\s+/g, " ");
  const told = `${status.padEnd(8)} ${id} ${file}:${line}:${column} ${operator}: ${short(before)} -> ${short(after)}`;
  return by === undefined ? told : `${told}  [${short(by)}]`;
}

/** Killed of those that could be killed, in percent; 100 when there was none. */
export function killedPercent(results: readonly Result[]): number {
  const killed = results.filter(isKilled).length;
  const lived = results.filter(({ status }) => status === "survived").length;
  return killed + lived === 0 ? 100 : (killed * 100) / (killed + lived);
}

/** A line a file, and one for all. */
export function tableOf(results: readonly Result[]): string {
  const files = [...new Set(results.map(({ file }) => file))].sort();
  const row = (name: string, of: readonly Result[]) => {
    const count = (status: string) => String(of.filter((one) => one.status === status).length).padStart(8);
    const killed = String(of.filter(isKilled).length).padStart(8);
    const percent = killedPercent(of).toFixed(1).padStart(8);
    return `${name.padEnd(48)}${killed}${count("survived")}${count("same")}${count("invalid")}${percent}`;
  };
  const heading = `${"file".padEnd(48)}${["killed", "survived", "same", "invalid", "%"].map((w) => w.padStart(8)).join("")}`;
  const rows = files.map((file) =>
    row(
      file,
      results.filter((one) => one.file === file),
    ),
  );
  return [heading, ...rows, row("all", results)].join("\n");
}

function isKilled({ status }: Result): boolean {
  return status === "killed" || status === "timeout";
}

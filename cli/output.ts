import { redactUrls } from "../runtime/redact.ts";
import { stringifyJson } from "../runtime/json.ts";
import { hasCode, toEthStakeError, type EthStakeError } from "../runtime/errors.ts";
import type { CliIo } from "./io.ts";
import { explain } from "./explain.ts";
import { USAGE } from "./options.ts";

/** What a command answers: a document for programs and lines for people. */
export type Answer = {
  document: Record<string, unknown>;
  lines: string[];
  /** True when part of it failed: it is printed, and the exit status is 1. */
  failed?: boolean;
};

/** Prints an answer: the lines, or with --json the one document. */
export function printAnswer({ stdout }: Pick<CliIo, "stdout">, json: boolean, { document, lines }: Answer): void {
  stdout.write(json ? `${stringifyJson(document, 2)}\n` : lines.map((line) => `${line}\n`).join(""));
}

/** Prints why a command failed, in one line that says what to do, and answers the exit status. */
export function printError({ stdout, stderr }: Pick<CliIo, "stdout" | "stderr">, json: boolean, error: unknown): 1 | 2 {
  const { code, message } = explain(toEthStakeError(error));
  const line = redactUrls(message).replace(/\s*\n\s*/g, " ");
  if (json) stdout.write(`${stringifyJson({ error: { code, message: line } }, 2)}\n`);
  else stderr.write(`error: ${line}\n`);
  return isUsage(toEthStakeError(error)) ? 2 : 1;
}

/** Rows of a name and a value, the values in one column. */
export function rows(pairs: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(0, ...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
}

/** A table with a head; columns are as wide as their longest cell. */
export function table(head: readonly string[], body: readonly (readonly string[])[]): string[] {
  const widths = head.map((cell, i) => Math.max(cell.length, ...body.map((row) => row[i]?.length ?? 0)));
  return [head, ...body].map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** Unix seconds for people. */
export function time(unixSeconds: number | bigint): string {
  return new Date(Number(unixSeconds) * 1000).toISOString().replace(".000Z", "Z");
}

function isUsage(error: EthStakeError): boolean {
  return hasCode(error, USAGE) || hasCode(error, "JOB_UNKNOWN");
}

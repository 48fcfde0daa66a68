import { spawn } from "node:child_process";

import type { Runbook } from "./read.ts";

/** Where runbooks are tried: what the commands find, and how time passes there. */
export type Rehearsal = {
  /** Where files are that the pages name. */
  folder: string;
  env: Readonly<Record<string, string>>;
  /** What a page calls by a name of its own, and what it is here. */
  words: Readonly<Record<string, string>>;
  /** Lets a slot pass, so that what was sent comes into a block. */
  pass(): Promise<void>;
  /** Seconds until the next step of a decision is due. */
  secondsUntilDue(decision: string): Promise<number>;
  passSeconds(seconds: number): Promise<void>;
  signal: AbortSignal;
};

/** What one page did. */
export type Rehearsed = { name: string; commands: number; seconds: number; error: string | undefined; output: string };

/** Runs the commands of a page as they stand there, and stops at the first that fails. */
export async function rehearse({ name, parts }: Runbook, on: Rehearsal): Promise<Rehearsed> {
  const begun = performance.now();
  let output = "";
  let commands = 0;
  let error: string | undefined;
  for (const part of parts) {
    const ended = await runShell(replaceWords(part.commands, on.words), on);
    output += ended.output;
    commands += part.commands.split("\n").filter((line) => /^\s*(ethstake|node) /.test(line)).length;
    if (ended.code !== 0) {
      error = `ended with ${ended.code}: ${ended.output.trim().split("\n").slice(-3).join(" ")}`;
      break;
    }
    if (part.waitFor !== undefined) await on.passSeconds(await on.secondsUntilDue(part.waitFor));
  }
  return { name, commands, seconds: (performance.now() - begun) / 1_000, error, output };
}

function replaceWords(text: string, words: Readonly<Record<string, string>>): string {
  return Object.entries(words).reduce((replaced, [word, here]) => replaced.replaceAll(word, here), text);
}

/** Runs a shell script to its end, and makes blocks meanwhile. */
async function runShell(script: string, { folder, env, pass, signal }: Rehearsal) {
  const child = spawn("bash", ["-euo", "pipefail", "-c", script], { cwd: folder, env: { ...env }, signal });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  let code: number | undefined;
  const ended = new Promise<void>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => {
      code = status ?? 1;
      resolve();
    });
  });
  while (code === undefined) {
    await Promise.race([ended, pass()]);
    signal.throwIfAborted();
  }
  return { code, output };
}

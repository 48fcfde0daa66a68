// The process of the `ethstake` command; cli/bin.js starts it.
import { createInterface } from "node:readline/promises";

import { createShutdown } from "../runtime/shutdown.ts";
import { createSilentLogger } from "../runtime/logger.ts";
import { askHidden } from "./prompt.ts";
import { runCli } from "./run.ts";

const shutdown = createShutdown({ logger: createSilentLogger() });
// Whoever read our output has left (`| head`): the same as Ctrl-C, so that work ends in order and can be resumed.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    void shutdown.stop("nobody reads the output");
  });
}

const asks = process.stdin.isTTY && process.stderr.isTTY;
process.exitCode = await runCli(process.argv.slice(2), {
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: shutdown.signal,
  ...(asks ? { confirm: askYesNo, askSecret } : {}),
});
await shutdown.stop();

function askSecret(question: string): Promise<string> {
  return askHidden(question, { input: process.stdin, output: process.stderr, signal: shutdown.signal });
}

async function askYesNo(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${question} [y/N] `, { signal: shutdown.signal });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}

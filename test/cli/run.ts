import { runCli } from "../../cli/run.ts";
import type { CliIo } from "../../cli/io.ts";

export type Ran = { status: number; stdout: string; stderr: string };

/** Runs a command line in this process and keeps what it prints. */
export async function run(argv: readonly string[], io: Partial<CliIo> = {}): Promise<Ran> {
  let stdout = "";
  let stderr = "";
  const status = await runCli(argv, {
    env: {},
    pollingIntervalMs: 5,
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    ...io,
  });
  return { status, stdout, stderr };
}

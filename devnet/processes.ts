// The parent's side of a process pair: fork, start, wait until ready, stop.
import { fork, type ChildProcess, type Serializable } from "node:child_process";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { EthStakeError } from "../runtime/errors.ts";

const STOP_TIMEOUT_MS = 3_000;
const OUTPUT_KEPT_LINES = 30;

const childAnswer = z.union([
  z.object({ failed: z.object({ code: z.string(), message: z.string() }) }),
  z.object({ ready: z.record(z.string(), z.number()) }),
]);

export interface ForkOptions<T extends z.ZodType> {
  name: string;
  program: string;
  /** What the process answers when it is ready. */
  ready: T;
  /** Where `<name>.log` is written; without it, output goes to the parent's standard error. */
  logDir?: string | undefined;
}

export interface ChildPart<T> {
  /** Sends the settings and waits until the process says that it is ready. */
  start(settings: unknown): Promise<T>;
  /** Fires once if the process ends without being asked to. */
  onCrash(listener: (error: EthStakeError) => void): void;
  stop(): Promise<void>;
}

/** Forks a part of the devnet. It loads its modules and then waits for its settings. */
export function forkPart<T extends z.ZodType>(options: ForkOptions<T>): ChildPart<z.infer<T>> {
  const { name, program, logDir } = options;
  const child = fork(program, {
    // Not the parent's flags: they may load a test runner or a debugger.
    execArgv: [],
    silent: true,
    env: { ...process.env, LODESTAR_PRESET: "minimal" },
  });
  const tail = collectOutput(child, logDir === undefined ? undefined : join(logDir, `${name}.log`));
  let asked = false;
  const ended = new Promise<EthStakeError>((resolve) => {
    child.once("exit", (code, signal) => {
      const how = signal ?? `code ${code}`;
      resolve(new EthStakeError("DEVNET_PROCESS_ENDED", `The devnet's ${name} process ended (${how}):\n${tail()}`));
    });
  });
  const stop = async () => {
    asked = true;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const kill = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
    if (child.connected) child.disconnect();
    await ended;
    clearTimeout(kill);
  };

  const start = async (settings: unknown): Promise<z.infer<T>> => {
    if (!child.connected) throw await ended;
    const message = new Promise<unknown>((resolve) => child.once("message", resolve));
    child.send(settings as Serializable);
    const answer = childAnswer.parse(await Promise.race([message, ended.then((error) => Promise.reject(error))]));
    if ("failed" in answer) throw new EthStakeError(answer.failed.code, answer.failed.message);
    return options.ready.parse(answer.ready);
  };
  return { start, onCrash: (listener) => void ended.then((error) => (asked ? undefined : listener(error))), stop };
}

/** Sends output on and keeps its last lines, to explain an early end. */
function collectOutput(child: ChildProcess, file: string | undefined): () => string {
  const lines: string[] = [];
  const log = file === undefined ? undefined : createWriteStream(file, { flags: "a" });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (chunk: string) => {
      (log ?? process.stderr).write(chunk);
      lines.push(...chunk.split("\n").filter((line) => line !== ""));
      lines.splice(0, Math.max(0, lines.length - OUTPUT_KEPT_LINES));
    });
  }
  child.once("exit", () => log?.end());
  return () => lines.join("\n");
}

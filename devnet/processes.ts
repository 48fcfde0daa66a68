// The parent's side of a process pair: start, wait until ready, stop.
import { fork, type ChildProcess } from "node:child_process";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { EthStakeError } from "../runtime/errors.ts";
import { SETTINGS_VARIABLE } from "./child-process.ts";

const STOP_TIMEOUT_MS = 3_000;
const OUTPUT_KEPT_LINES = 30;

export interface StartOptions<T extends z.ZodType> {
  name: string;
  program: string;
  settings: unknown;
  ready: T;
  /** Where `<name>.log` is written; without it, output goes to the parent's standard error. */
  logDir?: string | undefined;
}

export interface RunningProcess<T> {
  ready: T;
  pid: number;
  /** Fires once if the process ends without being asked to. */
  onCrash(listener: (error: EthStakeError) => void): void;
  stop(): Promise<void>;
}

/** Starts a part of the devnet as a child process and waits until it says that it is ready. */
export async function startProcess<T extends z.ZodType>(options: StartOptions<T>): Promise<RunningProcess<z.infer<T>>> {
  const { name, program, settings, logDir } = options;
  const child = fork(program, {
    // Not the parent's flags: they may load a test runner or a debugger.
    execArgv: [],
    silent: true,
    env: { ...process.env, LODESTAR_PRESET: "minimal", [SETTINGS_VARIABLE]: JSON.stringify(settings) },
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

  const readyMessage = z.object({ ready: z.unknown() }).transform(({ ready }) => options.ready.parse(ready));
  const ready = await Promise.race([
    new Promise<z.infer<T>>((resolve, reject) => {
      child.once("message", (message) => {
        const parsed = readyMessage.safeParse(message);
        if (parsed.success) resolve(parsed.data);
        else reject(new EthStakeError("DEVNET_PROCESS_PROTOCOL", `Unexpected message from ${name}`));
      });
    }),
    ended.then((error) => Promise.reject(error)),
  ]);
  return {
    ready,
    pid: child.pid ?? -1,
    onCrash: (listener) => void ended.then((error) => (asked ? undefined : listener(error))),
    stop,
  };
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

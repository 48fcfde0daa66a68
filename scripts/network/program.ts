import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";

const MAIN = join(import.meta.dirname, "../../cli/bin.js");
const STOP_MS = 5_000;

/** A program of the protocol in a process of its own, as its owner would run it. */
export type Program = {
  readonly name: string;
  start(): void;
  /** Ends it without a warning, as a machine that loses power. */
  kill(): Promise<void>;
  stop(): Promise<void>;
  readonly running: boolean;
  /** True once it has ended without being told to. */
  readonly gaveUp: boolean;
};

export type ProgramOptions = {
  name: string;
  /** What follows `ethstake`. */
  argv: readonly string[];
  /** All that it sees of the environment. */
  settings: Record<string, string>;
  onOutput: (name: string, text: string) => void;
};

/** Prepares a program; nothing runs before `start`. */
export function createProgram({ name, argv, settings, onOutput }: ProgramOptions): Program {
  let child: ChildProcess | undefined;
  let told = false;
  const end = async (signal: NodeJS.Signals) => {
    told = true;
    const ending = child;
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => ending.once("exit", () => resolve()));
    ending.kill(signal);
    const timer = setTimeout(() => ending.kill("SIGKILL"), STOP_MS);
    await gone;
    clearTimeout(timer);
  };
  const running = () => child !== undefined && child.exitCode === null && child.signalCode === null;
  return {
    name,
    start: () => {
      told = false;
      child = spawn(process.execPath, [MAIN, ...argv], {
        env: { PATH: process.env["PATH"], ...settings },
        stdio: ["ignore", "pipe", "pipe"],
      });
      for (const stream of [child.stdout, child.stderr])
        stream?.on("data", (chunk: Buffer) => onOutput(name, chunk.toString("utf8")));
    },
    kill: () => end("SIGKILL"),
    stop: () => end("SIGTERM"),
    get running() {
      return running();
    },
    get gaveUp() {
      return child !== undefined && !told && !running();
    },
  };
}

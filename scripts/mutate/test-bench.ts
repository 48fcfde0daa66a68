import { fork, type ChildProcess, type StdioOptions } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Code, ContractName } from "./code.ts";

/** How tests ended: all passed, one failed, or they took too long. */
export type Run = { ended: "passed" } | { ended: "timeout" } | { ended: "failed"; file?: string; test: string };

/** A copy of the artifacts in which one contract or some are others, and a process that tests them. */
export type TestBench = {
  put(contract: ContractName, code: Code): void;
  restore(): void;
  run(tests: readonly string[], timeoutMs: number): Promise<Run>;
  /** Ends the process; the next run starts another. */
  close(): void;
};

const RUNNER = join("test", "mutation", "runner.ts");
/** Chains of tests that are over stay in memory: after so many runs another process goes on. */
const MOST_RUNS = 25;
const CONFIG = join("test", "mutation", "hardhat.config.ts");

/** Makes the copy. Hardhat asks only for what the tests name; what its errors are explained with is left out. */
export function createTestBench(root: string, name: string): TestBench {
  const folder = join(root, "cache", "mutation", name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const part of ["contracts", "test", "@openzeppelin"])
    cpSync(join(root, "artifacts", part), join(folder, part), { recursive: true });
  const original = new Map<string, string>();
  let runner: ChildProcess | undefined;
  let runs = 0;
  let said = "";

  function start(): ChildProcess {
    // Gas says nothing of code that is not optimised.
    const env = { ...process.env, HARDHAT_CONFIG: CONFIG, MUTANT_ARTIFACTS: folder, GAS_BOUNDS: "off" };
    const stdio: StdioOptions = ["ignore", "ignore", "pipe", "ipc"];
    const started = fork(join(root, RUNNER), { cwd: root, env, execArgv: [], stdio });
    // Read on and on: who writes to a pipe that nobody reads waits for ever.
    started.stderr?.on("data", (chunk: Buffer) => (said = (said + chunk.toString()).slice(-500)));
    return started;
  }

  function stop(): void {
    runner?.kill("SIGKILL");
    runner = undefined;
    runs = 0;
  }

  return {
    put({ file, name: contract }, code) {
      const place = join(folder, file, `${contract}.json`);
      const text = readFileSync(place, "utf8");
      if (!original.has(place)) original.set(place, text);
      writeFileSync(place, JSON.stringify({ ...JSON.parse(text), ...code }));
    },
    restore() {
      for (const [place, text] of original) writeFileSync(place, text);
      original.clear();
    },
    run: (tests, timeoutMs) =>
      new Promise((resolve) => {
        if (++runs > MOST_RUNS) stop();
        const process = (runner ??= start());
        const end = (run: Run) => {
          clearTimeout(timer);
          process.off("message", end).off("exit", crash);
          resolve(run);
        };
        const crash = () => {
          stop();
          end({ ended: "failed", test: `the tests crashed: ${said}` });
        };
        const timer = setTimeout(() => {
          end({ ended: "timeout" });
          stop();
        }, timeoutMs);
        process.on("message", end).on("exit", crash);
        process.send(tests);
      }),
    close: stop,
  };
}

import { execFile } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Code, ContractName } from "./code.ts";

/** How tests ended: all passed, one failed, or they took too long. */
export type Run = { ended: "passed" } | { ended: "timeout" } | { ended: "failed"; test: string };

/** A copy of the artifacts in which one contract or some are others. */
export type TestBench = {
  put(contract: ContractName, code: Code): void;
  restore(): void;
  run(tests: readonly string[], timeoutMs: number): Promise<Run>;
};

const HARDHAT = "node_modules/hardhat/dist/src/cli.js";

/** Makes the copy. Hardhat asks only for what the tests name; what its errors are explained with is left out. */
export function createTestBench(root: string, name: string): TestBench {
  const folder = join(root, "cache", "mutation", name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const part of ["contracts", "test", "@openzeppelin"])
    cpSync(join(root, "artifacts", part), join(folder, part), { recursive: true });
  const original = new Map<string, string>();

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
        const config = join("test", "mutation", "hardhat.config.ts");
        const args = [join(root, HARDHAT), "--config", config, "test", "mocha", "--no-compile", ...tests];
        const env = { ...process.env, MUTANT_ARTIFACTS: folder, GAS_BOUNDS: "off" };
        const limits = { timeout: timeoutMs, killSignal: "SIGKILL", maxBuffer: 2 ** 28 } as const;
        execFile(process.execPath, args, { cwd: root, env, ...limits }, (error, stdout) => {
          if (error === null) return resolve({ ended: "passed" });
          if (error.killed === true) return resolve({ ended: "timeout" });
          resolve({ ended: "failed", test: /^ +1\) (.*)$/m.exec(stdout)?.[1] ?? stdout.slice(-2_000) });
        });
      }),
  };
}

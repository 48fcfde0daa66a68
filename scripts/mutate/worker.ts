// One of several threads that judge mutants: compiling keeps a core busy.
import { parentPort, workerData } from "node:worker_threads";

import type { Sources } from "../solidity/sources.ts";
import { createJudge, type Case } from "./judge.ts";
import { createTestBench } from "./test-bench.ts";

export type WorkerData = { root: string; sources: Sources; name: string };

const { root, sources, name }: WorkerData = workerData;
const bench = createTestBench(root, name);
const judge = createJudge(root, sources, bench);

parentPort?.on("message", (given: Case | "done") => {
  if (given === "done") {
    bench.close();
    return parentPort?.close();
  }
  judge(given).then(
    (verdict) => parentPort?.postMessage(verdict),
    (error: unknown) => {
      throw error;
    },
  );
});

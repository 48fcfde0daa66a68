// One of several threads that judge mutants: compiling keeps a core busy.
import { parentPort, workerData } from "node:worker_threads";

import type { Sources } from "../solidity/sources.ts";
import { createJudge, type Case } from "./judge.ts";
import { createTestBench } from "./test-bench.ts";

export type WorkerData = { root: string; sources: Sources; name: string };

const { root, sources, name }: WorkerData = workerData;
const judge = createJudge(root, sources, createTestBench(root, name));

parentPort?.on("message", (given: Case) => {
  judge(given).then(
    (verdict) => parentPort?.postMessage(verdict),
    (error: unknown) => {
      throw error;
    },
  );
});

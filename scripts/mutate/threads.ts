import { once } from "node:events";
import { Worker } from "node:worker_threads";

import type { Sources } from "../solidity/sources.ts";
import type { Case, Verdict } from "./judge.ts";
import type { WorkerData } from "./worker.ts";

export type Work = { root: string; sources: Sources; jobs: number; cases: readonly Case[] };

/** Judges all cases on some threads; each takes the next case when it is done with one. */
export async function judgeAll(
  { root, sources, jobs, cases }: Work,
  told: (judged: Case, verdict: Verdict) => void,
): Promise<void> {
  const waiting = [...cases];
  const work = async (index: number) => {
    const workerData: WorkerData = { root, sources, name: `job-${index}` };
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData });
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        worker.postMessage(next);
        const [verdict]: Verdict[] = await once(worker, "message");
        if (verdict !== undefined) told(next, verdict);
      }
      worker.postMessage("done");
      await once(worker, "exit");
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, cases.length) }, (_, index) => work(index)));
}

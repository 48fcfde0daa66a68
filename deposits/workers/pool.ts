import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";

import { EthStakeError, abortedError, throwIfAborted } from "../../runtime/errors.ts";
import type { Kdf } from "../../chain/keys/encrypted-secret.ts";
import { tasks, type TaskInput, type TaskName, type TaskOutput } from "./tasks.ts";

/** Does tasks on all cores. Close it, or its threads keep the process alive. */
export type Pool = {
  readonly threads: number;
  run<Name extends TaskName>(name: Name, input: TaskInput<Name>): Promise<TaskOutput<Name>>;
  close(): Promise<void>;
};

/** What goes to a thread, and what comes back. */
export type Question = { name: TaskName; input: unknown };
export type Answer = { output: unknown } | { error: { code: string; message: string } };

type Job = { question: Question; resolve: (output: unknown) => void; reject: (error: unknown) => void };
type Thread = { worker: Worker; job: Job | undefined };

/** Making a thread ready takes about as long as this much work. */
const WORK_PER_THREAD_MS = 500;
const COST_MS = { none: 12, pbkdf2: 100, scrypt: 1_700 } as const;
/** 128 * n * r of the usual scrypt parameters, and the thread itself. */
const SCRYPT_THREAD_BYTES = 320 * 2 ** 20;

/** How many threads are worth it for so many keys: at most one a core, and no more than scrypt has memory for. */
export function threadsFor(
  count: number,
  kdf: Kdf | "none",
  { cores = availableParallelism(), memoryBytes = process.availableMemory() } = {},
): number {
  const worth = Math.floor((count * COST_MS[kdf]) / WORK_PER_THREAD_MS);
  const fit = kdf === "scrypt" ? Math.floor(memoryBytes / SCRYPT_THREAD_BYTES) : Infinity;
  return Math.max(1, Math.min(cores, count, worth, fit));
}

/**
 * Starts a pool. One thread is none of its own: the work is done here, between other things.
 *
 * @example
 * const pool = createPool({ threads: 8, signal });
 * const wrong = await pool.run("verify", { deposits, genesisForkVersion });
 * await pool.close();
 */
export function createPool({ threads, signal }: { threads: number; signal?: AbortSignal | undefined }): Pool {
  if (!Number.isInteger(threads) || threads < 1)
    throw new EthStakeError("THREADS_INVALID", `Use one thread or more instead of ${threads}`);
  return threads === 1 ? createLonePool(signal) : createThreadPool(threads, signal);
}

function createLonePool(signal: AbortSignal | undefined): Pool {
  let last: Promise<unknown> = Promise.resolve();
  return {
    threads: 1,
    run: (name, input) => {
      const result = last.then(async () => {
        // Signals and servers get their turn between tasks.
        await new Promise((resolve) => setImmediate(resolve));
        throwIfAborted(signal);
        return (await (tasks[name] as (given: unknown) => unknown)(input)) as TaskOutput<typeof name>;
      });
      last = result.catch(() => undefined);
      return result;
    },
    close: async () => void (await last),
  };
}

function createThreadPool(size: number, signal: AbortSignal | undefined): Pool {
  const threads: Thread[] = [];
  const waiting: Job[] = [];
  let ended: EthStakeError | undefined;

  const end = async (error: EthStakeError) => {
    ended ??= error;
    for (const { job } of threads) job?.reject(ended);
    for (const job of waiting.splice(0)) job.reject(ended);
    await Promise.all(threads.splice(0).map(({ worker }) => worker.terminate()));
  };
  const onAbort = () => void end(abortedError(signal));
  signal?.addEventListener("abort", onAbort, { once: true });

  const next = (thread: Thread) => {
    thread.job = waiting.shift();
    if (thread.job !== undefined) thread.worker.postMessage(thread.job.question);
  };
  const startThread = () => {
    // No environment and no arguments: a thread needs neither, and both may hold secrets.
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { env: {}, argv: [] });
    const thread: Thread = { worker, job: undefined };
    const crashed = (cause: unknown) =>
      void end(new EthStakeError("WORKER_FAILED", "Try again with fewer --threads: one of them ended", { cause }));
    worker.on("error", crashed).on("exit", () => ended ?? crashed("exit"));
    worker.on("message", (answer: Answer) => {
      const job = thread.job;
      next(thread);
      if ("output" in answer) job?.resolve(answer.output);
      else job?.reject(new EthStakeError(answer.error.code, answer.error.message));
    });
    threads.push(thread);
    next(thread);
  };

  return {
    threads: size,
    run: <Name extends TaskName>(name: Name, input: TaskInput<Name>) =>
      new Promise<TaskOutput<Name>>((resolve, reject) => {
        if (ended !== undefined || signal?.aborted) return reject(ended ?? abortedError(signal));
        waiting.push({ question: { name, input }, resolve: (output) => resolve(output as TaskOutput<Name>), reject });
        const idle = threads.find(({ job }) => job === undefined);
        if (idle !== undefined) next(idle);
        else if (threads.length < size) startThread();
      }),
    close: async () => {
      signal?.removeEventListener("abort", onAbort);
      await end(new EthStakeError("POOL_CLOSED", "Start another pool: this one is closed"));
    },
  };
}

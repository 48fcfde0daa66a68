// A thread of the pool: does tasks one after the other until it is ended.
import { parentPort } from "node:worker_threads";

import { toEthStakeError } from "../../runtime/errors.ts";
import type { Answer, Question } from "./pool.ts";
import { tasks } from "./tasks.ts";

parentPort?.on(
  "message",
  (question: Question) => void work(question).then((answer) => parentPort?.postMessage(answer)),
);

async function work({ name, input }: Question): Promise<Answer> {
  try {
    return { output: await (tasks[name] as (given: unknown) => unknown)(input) };
  } catch (error) {
    // Errors lose their class on the way; the cause stays here, as it may hold what the task was given.
    const { code, message } = toEthStakeError(error, "WORK_FAILED");
    return { error: { code, message } };
  }
}

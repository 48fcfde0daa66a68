import { expect } from "chai";

import { runLoop } from "../../oracle/loop.ts";
import type { Member } from "../../oracle/member.ts";
import { EthStakeError, hasCode } from "../../runtime/errors.ts";
import { createLogger } from "../../runtime/logger.ts";

type Step = () => Promise<{ done: boolean }>;

/** Runs scripted steps; the signal fires after the last one. */
async function run(steps: Step[], options: { once?: boolean } = {}) {
  const controller = new AbortController();
  const logs: Record<string, unknown>[] = [];
  const pauses: number[] = [];
  const counted: string[] = [];
  let taken = 0;
  let stopped = 0;
  const member = {
    step: async () => {
      const step = steps[taken++];
      if (step !== undefined) return step();
      controller.abort();
      return { done: false };
    },
    stopped: () => void stopped++,
  } as Partial<Member> as Member;
  const ended = await runLoop({
    member,
    clock: { now: () => 0, sleep: async (milliseconds) => void pauses.push(milliseconds) },
    pollMs: 100,
    logger: createLogger({ format: "json", write: (line) => void logs.push(JSON.parse(line) as never) }),
    signal: controller.signal,
    metrics: { stepDone: () => void counted.push("done"), stepFailed: (_, code) => void counted.push(code) },
    ...options,
  }).then(
    () => "ended",
    (error: unknown) => error,
  );
  return { ended, logs, pauses, counted, taken, stopped };
}

const fine: Step = async () => ({ done: false });
const done: Step = async () => ({ done: true });
const failing =
  (code: string, retryable = true): Step =>
  async () => {
    throw new EthStakeError(code, "no", { retryable });
  };

describe("oracle/loop", () => {
  it("goes on after errors, waits longer each time, and logs each kind once", async () => {
    const { ended, logs, pauses, counted, stopped } = await run([
      fine,
      ...Array.from({ length: 12 }, () => failing("BEACON_NOT_READY")),
      failing("NODES_DISAGREE", false),
      fine,
    ]);
    expect(ended).to.equal("ended");
    expect(logs.map(({ msg }) => msg)).to.have.length(2);
    expect(counted.filter((code) => code === "BEACON_NOT_READY")).to.have.length(12);
    expect(counted.filter((code) => code === "done")).to.have.length(3);
    expect(pauses).to.deep.equal([100, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000, 1000, 1000, 1000, 100, 100]);
    expect(stopped).to.equal(1);
  });

  it("ends with the frame when run once", async () => {
    expect(await run([fine, fine, done, fine], { once: true })).to.include({ ended: "ended", taken: 3, stopped: 1 });
  });

  it("run once, fails with an error that waiting does not mend", async () => {
    const { ended, taken } = await run([failing("BEACON_NOT_READY"), failing("NOT_A_MEMBER", false), fine], {
      once: true,
    });
    expect(hasCode(ended, "NOT_A_MEMBER")).to.equal(true);
    expect(taken).to.equal(2);
  });

  it("stops at once in the middle of a step that waits", async () => {
    const controller = new AbortController();
    const member = { step: () => new Promise(() => undefined), stopped: () => undefined } as Partial<Member> as Member;
    const running = runLoop({
      member,
      clock: { now: () => 0, sleep: async () => undefined },
      pollMs: 100,
      logger: createLogger({ level: "silent" }),
      signal: controller.signal,
      metrics: { stepDone: () => undefined, stepFailed: () => undefined },
    });
    controller.abort();
    await running;
  });
});

import { expect } from "chai";

import type { Clock } from "../../runtime/clock.ts";
import { EthStakeError, hasCode } from "../../runtime/errors.ts";
import { retry } from "../../runtime/retry.ts";

function fakeClock() {
  const sleeps: number[] = [];
  const clock: Clock = { now: () => 0, sleep: async (milliseconds) => void sleeps.push(milliseconds) };
  return { clock, sleeps };
}
const failing = (times: number, retryable: boolean) => {
  let calls = 0;
  return {
    calls: () => calls,
    action: async () => {
      calls++;
      if (calls <= times) throw new EthStakeError("FLAKY", "try again", { retryable });
      return "done";
    },
  };
};

describe("retry", () => {
  it("tries again with growing, bounded waits while the error is retryable", async () => {
    const { clock, sleeps } = fakeClock();
    const { action } = failing(4, true);
    expect(await retry(action, { clock, attempts: 5, baseDelayMs: 100, maxDelayMs: 300 })).to.equal("done");
    expect(sleeps).to.deep.equal([100, 200, 300, 300]);
  });

  it("gives up after the last attempt with the last error", async () => {
    const { clock } = fakeClock();
    const { action, calls } = failing(9, true);
    const error = await retry(action, { clock, attempts: 3 }).catch((thrown: unknown) => thrown);
    expect(hasCode(error, "FLAKY")).to.equal(true);
    expect(calls()).to.equal(3);
  });

  it("does not repeat what cannot help", async () => {
    const { clock } = fakeClock();
    const { action, calls } = failing(1, false);
    await retry(action, { clock }).catch(() => undefined);
    expect(calls()).to.equal(1);
  });

  it("stops at once when aborted", async () => {
    const { clock } = fakeClock();
    const { action, calls } = failing(0, true);
    const error = await retry(action, { clock, signal: AbortSignal.abort() }).catch((thrown: unknown) => thrown);
    expect(hasCode(error, "ABORTED")).to.equal(true);
    expect(calls()).to.equal(0);
  });
});

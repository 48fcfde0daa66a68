import { expect } from "chai";

import type { Clock } from "../../runtime/clock.ts";
import { EthStakeError, hasCode } from "../../runtime/errors.ts";
import { createLogger } from "../../runtime/logger.ts";
import { whenReachable } from "../../runtime/when-reachable.ts";

function world() {
  const sleeps: number[] = [];
  const lines: string[] = [];
  const clock: Clock = { now: () => 0, sleep: async (milliseconds) => void sleeps.push(milliseconds) };
  const logger = createLogger({ level: "info", format: "text", write: (line) => void lines.push(line) });
  return { clock, logger, sleeps, lines };
}

describe("runtime/when-reachable", () => {
  it("starts when the node is there at last, and says what it waits for", async () => {
    const { sleeps, lines, ...options } = world();
    let missing = 5;
    const start = async () => {
      if (missing-- > 0) throw new EthStakeError("BEACON_UNREACHABLE", "Start the beacon node", { retryable: true });
      return "started";
    };
    expect(await whenReachable(start, options)).to.equal("started");
    expect(sleeps).to.deep.equal([1_000, 2_000, 4_000, 5_000, 5_000]);
    expect(lines).to.have.length(5);
    expect(lines[0]).to.include("BEACON_UNREACHABLE");
  });

  it("ends at once with what time does not mend", async () => {
    const { sleeps, lines, ...options } = world();
    const start = () => Promise.reject(new EthStakeError("WRONG_CHAIN", "Name a node of this network"));
    const error = await whenReachable(start, options).catch((thrown: unknown) => thrown);
    expect(hasCode(error, "WRONG_CHAIN")).to.equal(true);
    expect([sleeps, lines]).to.deep.equal([[], []]);
  });

  it("ends when it is told to stop while it waits", async () => {
    const stop = new AbortController();
    const { logger } = world();
    const clock: Clock = { now: () => 0, sleep: async () => stop.abort() };
    const start = () => Promise.reject(new EthStakeError("EXECUTION_UNREACHABLE", "Start it", { retryable: true }));
    const error = await whenReachable(start, { clock, logger, signal: stop.signal }).catch((thrown: unknown) => thrown);
    expect(hasCode(error, "ABORTED")).to.equal(true);
  });
});

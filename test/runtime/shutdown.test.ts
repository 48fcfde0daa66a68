import { EventEmitter } from "node:events";

import { expect } from "chai";

import { createSystemClock } from "../../runtime/clock.ts";
import { hasCode } from "../../runtime/errors.ts";
import { createSilentLogger } from "../../runtime/logger.ts";
import { createShutdown } from "../../runtime/shutdown.ts";

describe("shutdown", () => {
  it("fires the signal, then runs closers once, last first, past one that fails", async () => {
    const shutdown = createShutdown({ logger: createSilentLogger() });
    const order: string[] = [];
    shutdown.signal.addEventListener("abort", () => order.push("signal"));
    shutdown.onClose("first", () => void order.push("first"));
    shutdown.onClose("broken", () => Promise.reject(new Error("no")));
    shutdown.onClose("last", () => void order.push("last"));
    await Promise.all([shutdown.stop(), shutdown.stop()]);
    expect(order).to.deep.equal(["signal", "last", "first"]);
  });

  it("gives up a closer that hangs", async () => {
    const shutdown = createShutdown({ logger: createSilentLogger(), closeTimeoutMs: 5 });
    let closed = false;
    shutdown.onClose("after", () => void (closed = true));
    shutdown.onClose("hangs", () => new Promise<void>(() => undefined));
    await shutdown.stop();
    expect(closed).to.equal(true);
  });

  it("stops on SIGTERM, and a second signal is for the impatient", async () => {
    const source = new EventEmitter();
    let impatient = 0;
    let nowSeconds = 1_700_000_000;
    const clock = { ...createSystemClock(), now: () => nowSeconds };
    const onSecondSignal = () => impatient++;
    const shutdown = createShutdown({ logger: createSilentLogger(), onSecondSignal, clock, source });
    let release = () => {};
    shutdown.onClose("slow", () => new Promise<void>((resolve) => (release = resolve)));
    source.emit("SIGTERM", "SIGTERM");
    expect(shutdown.signal.aborted).to.equal(true);
    // npm and the terminal both send it.
    source.emit("SIGTERM", "SIGTERM");
    expect(impatient).to.equal(0);
    nowSeconds += 2;
    source.emit("SIGINT", "SIGINT");
    release();
    await shutdown.stop();
    expect(impatient).to.equal(1);
    expect(source.listenerCount("SIGTERM")).to.equal(0);
  });

  it("wakes a sleeping loop", async () => {
    const shutdown = createShutdown({ logger: createSilentLogger() });
    const sleeping = createSystemClock()
      .sleep(60_000, shutdown.signal)
      .catch((thrown: unknown) => thrown);
    await shutdown.stop();
    expect(hasCode(await sleeping, "ABORTED")).to.equal(true);
  });
});

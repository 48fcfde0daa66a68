import { expect } from "chai";

import { CRASHED, createCrashPoint, withCrashes } from "./support/crash.ts";
import { TURN_SECONDS, startCommittee } from "./support/committee.ts";
import { sharedStore } from "./support/database.ts";

/** Member 0 submits first; the others are there and answer. */
const FIRST = 0;
const MAX_STEPS = 6;

/** One cycle of the first member that dies at its `at`-th await, then a restart of it, until the frame is settled. */
async function cycleWithCrash(at: number, when: "before" | "after") {
  const committee = await startCommittee();
  const { chain } = committee;
  try {
    await committee.members[1]?.step();
    await committee.members[2]?.step();
    const crash = createCrashPoint(at, when);
    let member = await committee.restart(FIRST, { wrap: (parts) => withCrashes(parts, crash) });
    for (let i = 0; i < MAX_STEPS && chain.lastRefSlot !== 127; i++) {
      const error = await member.step().then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      if (error !== undefined && !crash.happened) throw error;
      // Whatever was in memory is gone; the store and the chain are as the crash left them.
      if (error !== undefined) member = await committee.restart(FIRST);
      chain.time += 1;
      if (chain.pending.size > 0) chain.pending.clear();
      if (i > 2) chain.time += TURN_SECONDS;
    }
    const signed = await (await sharedStore()).query("SELECT member, report_hash FROM oracle_signed");
    return { happened: crash.happened, sent: chain.sent, lastRefSlot: chain.lastRefSlot, signed, points: crash.seen };
  } finally {
    await committee.close();
  }
}

describe("oracle, a crash at every await of a cycle", () => {
  it("INV-17 ends in the same report and one transaction, wherever it dies", async () => {
    const whole = await cycleWithCrash(Infinity, "before");
    expect(whole.sent.map(({ ok }) => ok)).to.deep.equal([true]);
    expect(whole.points).to.be.greaterThan(10);
    const hashes = new Set(whole.signed.map((row) => row["report_hash"]));
    expect(hashes.size).to.equal(1);
    for (let at = 0; at < whole.points; at++)
      for (const when of ["before", "after"] as const) {
        const { happened, sent, lastRefSlot, signed } = await cycleWithCrash(at, when);
        const name = `await ${at}, ${when}`;
        expect(happened, name).to.equal(true);
        expect(lastRefSlot, name).to.equal(127);
        expect(
          sent.filter(({ ok }) => ok),
          name,
        ).to.have.length(1);
        expect(sent, name).to.have.length(1);
        expect(new Set(signed.map((row) => row["report_hash"])), name).to.deep.equal(hashes);
        expect(signed, name).to.have.length(3);
      }
  }).timeout(180_000);

  it("the tests' own crash is thrown where it is told to be", async () => {
    const crash = createCrashPoint(1, "after");
    let calls = 0;
    const parts = withCrashes({ store: { save: async () => void calls++ } }, crash);
    await parts.store.save();
    const error = await parts.store.save().catch((thrown: unknown) => thrown);
    expect(error).to.equal(CRASHED);
    expect(calls).to.equal(2);
  });
});

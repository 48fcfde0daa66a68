import { expect } from "chai";

import {
  startCommittee,
  TURN_SECONDS,
  VOTE_AFTER_SECONDS,
  type MemberChanges,
  type TestCommittee,
} from "./support/committee.ts";

/** The frame before is settled so late that members have built, and signed, the next one without it. */
const OLDER = 63;
const LATE = 95;
const FRAME = 127;
const MAX_ROUNDS = 20;
/** Eighty committees, one after the other, on a machine that has other work. */
const SLOW_MS = 300_000;

/**
 * `step` works on what the member sees, `settle` is the late settlement in a block that both see at once or only member 1
 * does, `final` is when a member sees it final.
 */
type Event = "step0" | "step1" | "settle" | "settleUnseenBy0" | "final0" | "final1" | "restart0" | "restart1";

/** Two members of three: without both nothing is ever settled. */
async function startTwo(changes: MemberChanges = {}) {
  const views = [0, 1].map(() => ({ lastRefSlot: OLDER, isConfirmed: true }));
  const hooks: { onBuilt: (() => Promise<unknown>) | undefined } = { onBuilt: undefined };
  const changesOf = (index: number): MemberChanges => ({
    ...changes,
    wrap: (parts) => ({
      ...parts,
      chain: {
        ...parts.chain,
        progress: async () => ({ ...(await parts.chain.progress()), ...views[index] }),
        lastRefSlot: async () => views[index]?.lastRefSlot ?? OLDER,
        readings: async (...args) => {
          const readings = await parts.chain.readings(...args);
          await hooks.onBuilt?.();
          return readings;
        },
      },
    }),
  });
  const committee = await startCommittee({ 0: changesOf(0), 1: changesOf(1) });
  committee.chain.lastRefSlot = OLDER;
  await committee.members[2]?.kill();
  const logs: Record<string, unknown>[][] = committee.members.map((member) => member.logs);
  const step = (index: number) => committee.members[index]?.step().catch(() => undefined);
  return Object.assign(hooks, committee, {
    step,
    play: async (event: Event) => {
      const index = Number(event.at(-1));
      const isRefused = committee.chain.lastRefSlot === FRAME;
      // Both had signed without it, and what they built was settled first.
      if (isRefused && (event.startsWith("settle") || event.startsWith("final"))) return;
      if (event.startsWith("settle")) {
        committee.chain.lastRefSlot = LATE;
        for (const i of event === "settle" ? [0, 1] : [1]) views[i] = { lastRefSlot: LATE, isConfirmed: false };
      } else if (event.startsWith("final")) views[index] = { lastRefSlot: LATE, isConfirmed: true };
      else if (event.startsWith("restart")) logs.push((await committee.restart(index, changesOf(index))).logs);
      else await step(index);
    },
    /** What anybody noted as another's disagreement. */
    disagreements: () => logs.flat().filter(({ code }) => code === "REPORT_DISAGREEMENT"),
  });
}

/** Everybody goes on, and time does, until the frame is settled. */
async function goOn({ chain, step }: Awaited<ReturnType<typeof startTwo>>, seconds: number): Promise<void> {
  for (let i = 0; i < MAX_ROUNDS && chain.lastRefSlot < FRAME; i++) {
    chain.time += seconds;
    await step(0);
    await step(1);
  }
}

/** All orders of these events that can happen. */
function ordersOf(events: readonly Event[]): Event[][] {
  if (events.length === 0) return [[]];
  return events.flatMap((event, i) => {
    const isTooEarly = event.startsWith("final") && events.some((other) => other.startsWith("settle"));
    if (isTooEarly) return [];
    return ordersOf(events.filter((_, j) => j !== i)).map((rest) => [event, ...rest]);
  });
}

describe("oracle, a frame that was settled late", () => {
  const settled = ({ chain }: TestCommittee) => chain.sent.filter(({ ok }) => ok).map(({ refSlot }) => refSlot);
  let two: Awaited<ReturnType<typeof startTwo>>;
  const playAll = async (events: readonly Event[]) => {
    two = await startTwo();
    try {
      for (const event of events) await two.play(event);
      await goOn(two, TURN_SECONDS);
      expect(settled(two), events.join()).to.deep.equal([FRAME]);
      expect(two.disagreements(), events.join()).to.deep.equal([]);
    } finally {
      await two.close();
    }
  };

  it("INV-17 the next one is settled in every interleaving, and nobody is said to disagree", async () => {
    for (const settle of ["settle", "settleUnseenBy0"] as const) {
      const orders = ordersOf([settle, "final0", "final1", "step0", "step1"]);
      expect(orders).to.have.length(40);
      for (const order of orders) await playAll(order);
    }
  }).timeout(SLOW_MS);

  it("INV-17 the same with a restart of either, whenever it comes", async () => {
    const events: Event[] = ["step0", "step1", "settle", "final0", "step0", "step1", "final1", "step1"];
    for (const restart of ["restart0", "restart1"] as const)
      for (let at = 1; at <= events.length; at++) await playAll(events.toSpliced(at, 0, restart));
  }).timeout(SLOW_MS);

  it("a member votes on chain again, for the report that builds on it", async () => {
    two = await startTwo({ alone: true });
    try {
      const vote = () => [...two.chain.votes.values()].map(({ digest }) => digest);
      await two.step(0);
      two.chain.time += VOTE_AFTER_SECONDS;
      await two.step(0);
      const [older] = vote();
      expect(vote()).to.have.length(1);
      for (const event of ["settle", "final0", "final1"] as const) await two.play(event);
      for (let i = 0; i < 3; i++) {
        await two.step(0);
        two.chain.time += VOTE_AFTER_SECONDS;
      }
      const [newer] = vote();
      expect(newer).not.to.equal(older);
      await goOn(two, VOTE_AFTER_SECONDS);
      expect(settled(two)).to.deep.equal([FRAME]);
    } finally {
      await two.close();
    }
  });

  it("nothing is signed when it comes while the report is built", async () => {
    two = await startTwo();
    try {
      await two.play("step1");
      expect(two.members[1]?.status().frame?.signatures).to.equal(1);
      // Member 0 sees it as soon as the report is there.
      two.onBuilt = () => two.play("settle");
      await two.step(0);
      expect(two.members[0]?.status().frame?.signatures).to.equal(0);
    } finally {
      await two.close();
    }
  });
});

import { expect } from "chai";
import fc from "fast-check";

import { decideFund } from "../../keeper/fund/decide.ts";
import type { FundCandidate, FundSnapshot } from "../../keeper/fund/read.ts";
import { eth, keyOf, operator, point, rootOf, wei } from "./samples.ts";

const policy = { targetGwei: eth(2016), chunkGwei: eth(32), minTopUpGwei: eth(1), maxProofs: 16 };
const limits = { bondRateBps: 400, maxOperatorShareBps: 10_000, pooledGwei: eth(10_000) };
const candidate = (n: number, changes: Partial<FundCandidate> = {}): FundCandidate => ({
  pubkey: keyOf(n),
  pubkeyRoot: rootOf(n),
  operatorId: 1,
  index: n,
  depositedGwei: eth(1),
  fundable: true,
  ...changes,
});
const snapshot = (changes: Partial<FundSnapshot>): FundSnapshot => ({
  point,
  pausedUntil: 0,
  depositableGwei: eth(0),
  limits,
  operators: [operator(1)],
  candidates: [candidate(1)],
  ...changes,
});
const decide = (changes: Partial<FundSnapshot>, policyChanges: Partial<typeof policy> = {}) =>
  decideFund(snapshot(changes), { ...policy, ...policyChanges });
const amounts = (changes: Partial<FundSnapshot>, policyChanges: Partial<typeof policy> = {}) =>
  decide(changes, policyChanges).intents.flatMap(({ topUps }) =>
    topUps.map(({ index, amountGwei }) => [index, Number(amountGwei) / 1e9]),
  );
const codes = (changes: Partial<FundSnapshot>) => decide(changes).reasons.map(({ code }) => code);

describe("the decision to fund", () => {
  it("gives a proven validator everything up to its target", () => {
    expect(amounts({ depositableGwei: eth(500) })).to.deep.equal([[1, 500]]);
    expect(amounts({ depositableGwei: eth(5_000) })).to.deep.equal([[1, 2015]]);
    expect(amounts({ depositableGwei: eth(5_000) }, { targetGwei: eth(64) })).to.deep.equal([[1, 63]]);
  });

  it("gives the first top-up only as 31 ETH or more", () => {
    expect(amounts({ depositableGwei: eth(30) })).to.be.empty;
    expect(codes({ depositableGwei: eth(30) })).to.deep.equal(["NO_ROOM"]);
    expect(amounts({ depositableGwei: eth(31) })).to.deep.equal([[1, 31]]);
  });

  it("gives a validator that has its first 32 ETH small amounts too, but not dust", () => {
    const candidates = [candidate(1, { depositedGwei: eth(40) })];
    expect(amounts({ depositableGwei: eth(3), candidates })).to.deep.equal([[1, 3]]);
    expect(amounts({ depositableGwei: eth(1) - 1n, candidates })).to.be.empty;
    expect(codes({ depositableGwei: eth(1) - 1n, candidates })).to.deep.equal(["NOTHING_DEPOSITABLE"]);
  });

  it("fills the validator that was begun before it begins the next one", () => {
    const candidates = [candidate(1), candidate(2, { depositedGwei: eth(2000) })];
    expect(amounts({ depositableGwei: eth(16 + 31), candidates })).to.deep.equal([
      [2, 16],
      [1, 31],
    ]);
  });

  it("serves operators in turn, the one with the least ether first", () => {
    const operators = [operator(1, { fundedGwei: eth(100) }), operator(2)];
    const candidates = [candidate(1), candidate(2, { operatorId: 2 })];
    expect(amounts({ depositableGwei: eth(96), operators, candidates })).to.deep.equal([[2, 96]]);
    expect(amounts({ depositableGwei: eth(192), operators, candidates })).to.deep.equal([
      [1, 32],
      [2, 160],
    ]);
  });

  it("stops at the bond and at the share of the pool, and passes the rest to others", () => {
    const operators = [operator(1, { freeBondWei: wei(2) }), operator(2)];
    const candidates = [candidate(1), candidate(2, { operatorId: 2 })];
    expect(amounts({ depositableGwei: eth(300), operators, candidates })).to.deep.equal([
      [1, 50],
      [2, 250],
    ]);
    const capped = { ...limits, maxOperatorShareBps: 1_000, pooledGwei: eth(1_000) };
    expect(amounts({ depositableGwei: eth(300), limits: capped })).to.deep.equal([[1, 100]]);
    expect(codes({ depositableGwei: eth(300), limits: capped })).to.deep.equal(["NO_ROOM"]);
  });

  it("gives nothing to leaving, slashed or foreign validators, deactivated operators, or during a pause", () => {
    const leaving = [candidate(1, { fundable: false })];
    expect(amounts({ depositableGwei: eth(300), candidates: leaving })).to.be.empty;
    expect(codes({ depositableGwei: eth(300), candidates: leaving })).to.deep.equal(["NO_VALIDATOR"]);
    const operators = [operator(1, { status: "deactivated" })];
    expect(amounts({ depositableGwei: eth(300), operators })).to.be.empty;
    expect(decide({ depositableGwei: eth(300), pausedUntil: 3_000_000 })).to.deep.include({ intents: [] });
    expect(codes({ depositableGwei: eth(300), pausedUntil: 3_000_000 })).to.deep.equal(["DEPOSITS_PAUSED"]);
  });

  it("splits what is too much for one transaction", () => {
    const candidates = [1, 2, 3].map((n) => candidate(n));
    const { intents } = decide({ depositableGwei: eth(93), candidates }, { targetGwei: eth(32), maxProofs: 2 });
    expect(intents.map(({ topUps }) => topUps.length)).to.deep.equal([2, 1]);
  });

  it("INV-06 INV-07: whatever it sees, it stays within ether, bond, share and target", () => {
    const operatorIds = [1, 2, 3];
    const arbitrary = fc.record({
      depositable: fc.bigInt(0n, eth(5_000)),
      bonds: fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 3, maxLength: 3 }),
      shareBps: fc.integer({ min: 0, max: 10_000 }),
      target: fc.integer({ min: 32, max: 2016 }),
      places: fc.array(
        fc.record({
          operatorId: fc.constantFrom(...operatorIds),
          deposited: fc.constantFrom(1, 32, 33, 64, 500, 2015, 2016),
          fundable: fc.boolean(),
        }),
        { maxLength: 8 },
      ),
    });
    fc.assert(
      fc.property(arbitrary, ({ depositable, bonds, shareBps, target, places }) => {
        const operators = operatorIds.map((id, i) => operator(id, { freeBondWei: wei(bonds[i] ?? 0) }));
        const candidates = places.map(({ operatorId, deposited, fundable }, i) =>
          candidate(i + 1, { operatorId, depositedGwei: eth(deposited), fundable }),
        );
        const bounds = { ...limits, maxOperatorShareBps: shareBps };
        const { intents } = decide(
          { depositableGwei: depositable, operators, candidates, limits: bounds },
          { targetGwei: eth(target) },
        );
        const topUps = intents.flatMap((intent) => intent.topUps);
        const sum = (list: typeof topUps) => list.reduce((total, { amountGwei }) => total + amountGwei, 0n);
        expect(sum(topUps) <= depositable).to.equal(true);
        for (const [i, id] of operatorIds.entries()) {
          const own = sum(topUps.filter(({ operatorId }) => operatorId === id));
          expect(own <= eth((bonds[i] ?? 0) * 25)).to.equal(true);
          expect(own <= (bounds.pooledGwei * BigInt(shareBps)) / 10_000n).to.equal(true);
        }
        for (const { index, amountGwei } of topUps) {
          const place = candidates[index - 1];
          const after = (place?.depositedGwei ?? 0n) + amountGwei;
          expect(place?.fundable).to.equal(true);
          expect(after >= eth(32) && after <= eth(target)).to.equal(true);
        }
        expect(new Set(topUps.map(({ index }) => index)).size).to.equal(topUps.length);
      }),
      { numRuns: 500 },
    );
  });
});

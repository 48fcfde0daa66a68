import { expect } from "chai";
import fc from "fast-check";

import { decideFund, type FundIntent } from "../../keeper/fund/decide.ts";
import type { FundCandidate, FundOperator, FundSnapshot } from "../../keeper/fund/read.ts";
import { contractOf } from "./fund-contract.ts";
import { eth, keyOf, point, rootOf, uncapped, wei } from "./samples.ts";

const policy = { targetGwei: eth(2016), minTopUpGwei: eth(1), maxProofs: 16 };
const limits = {
  maxOperatorShareBps: 10_000,
  pooledGwei: eth(10_000),
  bondRateBps: 1_000,
  unprovenBondWei: wei(2),
  ...uncapped,
};
/** Bond for so much ether, at the rate above. */
const bondFor = (gwei: bigint) => (gwei * 10n ** 9n) / 10n;
const TURN = eth(2016);
const operator = (operatorId: number, changes: Partial<FundOperator> = {}): FundOperator => ({
  operatorId,
  fundedGwei: 0n,
  unprovenCount: 0,
  freeBondWei: wei(250),
  clientPair: "GELS",
  active: true,
  ...changes,
});
/** An active one, with so much ether. */
const active = (n: number, operatorId: number, ether: number, changes: Partial<FundCandidate> = {}): FundCandidate =>
  candidate(n, { operatorId, depositedGwei: eth(ether), proven: true, ...changes });
const candidate = (n: number, changes: Partial<FundCandidate> = {}): FundCandidate => ({
  pubkey: keyOf(n),
  pubkeyRoot: rootOf(n),
  operatorId: 1,
  index: n,
  depositedGwei: eth(1),
  fundable: true,
  proven: false,
  ...changes,
});
const snapshot = (changes: Partial<FundSnapshot>): FundSnapshot => ({
  point,
  pausedUntil: 0,
  depositableGwei: eth(0),
  limits,
  turn: { operatorId: 1, leftGwei: TURN },
  turnGwei: TURN,
  operators: [operator(1)],
  candidates: [candidate(1)],
  ...changes,
});
const decide = (changes: Partial<FundSnapshot>, policyChanges: Partial<typeof policy> = {}) =>
  decideFund(snapshot(changes), { ...policy, ...policyChanges });
/** Transactions, one list each: index and ether. */
const calls = (changes: Partial<FundSnapshot>, policyChanges: Partial<typeof policy> = {}) =>
  fundings(decide(changes, policyChanges).intents).map(({ operatorId, topUps }) => ({
    operatorId,
    topUps: topUps.map(({ index, amountGwei }) => [index, Number(amountGwei) / 1e9]),
  }));
const amounts = (changes: Partial<FundSnapshot>, policyChanges: Partial<typeof policy> = {}) =>
  fundings(decide(changes, policyChanges).intents).flatMap(({ topUps }) =>
    topUps.map(({ index, amountGwei }) => [index, Number(amountGwei) / 1e9]),
  );
/** Those of the transactions that fund. */
const fundings = (intents: readonly FundIntent[]) => intents.filter((intent) => intent.kind === "fund");
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
    const candidates = [candidate(1, { depositedGwei: eth(40), proven: true })];
    expect(amounts({ depositableGwei: eth(3), candidates })).to.deep.equal([[1, 3]]);
    expect(amounts({ depositableGwei: eth(1) - 1n, candidates })).to.be.empty;
    expect(codes({ depositableGwei: eth(1) - 1n, candidates })).to.deep.equal(["NOTHING_DEPOSITABLE"]);
  });

  it("fills the validator that was begun before it begins the next one", () => {
    const candidates = [candidate(1), candidate(2, { depositedGwei: eth(2000), proven: true })];
    expect(amounts({ depositableGwei: eth(16 + 31), candidates })).to.deep.equal([
      [2, 16],
      [1, 31],
    ]);
  });

  it("stops at the operator's capacity and at its share of the pool, and passes the rest to others", () => {
    const operators = [operator(1, { freeBondWei: bondFor(eth(50)) }), operator(2)];
    const candidates = [active(1, 1, 32), active(2, 2, 32)];
    expect(calls({ depositableGwei: eth(300), operators, candidates })).to.deep.equal([
      { operatorId: 1, topUps: [[1, 50]] },
      { operatorId: 2, topUps: [[2, 250]] },
    ]);
    const capped = { ...limits, maxOperatorShareBps: 1_000, pooledGwei: eth(1_000) };
    expect(amounts({ depositableGwei: eth(300), limits: capped })).to.deep.equal([[1, 99]]);
    expect(codes({ depositableGwei: eth(300), limits: capped })).to.deep.equal(["NO_ROOM"]);
    const funded = [operator(1, { fundedGwei: eth(60) })];
    expect(amounts({ depositableGwei: eth(300), limits: capped, operators: funded })).to.deep.equal([[1, 39]]);
  });

  describe("in turns", () => {
    const two = [operator(1), operator(2)];
    const both = [active(1, 1, 32), active(2, 2, 32)];

    it("begins with the operator whose turn it is, and after the last number comes the first", () => {
      const changes = { operators: two, candidates: both, depositableGwei: eth(2_100) };
      const turnOf = (operatorId: number) => ({ operatorId, leftGwei: TURN });
      expect(calls({ ...changes, turn: turnOf(2) })).to.deep.equal([
        { operatorId: 2, topUps: [[2, 1_984]] },
        { operatorId: 1, topUps: [[1, 116]] },
      ]);
      // Nobody has number 3 yet: it is the turn of the next one that there is.
      expect(calls({ ...changes, turn: turnOf(3) })[0]?.operatorId).to.equal(1);
    });

    it("gives no more than is left of the turn under way, and a whole turn to the next", () => {
      const changes = { operators: two, candidates: both, turnGwei: eth(200) };
      const turn = { operatorId: 1, leftGwei: eth(90) };
      expect(calls({ ...changes, turn, depositableGwei: eth(290) })).to.deep.equal([
        { operatorId: 1, topUps: [[1, 90]] },
        { operatorId: 2, topUps: [[2, 200]] },
      ]);
    });

    it("ends a turn of which too little for a new validator is left", () => {
      const candidates = [active(1, 1, 1_846), active(2, 2, 32), candidate(3)];
      const turn = { operatorId: 1, leftGwei: eth(200) };
      const changes = { operators: two, candidates, turn, turnGwei: eth(200), depositableGwei: eth(500) };
      // 170 fill validator 1. The 30 that are left of the turn cannot begin validator 3: it is the turn of operator 2.
      expect(calls(changes).slice(0, 2)).to.deep.equal([
        { operatorId: 1, topUps: [[1, 170]] },
        { operatorId: 2, topUps: [[2, 200]] },
      ]);
    });

    it("begins a second round when all had their turn", () => {
      const changes = {
        operators: two,
        candidates: both,
        turnGwei: eth(100),
        turn: { operatorId: 1, leftGwei: eth(40) },
      };
      expect(calls({ ...changes, depositableGwei: eth(260) })).to.deep.equal([
        { operatorId: 1, topUps: [[1, 40]] },
        { operatorId: 2, topUps: [[2, 100]] },
        { operatorId: 1, topUps: [[1, 100]] },
        { operatorId: 2, topUps: [[2, 20]] },
      ]);
    });

    it("waits for an operator with capacity that comes first, and names it", () => {
      // The contract does not know yet that validator 1 leaves.
      const candidates = [active(1, 1, 32, { fundable: false }), active(2, 2, 32)];
      const changes = { operators: two, candidates, depositableGwei: eth(300) };
      expect(calls(changes)).to.be.empty;
      expect(decide(changes).reasons).to.have.length(1);
      expect(decide(changes).reasons[0]).to.deep.include({
        code: "TURN_WAITS",
        details: { leftGwei: eth(300), operatorId: 1 },
      });
      expect(calls({ ...changes, turn: { operatorId: 2, leftGwei: TURN } })).to.deep.equal([
        { operatorId: 2, topUps: [[2, 300]] },
      ]);
    });

    const passed: [string, Partial<FundOperator>, number][] = [
      ["no bond for a new validator", { freeBondWei: bondFor(eth(31) - 1n) }, 32],
      ["no share for a new validator", { fundedGwei: eth(9_970) }, 32],
      ["no room on proven validators", {}, 1_986],
    ];
    for (const [why, changes, ether] of passed)
      it(`passes over an operator with ${why}`, () => {
        const operators = [operator(1, changes), operator(2)];
        const candidates = [active(1, 1, ether, { fundable: false }), active(2, 2, 32)];
        expect(calls({ operators, candidates, depositableGwei: eth(300) })).to.deep.equal([
          { operatorId: 2, topUps: [[2, 300]] },
        ]);
      });

    it("counts the room of a validator that it proves by funding it, to the last ether", () => {
      const changes = { operators: two, depositableGwei: eth(300) };
      // With a target of 1985 there are 31 ETH of room left, which the contract wants filled; with 1986 there are 30.
      const candidates = [candidate(1), candidate(2, { operatorId: 2 })];
      const filled = (target: number) => {
        const all = { ...changes, turnGwei: eth(4_000), turn: { operatorId: 1, leftGwei: eth(4_000) }, candidates };
        return calls({ ...all, depositableGwei: eth(3_000) }, { targetGwei: eth(target) }).map((one) => one.operatorId);
      };
      expect(filled(1_985)).to.deep.equal([1, 1, 2]);
      expect(filled(1_986)).to.deep.equal([1, 2]);
    });
  });

  describe("a target below what the contract fills to", () => {
    const two = [operator(1), operator(2)];
    const turn = { operatorId: 1, leftGwei: eth(300) };
    const changes = { operators: two, turn, turnGwei: eth(300), depositableGwei: eth(500) };

    it("is passed where another operator's validators would wait for the turn for ever", () => {
      const candidates = [active(1, 1, 64), active(2, 2, 32)];
      expect(calls({ ...changes, candidates }, { targetGwei: eth(64) })).to.deep.equal([
        { operatorId: 1, topUps: [[1, 300]] },
        { operatorId: 2, topUps: [[2, 32]] },
      ]);
    });

    it("holds where nobody else waits: more validators will be begun", () => {
      const candidates = [active(1, 1, 64), active(2, 2, 64)];
      expect(calls({ ...changes, candidates }, { targetGwei: eth(64) })).to.be.empty;
      expect(decide({ ...changes, candidates }, { targetGwei: eth(64) }).reasons[0]).to.include({ code: "TURN_WAITS" });
    });
  });

  it("counts the bond that a proof frees, and the 1 ETH of the predeposit that it adds", () => {
    const bonded = (ether: number) => [operator(1, { unprovenCount: 1, freeBondWei: bondFor(eth(ether)) + wei(2) })];
    expect(amounts({ operators: bonded(40), depositableGwei: eth(300) })).to.deep.equal([[1, 40 + 20 - 1]]);
    const limitsOfShare = { ...limits, maxOperatorShareBps: 1_000, pooledGwei: eth(320) };
    expect(amounts({ limits: limitsOfShare, depositableGwei: eth(300) })).to.deep.equal([[1, 31]]);
    const less = { ...limitsOfShare, pooledGwei: eth(319) };
    expect(amounts({ limits: less, depositableGwei: eth(300) })).to.be.empty;
  });

  describe("with caps on clients", () => {
    const capped = (floor: number) => ({
      ...limits,
      clientCapBps: 6_000,
      clientCapFloorGwei: eth(floor),
    });
    const three = [operator(1), operator(2), operator(3, { clientPair: "NETK" })];
    const all = [active(1, 1, 32), active(2, 2, 32), active(3, 3, 32)];
    const changes = {
      operators: three,
      candidates: all,
      turnGwei: eth(100),
      turn: { operatorId: 1, leftGwei: eth(100) },
    };

    it("takes what it gives one operator from the room of those on the same clients", () => {
      // 150 in all on GE and LS: operator 2 gets what operator 1 has left, and operator 3 is not bound by it.
      expect(calls({ ...changes, limits: capped(150), depositableGwei: eth(230) })).to.deep.equal([
        { operatorId: 1, topUps: [[1, 100]] },
        { operatorId: 2, topUps: [[2, 50]] },
        { operatorId: 3, topUps: [[3, 80]] },
      ]);
    });

    it("gives again where ether on other clients has made room", () => {
      // With 100 of 200 on GE and LS they may have 50 more: 150 of 250.
      expect(calls({ ...changes, limits: capped(100), depositableGwei: eth(300) })).to.deep.equal([
        { operatorId: 1, topUps: [[1, 100]] },
        { operatorId: 3, topUps: [[3, 100]] },
        { operatorId: 1, topUps: [[1, 50]] },
        { operatorId: 3, topUps: [[3, 50]] },
      ]);
    });
  });

  it("passes the turn on first where many operators without capacity come before the one that it gives to", () => {
    const without = Array.from({ length: 150 }, (_, i) => i + 1);
    const operators = [...without.map((id) => operator(id, { freeBondWei: 0n })), operator(151)];
    const candidates = [...without.map((id) => active(id, id, 32)), active(151, 151, 32)];
    const { intents } = decide({ operators, candidates, depositableGwei: eth(50) });
    expect(intents.map((intent) => (intent.kind === "fund" ? intent.operatorId : -intent.limit))).to.deep.equal([
      -100, -100, 151,
    ]);
    const few = decide({ operators: operators.slice(50), candidates: candidates.slice(50), depositableGwei: eth(50) });
    expect(few.intents).to.have.length(1);
  });

  it("gives nothing to leaving, slashed or foreign validators, deactivated operators, or during a pause", () => {
    const leaving = [candidate(1, { fundable: false })];
    expect(amounts({ depositableGwei: eth(300), candidates: leaving })).to.be.empty;
    expect(codes({ depositableGwei: eth(300), candidates: leaving })).to.deep.equal(["NO_VALIDATOR"]);
    const operators = [operator(1, { active: false })];
    expect(amounts({ depositableGwei: eth(300), operators })).to.be.empty;
    expect(decide({ depositableGwei: eth(300), pausedUntil: 3_000_000 })).to.deep.include({ intents: [] });
    expect(codes({ depositableGwei: eth(300), pausedUntil: 3_000_000 })).to.deep.equal(["DEPOSITS_PAUSED"]);
  });

  it("splits what is too much for one transaction", () => {
    const candidates = [1, 2, 3].map((n) => candidate(n));
    const { intents } = decide({ depositableGwei: eth(93), candidates }, { targetGwei: eth(32), maxProofs: 2 });
    expect(fundings(intents).map(({ topUps }) => topUps.length)).to.deep.equal([2, 1]);
  });

  it("leaves to the next turn what the first of two transactions leaves too little for", () => {
    const candidates = [1, 2, 3].map((n) => active(n, 1, 1_996));
    // The first transaction gives 40 of 60; the turn ends, as 20 would not do for a new validator.
    const changes = { depositableGwei: eth(60), candidates, turn: { operatorId: 1, leftGwei: eth(60) } };
    expect(calls(changes, { maxProofs: 2 }).map(({ topUps }) => topUps.length)).to.deep.equal([2, 1]);
    const withOther = {
      ...changes,
      operators: [operator(1), operator(2)],
      candidates: [...candidates, active(4, 2, 32)],
    };
    expect(calls(withOther, { maxProofs: 2 })).to.deep.equal([
      {
        operatorId: 1,
        topUps: [
          [1, 20],
          [2, 20],
        ],
      },
      { operatorId: 2, topUps: [[4, 20]] },
    ]);
  });

  it("INV-06 INV-07: whatever it sees, the contract takes all of it, one call after the other", () => {
    const operatorIds = [1, 2, 3];
    const gwei = (min: number, max: number) => fc.integer({ min, max }).map(eth);
    const arbitrary = fc.record({
      depositable: fc.bigInt(0n, eth(5_000)),
      bonds: fc.array(gwei(0, 150), { minLength: 3, maxLength: 3 }),
      pairs: fc.array(fc.constantFrom("GELS", "GETK", "NELS", "BELO"), { minLength: 3, maxLength: 3 }),
      onClients: fc.array(gwei(0, 900), { minLength: 4, maxLength: 4 }),
      clientCapBps: fc.constantFrom(3_300, 5_000, 9_000, 10_000),
      clientFloor: gwei(0, 400),
      shareBps: fc.integer({ min: 0, max: 10_000 }),
      target: gwei(32, 2016),
      maxProofs: fc.integer({ min: 1, max: 4 }),
      turnOf: fc.integer({ min: 0, max: 4 }),
      turnLeft: gwei(31, 600),
      turnGwei: gwei(31, 600),
      places: fc.array(
        fc.record({
          operatorId: fc.constantFrom(...operatorIds),
          deposited: fc.constantFrom(1, 32, 33, 64, 500, 1_990, 2_015, 2_016),
          fundable: fc.boolean(),
        }),
        { maxLength: 10 },
      ),
    });
    fc.assert(
      fc.property(arbitrary, (given) => {
        const clientEther = (at: number, name: string): [string, bigint] => [name, given.onClients[at] ?? 0n];
        const unproven = (id: number) =>
          given.places.filter(({ operatorId, deposited }) => operatorId === id && deposited === 1).length;
        const operators = operatorIds.map((id, i) =>
          operator(id, {
            freeBondWei: (given.bonds[i] ?? 0n) * 10n ** 9n,
            clientPair: given.pairs[i] ?? "GELS",
            unprovenCount: unproven(id),
          }),
        );
        const candidates = given.places.map(({ operatorId, deposited, fundable }, i) =>
          candidate(i + 1, { operatorId, depositedGwei: eth(deposited), fundable, proven: deposited > 1 }),
        );
        const snapshot = {
          depositableGwei: given.depositable,
          operators,
          candidates,
          limits: {
            ...limits,
            maxOperatorShareBps: given.shareBps,
            clientCapBps: given.clientCapBps,
            clientCapFloorGwei: given.clientFloor,
            clients: {
              totalGwei: eth(1_000),
              executionGwei: new Map([clientEther(0, "GE"), clientEther(1, "NE")]),
              consensusGwei: new Map([clientEther(2, "LS"), clientEther(3, "TK")]),
            },
          },
          turn: { operatorId: given.turnOf, leftGwei: given.turnLeft },
          turnGwei: given.turnGwei,
        };
        const { intents } = decide(snapshot, { targetGwei: given.target, maxProofs: given.maxProofs });
        const contract = contractOf(snapshot);
        for (const { operatorId, topUps } of fundings(intents)) {
          expect(topUps.length).to.be.within(1, given.maxProofs);
          contract.fund(
            operatorId,
            topUps.map(({ index, amountGwei }) => ({ index, amountGwei })),
          );
        }
        for (const { depositedGwei, before } of contract.validators.values())
          expect(depositedGwei === before || depositedGwei <= eth(2_016)).to.equal(true);
      }),
      { numRuns: 1_000 },
    );
  });
});

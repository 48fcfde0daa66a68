import { expect } from "chai";
import fc from "fast-check";

import { coverDemand, type Askable } from "../../keeper/exit/cover-demand.ts";
import { decideExit } from "../../keeper/exit/decide.ts";
import { safeToAskGwei, type OrderedGwei } from "../../keeper/exit/margin.ts";
import type { ExitCandidate, ExitSnapshot } from "../../keeper/exit/read.ts";
import { eth, operator } from "./samples.ts";
import { candidate, snapshot } from "./support/exit-samples.ts";

/** What the contract counts where so much is to be asked for: the last least part is left to the next run. */
const wanting = (ether: number) => BigInt(Math.round((ether + 1) * 1e9));
/** What the tips until a request is mined are taken for at the most. */
const TIPS = eth(1) / 100n;
const decide = (changes: Partial<ExitSnapshot>) =>
  decideExit(snapshot(changes), { maxRequestFeeWei: 100n, exitMarginSeconds: 86_400, exitWaitSeconds: 3_600 });
const sent = (changes: Partial<ExitSnapshot>) =>
  decide(changes).intents.map((intent) =>
    intent.kind === "publish"
      ? { publish: intent.indices[0], because: intent.because }
      : intent.kind === "exit"
        ? { exit: intent.indices, because: intent.because }
        : { partial: intent.indices, ether: intent.amountsGwei.map((amount) => Number(amount) / 1e9) },
  );
const codes = (changes: Partial<ExitSnapshot>) => decide(changes).reasons.map(({ code }) => code);

describe("the decision to exit", () => {
  it("does nothing without demand", () => {
    expect(sent({ candidates: [candidate(1, 100)] })).to.be.empty;
    expect(codes({ candidates: [candidate(1, 100)] })).to.deep.equal(["NO_DEMAND"]);
  });

  it("takes part of the balance above 32 ETH where that is enough", () => {
    expect(sent({ demandGwei: wanting(50), candidates: [candidate(1, 100), candidate(2, 40)] })).to.deep.equal([
      { partial: [1], ether: [50] },
    ]);
    expect(sent({ demandGwei: wanting(70), candidates: [candidate(1, 100), candidate(2, 40)] })).to.deep.equal([
      { partial: [1, 2], ether: [68, 2] },
    ]);
  });

  it("passes over who was asked to exit a moment ago and has nothing else to give", () => {
    const asked = candidate(1, 37, { status: "exiting", requestedAt: 99_999 });
    expect(sent({ demandGwei: wanting(50), candidates: [asked, candidate(2, 100)] })).to.deep.equal([
      { partial: [2], ether: [50] },
    ]);
  });

  it("exits the smallest validator that closes the gap, and takes the rest from others", () => {
    const candidates = [candidate(1, 100), candidate(2, 40), candidate(3, 32), candidate(4, 64)];
    // 68 + 8 + 0 + 32 = 108 can be had in parts; exiting validator 3 brings the missing 2.
    expect(sent({ demandGwei: wanting(110), candidates })).to.deep.equal([
      { exit: [3], because: "demand" },
      { partial: [1, 4], ether: [68, 10] },
    ]);
  });

  it("exits the largest when none closes the gap alone", () => {
    const candidates = [candidate(1, 32), candidate(2, 40), candidate(3, 33)];
    expect(sent({ demandGwei: wanting(105), candidates })).to.deep.equal([{ exit: [2, 3, 1], because: "demand" }]);
  });

  it("never exits what gives 32 ETH more than is needed: the contract refuses it", () => {
    // 3 ETH above 32 are less than the least part that can be asked for.
    const changes = { minPartialGwei: eth(5), candidates: [candidate(1, 35)] };
    expect(sent({ ...changes, demandGwei: eth(3) + TIPS })).to.be.empty;
    expect(codes({ ...changes, demandGwei: eth(3) + TIPS })).to.deep.equal(["NOT_ENOUGH_EXITABLE"]);
    expect(sent({ ...changes, demandGwei: eth(3) + 1n + TIPS })).to.deep.equal([{ exit: [1], because: "demand" }]);
  });

  it("counts a validator by its effective balance, whatever was deposited for it", () => {
    // Rewards: 2 ETH more than was deposited, which is what is asked.
    const grown = candidate(1, 32, { balanceGwei: eth(34), effectiveBalanceGwei: eth(34) });
    expect(sent({ demandGwei: wanting(34), candidates: [grown] })).to.deep.equal([{ exit: [1], because: "demand" }]);
    expect(codes({ demandGwei: wanting(34), candidates: [grown] })).to.be.empty;
    // Penalties: of the 64 that were deposited 31 are left, and another one is needed.
    const shrunk = candidate(1, 64, { balanceGwei: eth(31), effectiveBalanceGwei: eth(31) });
    expect(sent({ demandGwei: wanting(33), candidates: [shrunk, candidate(2, 32)] })).to.deep.equal([
      { exit: [2, 1], because: "demand" },
    ]);
    // Balance beyond the effective one cannot be asked for: the contract sees the effective one alone.
    const between = candidate(1, 64, { balanceGwei: eth(65), effectiveBalanceGwei: eth(64) });
    expect(sent({ demandGwei: wanting(33), candidates: [between] })).to.deep.equal([{ exit: [1], because: "demand" }]);
  });

  it("takes no more in parts than is left of a part that waits, by the contract or by the chain", () => {
    const asked = candidate(1, 100, { requestedAt: 99_001, partialGwei: eth(60) });
    expect(sent({ demandGwei: wanting(20), candidates: [asked] })).to.deep.equal([{ partial: [1], ether: [8] }]);
    const queued = candidate(1, 100, { pendingPartialGwei: eth(63) });
    expect(sent({ demandGwei: wanting(20), candidates: [queued] })).to.deep.equal([{ partial: [1], ether: [5] }]);
  });

  it("asks again for a part that was ignored, once the contract waits no more", () => {
    const ignored = candidate(1, 100, { requestedAt: 99_000, partialGwei: eth(60) });
    expect(sent({ demandGwei: wanting(20), candidates: [ignored] })).to.deep.equal([{ partial: [1], ether: [20] }]);
    expect(sent({ demandGwei: wanting(69), candidates: [ignored] })).to.deep.equal([{ exit: [1], because: "demand" }]);
  });

  it("asks for the least part where little is left, and for so much less of another", () => {
    const candidates = [candidate(1, 40), candidate(2, 100)];
    expect(sent({ demandGwei: wanting(68.5), candidates })).to.deep.equal([{ partial: [1, 2], ether: [1, 67.5] }]);
    const other = [candidate(1, 100), candidate(2, 40)];
    expect(sent({ demandGwei: wanting(68.5), candidates: other })).to.deep.equal([
      { partial: [1, 2], ether: [67.5, 1] },
    ]);
  });

  it("asks for the least part where less is needed", () => {
    for (const demandGwei of [TIPS + 1n, eth(1) - 1n, eth(1)]) {
      expect(sent({ demandGwei, candidates: [candidate(1, 100)] })).to.deep.equal([{ partial: [1], ether: [1] }]);
      expect(codes({ demandGwei, candidates: [candidate(1, 100)] })).to.be.empty;
    }
  });

  const unusable: [string, Partial<ExitCandidate>][] = [
    ["leaves already", { leaving: true }],
    ["is too young for the chain to act on it", { requestsFromEpoch: 101 }],
    ["was asked to exit a short time ago", { status: "exiting", requestedAt: 99_001 }],
    ["was asked for a part a short time ago", { requestedAt: 99_001, partialGwei: eth(1) }],
    ["has a partial withdrawal waiting", { pendingPartialGwei: eth(1) }],
    ["gives its ether to another validator", { status: "exiting", requestedAt: 1, consolidating: true }],
  ];
  for (const [why, changes] of unusable)
    it(`leaves out a validator that ${why}`, () => {
      const candidates = [candidate(1, 32, changes)];
      expect(sent({ demandGwei: wanting(32), candidates })).to.be.empty;
      expect(codes({ demandGwei: wanting(32), candidates })).to.deep.equal(["NOT_ENOUGH_EXITABLE"]);
    });

  it("asks again for an exit that was ignored, before it asks anybody else", () => {
    const ignored = candidate(2, 32, { status: "exiting", requestedAt: 99_000 });
    expect(sent({ demandGwei: wanting(20), candidates: [candidate(1, 32), ignored] })).to.deep.equal([
      { exit: [2], because: "demand" },
    ]);
  });

  it("takes no partial from a validator that is to exit, and no exit from one with a waiting partial", () => {
    const ignored = candidate(1, 100, { status: "exiting", requestedAt: 1 });
    expect(sent({ demandGwei: wanting(10), candidates: [ignored] })).to.be.empty;
    const waiting = candidate(2, 40, { pendingPartialGwei: eth(8) });
    expect(sent({ demandGwei: wanting(40), candidates: [waiting] })).to.be.empty;
  });

  it("exits all of a deactivated operator once its deadline has passed, and counts it against the demand", () => {
    const operators = [operator(1), operator(2, { status: "deactivated", exitDeadlinePassed: true })];
    const candidates = [candidate(1, 100), candidate(2, 32, { operatorId: 2 }), candidate(3, 33, { operatorId: 2 })];
    expect(sent({ operators, candidates })).to.deep.equal([{ exit: [2, 3], because: "deactivated" }]);
    expect(sent({ operators, candidates, demandGwei: wanting(70) })).to.deep.equal([
      { exit: [2, 3], because: "deactivated" },
      { partial: [1], ether: [5] },
    ]);
  });

  it("takes from operators in breach first, then from the one with the most ether", () => {
    const operators = [
      operator(1, { fundedGwei: eth(100) }),
      operator(2, { fundedGwei: eth(900) }),
      operator(3, { fundedGwei: eth(50), strikeHistory: 1 }),
    ];
    const of = (n: number, operatorId: number, ether: number) => candidate(n, ether, { operatorId });
    const whole = [of(1, 1, 32), of(2, 2, 32), of(3, 3, 32)];
    expect(sent({ operators, demandGwei: wanting(20), candidates: whole })[0]).to.deep.include({ exit: [3] });
    expect(sent({ operators, demandGwei: wanting(64), candidates: whole })[0]).to.deep.include({ exit: [3, 2] });
    const large = [of(1, 1, 500), of(2, 2, 100), of(3, 3, 40)];
    expect(sent({ operators, demandGwei: wanting(30), candidates: large })).to.deep.equal([
      { partial: [2, 3], ether: [22, 8] },
    ]);
  });

  it("leaves the validators of a deactivated operator to it until its deadline, and says which", () => {
    const operators = [operator(1), operator(2, { status: "deactivated" })];
    const candidates = [
      candidate(1, 40),
      candidate(2, 32, { operatorId: 2 }),
      candidate(3, 32, { operatorId: 2, leaving: true }),
    ];
    expect(sent({ operators, candidates })).to.be.empty;
    const { reasons } = decide({ operators, candidates });
    expect(reasons[0]).to.deep.include({ code: "EXITS_AWAITED", details: { operatorId: 2, indices: [2] } });
  });

  it("sends nothing while a request costs too much", () => {
    const changes = { demandGwei: wanting(50), candidates: [candidate(1, 100)], requestFeeWei: 101n };
    expect(sent(changes)).to.be.empty;
    expect(codes(changes)).to.deep.equal(["REQUEST_FEE_HIGH"]);
  });

  it("asks for 16 at the most in one run", () => {
    const candidates = Array.from({ length: 20 }, (_, i) => candidate(i, 32));
    expect(decide({ demandGwei: wanting(640), candidates }).intents[0]?.indices).to.have.length(16);
  });
});

describe("the margin of an order", () => {
  const safe = (changes: Partial<OrderedGwei>) =>
    safeToAskGwei({ orderGwei: eth(100), uncoveredGwei: eth(100), minPartialGwei: eth(1), isLate: false, ...changes });

  it("leaves the least part of what the contract allows to the next run, and nothing where more is wanted than ordered", () => {
    expect(safe({})).to.equal(eth(99));
    expect(safe({ orderGwei: eth(99) + 1n })).to.equal(eth(99));
    expect(safe({ orderGwei: eth(98) })).to.equal(eth(98));
    expect(safe({ orderGwei: 0n })).to.equal(0n);
  });

  it("leaves what tips may be where two least parts are not wanted", () => {
    const uncoveredGwei = 2n * eth(1) - 1n;
    expect(safe({ orderGwei: uncoveredGwei, uncoveredGwei })).to.equal(uncoveredGwei - TIPS);
  });

  it("asks for what a tip may bring only when waiting makes it late", () => {
    const dust = { orderGwei: TIPS, uncoveredGwei: TIPS };
    expect(safe(dust)).to.equal(0n);
    expect(safe({ ...dust, isLate: true })).to.equal(TIPS);
    expect(codes({ demandGwei: TIPS, candidates: [candidate(1, 100)] })).to.deep.equal(["LEFT_TO_TIPS"]);
  });

  it("is never refused for tips below it, whatever is asked for", () => {
    const ether = fc.oneof(fc.bigInt(1n, eth(3)), fc.bigInt(1n, eth(500)));
    const sizes = fc.array(fc.oneof(fc.integer({ min: 32, max: 36 }), fc.integer({ min: 32, max: 200 })), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(ether, sizes, fc.double({ min: 0, max: 1, noNaN: true }), (demandGwei, balances, part) => {
        const candidates = balances.map((balance, i) => candidate(i, balance));
        const { intents } = decide({ demandGwei, candidates });
        const mostGwei = demandGwei >= eth(2) ? eth(1) : TIPS;
        let left = demandGwei - BigInt(Math.floor(Number(mostGwei - 1n) * part));
        for (const intent of intents) {
          const asked = intent.indices
            .map((index, i) => ({ index, gwei: intent.kind === "partial" ? (intent.amountsGwei[i] ?? 0n) : undefined }))
            .sort((a, b) => a.index - b.index);
          for (const { index, gwei } of asked) {
            const wholeGwei = eth(balances[index] ?? 0);
            const mostGwei = gwei === undefined ? left + eth(32) - 1n : left > eth(1) ? left : eth(1);
            expect(left > 0n && (gwei ?? wholeGwei) <= mostGwei).to.equal(true);
            left = left > (gwei ?? wholeGwei) ? left - (gwei ?? wholeGwei) : 0n;
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("covering a demand", () => {
  it("stays within what the contract allows, whatever it sees", () => {
    const arbitrary = fc.record({
      demand: fc.oneof(fc.bigInt(0n, eth(20)), fc.bigInt(0n, eth(3_000))),
      places: fc.array(
        fc.record({
          effective: fc.oneof(fc.integer({ min: 32, max: 40 }), fc.integer({ min: 32, max: 2016 })),
          mayExit: fc.boolean(),
          active: fc.boolean(),
          inBreach: fc.boolean(),
          funded: fc.integer({ min: 0, max: 2 }),
        }),
        { maxLength: 8 },
      ),
    });
    fc.assert(
      fc.property(arbitrary, ({ demand, places }) => {
        const candidates = places.map(({ effective, mayExit, active, inBreach, funded }, i): Askable => {
          const spareGwei = active ? eth(effective - 32) : 0n;
          return {
            ...candidate(i, effective, { status: active ? "active" : "exiting" }),
            mayExit,
            spareGwei,
            inBreach,
            operatorFundedGwei: eth(funded),
          };
        });
        const { exits, partials, shortGwei } = coverDemand(candidates, demand, eth(1), 16);
        // The contract looks at both in the order of the proof, which is that of the indices.
        let left = demand;
        for (const { mayExit, effectiveBalanceGwei } of [...exits].sort((a, b) => a.index - b.index)) {
          expect(mayExit && left > 0n && effectiveBalanceGwei < left + eth(32)).to.equal(true);
          left = left > effectiveBalanceGwei ? left - effectiveBalanceGwei : 0n;
        }
        for (const { candidate: from, amountGwei } of [...partials].sort(
          (a, b) => a.candidate.index - b.candidate.index,
        )) {
          const mostGwei = left > eth(1) ? left : eth(1);
          expect(left > 0n && amountGwei >= eth(1) && amountGwei <= mostGwei).to.equal(true);
          expect(amountGwei <= from.spareGwei).to.equal(true);
          expect(exits).not.to.include(from);
          left = left > amountGwei ? left - amountGwei : 0n;
        }
        expect(shortGwei).to.equal(left);
      }),
      { numRuns: 2_000 },
    );
  });
});

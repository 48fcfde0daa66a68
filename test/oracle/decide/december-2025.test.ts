import { expect } from "chai";
import { zeroHash } from "viem";

import { judgePeriod } from "../../../oracle/decide/breaches.ts";
import { judgeEpoch, type EpochResult } from "../../../oracle/decide/epoch-result.ts";
import { epochsOf, periodEpochs } from "../../../oracle/decide/frames.ts";
import type { FrameGrid } from "../../../oracle/decide/snapshot.ts";
import { columnsOf } from "../support/columns.ts";
import { eth } from "../support/snapshots.ts";

// Mainnet, 4 December 2025: Prysm nodes ran out of resources from epoch 411439 to 411480. 248 of 1344 slots had no block,
// participation fell to 75 %, and was at 95 % again with the last of these epochs. Prysm had up to 22.7 % of the network.
const GRID: FrameGrid = { slotsPerEpoch: 32, slotsPerFrame: 7_200, framesPerPeriod: 28 };
const INCIDENT = { first: 411_439, last: 411_480 };
const PERIOD = 65;
const COUNT = 2_000;
const PRYSM = 454;
/** What the network does on a good day: there is always somebody offline. */
const USUAL = 0.996;
const LOWEST = 0.75;

/** Validators of the pool, by index: the first PRYSM of the network run Prysm. */
const operatorOf = new Map<number, number>();
const give = (operatorId: number, from: number, count: number) => {
  for (let i = 0; i < count; i++) operatorOf.set(from + i, operatorId);
};
const [ALL_PRYSM, NO_PRYSM, HALF, ABSENT] = [1, 2, 3, 4] as const;
give(ALL_PRYSM, 0, 40);
give(NO_PRYSM, PRYSM, 40);
give(HALF, PRYSM - 20, 20);
give(HALF, PRYSM + 40, 20);
give(ABSENT, PRYSM + 60, 40);
const columns = columnsOf(
  Array.from({ length: COUNT }, () => ({
    effectiveBalanceGwei: eth(32),
    slashed: false,
    activationEpoch: 0,
    exitEpoch: Infinity,
  })),
);

/** Participation of the whole network in an epoch: the fall, 30 epochs of trouble, and the way back. */
function participation(epoch: number): number {
  if (epoch < INCIDENT.first || epoch > INCIDENT.last) return USUAL;
  const back = Math.max(0, epoch - INCIDENT.first - 29) / (INCIDENT.last - INCIDENT.first - 29);
  return LOWEST + (0.951 - LOWEST) * back;
}

/** Who attested: those that missed are of Prysm first, spread over them; the operators' own faults come on top. */
function epochOf(epoch: number, isAbsent: boolean): EpochResult {
  const missing = Math.round(COUNT * (1 - participation(epoch)));
  const missesOf = (from: number, count: number, misses: number) => (index: number) =>
    Math.floor(((index - from + 1) * misses) / count) > Math.floor(((index - from) * misses) / count);
  const isTrouble = epoch >= INCIDENT.first && epoch <= INCIDENT.last;
  const ofPrysm = isTrouble ? Math.min(PRYSM, missing) : 0;
  const prysmMisses = missesOf(0, PRYSM, ofPrysm);
  // On a good day none of ours is among the missing; in the incident blocks were missing for everybody.
  const othersMiss = missesOf(PRYSM, COUNT - PRYSM, missing - ofPrysm);
  const flags = Uint8Array.from({ length: COUNT }, (_, index) => {
    if (isAbsent && operatorOf.get(index) === ABSENT) return 0;
    const misses = index < PRYSM ? prysmMisses(index) : othersMiss(index) && (isTrouble || !operatorOf.has(index));
    return misses ? 0 : 7;
  });
  const slot = (epoch + 2) * GRID.slotsPerEpoch - 1;
  const state = {
    slot,
    validators: columns,
    previousEpochParticipation: flags,
    currentEpochParticipation: new Uint8Array(COUNT),
  };
  return { ...judgeEpoch(state, epoch, GRID.slotsPerEpoch, operatorOf), blockRoot: zeroHash };
}

/** The whole period; operator ABSENT is offline for this many epochs of it, long after the incident. */
function replay(absentEpochs: number): EpochResult[] {
  const usual = [epochOf(INCIDENT.first - 1, false), epochOf(INCIDENT.first - 1, true)] as const;
  return epochsOf(periodEpochs(GRID, PERIOD)).map((epoch) => {
    const isAbsent = epoch > INCIDENT.last + 500 && epoch <= INCIDENT.last + 500 + absentEpochs;
    if (epoch >= INCIDENT.first && epoch <= INCIDENT.last) return epochOf(epoch, isAbsent);
    return { ...usual[isAbsent ? 1 : 0], epoch };
  });
}

describe("oracle, the incident of December 2025 replayed", () => {
  const shareOf = (result: EpochResult | undefined, operatorId: number) => {
    const { assignedGwei, attestedGwei } =
      result?.operators.find((operator) => operator.operatorId === operatorId) ?? expect.fail("not there");
    return Number(attestedGwei) / Number(assignedGwei);
  };

  it("INC-39 the replay is the incident: 42 epochs inside one period, down to 75 %", () => {
    const epochs = replay(0);
    expect(epochs).to.have.length(6_300);
    const incident = epochs.filter(({ epoch }) => epoch >= INCIDENT.first && epoch <= INCIDENT.last);
    expect(incident).to.have.length(42);
    const shares = incident.map(({ network }) => Number(network.attestedGwei) / Number(network.assignedGwei));
    expect(Math.min(...shares)).to.equal(LOWEST);
    expect(shares.at(-1)).to.be.greaterThan(0.95);
    expect(shareOf(incident[0], ALL_PRYSM)).to.equal(0);
    expect(shareOf(incident[0], NO_PRYSM)).to.be.within(0.9, 1);
    // The last of them counts, and costs those on Prysm.
    expect(shareOf(incident.at(-1), ALL_PRYSM)).to.be.lessThan(0.9);
  });

  it("INC-39 no faultless operator gets a strike, whatever client it ran", () => {
    expect(judgePeriod(PERIOD, replay(0))).to.deep.equal([]);
  });

  it("INC-39 who was absent in the same period for a reason of its own does", () => {
    const absent = (epochs: number) => judgePeriod(PERIOD, replay(epochs)).map(({ operatorId }) => operatorId);
    expect(absent(60)).to.deep.equal([ABSENT]);
    expect(absent(20)).to.deep.equal([]);
  });

  it("INC-39 without the rule for the network's trouble those on Prysm would be struck", () => {
    const blind = replay(0).map((result) => ({
      ...result,
      network: { assignedGwei: eth(1000), attestedGwei: eth(999) },
    }));
    expect(judgePeriod(PERIOD, blind).map(({ operatorId }) => operatorId)).to.deep.equal([ALL_PRYSM]);
  });
});

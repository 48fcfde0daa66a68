import { expect } from "chai";

import type { Report } from "../../chain/report/report.ts";
import { decideSettle } from "../../keeper/settle/decide.ts";
import { dueFrames } from "../../keeper/settle/due-frames.ts";
import type { DueFrame, Proposal, SettleSnapshot } from "../../keeper/settle/read.ts";
import { rootOf } from "./samples.ts";

const grid = { lastRefSlot: 63n, slotsPerFrame: 64n, genesisTime: 1_000n, secondsPerSlot: 12n };
const endOf = (refSlot: bigint) => 1_000n + (refSlot + 1n) * 12n;

const reportOf = (refSlot: bigint): Report => ({
  refSlot,
  previousRefSlot: refSlot - 64n,
  cutoffTimestamp: 1n,
  cutoffBlockHash: rootOf(1),
  blockRoot: rootOf(2),
  consensusBalanceGwei: 0n,
  exitingGwei: 0n,
  withdrawalReceiptsWei: 0n,
  executionReceiptsWei: 0n,
  rewardsRoot: rootOf(0),
  rewardsTotalShares: 0n,
  losses: [],
  breaches: [],
  thefts: [],
  exits: [],
});
const proposal = (refSlot: bigint, agreed: boolean, hash = 1): Proposal => ({
  report: reportOf(refSlot),
  reportHash: rootOf(hash),
  signatures: "0x",
  signers: [],
  agreed,
});
const frame = (refSlot: bigint, ...proposals: Proposal[]): DueFrame => ({ refSlot, proposals });
const decide = (changes: Partial<SettleSnapshot>) =>
  decideSettle({ peerCount: 3, pausedUntil: 0, reviewUntil: 0, frames: [], ...changes });

describe("frames that are due", () => {
  it("are those that ended a grace time ago and are not settled, newest first", () => {
    expect(dueFrames(grid, endOf(127n) + 600n, 600n)).to.deep.equal([127n]);
    expect(dueFrames(grid, endOf(127n) + 599n, 600n)).to.deep.equal([]);
    expect(dueFrames(grid, endOf(255n) + 600n, 600n)).to.deep.equal([255n, 191n, 127n]);
  });

  it("are at most three, since a newer report covers the older frames", () => {
    expect(dueFrames(grid, endOf(639n), 0n)).to.deep.equal([639n, 575n, 511n]);
  });

  it("are none before the chain began or when all are settled", () => {
    expect(dueFrames(grid, 500n, 0n)).to.deep.equal([]);
    expect(dueFrames({ ...grid, lastRefSlot: 127n }, endOf(127n) + 700n, 600n)).to.deep.equal([]);
  });
});

describe("the decision to settle", () => {
  it("takes the newest frame that is agreed on", () => {
    const frames = [
      frame(255n, proposal(255n, false)),
      frame(191n, proposal(191n, true)),
      frame(127n, proposal(127n, true)),
    ];
    const { intents, reasons } = decide({ frames });
    expect(intents.map(({ report }) => report.refSlot)).to.deep.equal([191n]);
    expect(reasons).to.be.empty;
  });

  it("takes the agreed one of two reports of a frame", () => {
    const { intents } = decide({ frames: [frame(127n, proposal(127n, false, 1), proposal(127n, true, 2))] });
    expect(intents.map(({ reportHash }) => reportHash)).to.deep.equal([rootOf(2)]);
  });

  const refusals: [string, Partial<SettleSnapshot>, string[]][] = [
    ["no frame is due", {}, ["NOTHING_DUE"]],
    ["settlements are paused", { pausedUntil: 9, frames: [frame(127n, proposal(127n, true))] }, ["SETTLE_PAUSED"]],
    ["a report is in review", { reviewUntil: 9, frames: [frame(127n, proposal(127n, true))] }, ["REPORT_IN_REVIEW"]],
    ["no member was named", { peerCount: 0, frames: [frame(127n)] }, ["NO_PEERS"]],
    ["no member has a report", { frames: [frame(127n)] }, ["NO_REPORT"]],
    ["too few have signed", { frames: [frame(127n, proposal(127n, false))] }, ["NO_QUORUM"]],
    [
      "members disagree",
      { frames: [frame(127n, proposal(127n, false, 1), proposal(127n, false, 2))] },
      ["REPORTS_DIFFER"],
    ],
  ];
  for (const [when, changes, codes] of refusals)
    it(`sends nothing when ${when}, and says so`, () => {
      const { intents, reasons } = decide(changes);
      expect(intents).to.be.empty;
      expect(reasons.map(({ code }) => code)).to.deep.equal(codes);
    });
});

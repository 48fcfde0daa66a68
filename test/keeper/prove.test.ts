import { expect } from "chai";

import { decideProve } from "../../keeper/prove/decide.ts";
import type { ProveCandidate } from "../../keeper/prove/read.ts";
import { keyOf, point, rootOf } from "./samples.ts";

const ours = rootOf(0xc0de);
const foreign = rootOf(0xbad);
const candidate = (n: number, withdrawalCredentials?: typeof ours): ProveCandidate => ({
  pubkey: keyOf(n),
  pubkeyRoot: rootOf(n),
  operatorId: 1,
  record: withdrawalCredentials && { index: n, withdrawalCredentials },
});
const decide = (candidates: ProveCandidate[], maxProofs = 16) =>
  decideProve({ point, ourCredentials: ours, candidates }, { maxProofs });

describe("the decision to prove", () => {
  it("says that nothing waits", () => {
    const { intents, reasons } = decide([]);
    expect(intents).to.be.empty;
    expect(reasons.map(({ code }) => code)).to.deep.equal(["NO_PREDEPOSIT"]);
  });

  it("shows right and foreign credentials alike, and tells them apart", () => {
    const { intents, reasons } = decide([candidate(1, ours), candidate(2, foreign)]);
    expect(intents).to.have.length(1);
    expect(intents[0]?.point).to.equal(point);
    expect(intents[0]?.validators.map(({ index, foreign: bad }) => [index, bad])).to.deep.equal([
      [1, false],
      [2, true],
    ]);
    expect(reasons).to.be.empty;
  });

  it("waits for validators without a record and proves the others", () => {
    const { intents, reasons } = decide([candidate(1), candidate(2, ours)]);
    expect(intents[0]?.validators.map(({ index }) => index)).to.deep.equal([2]);
    expect(reasons[0]).to.deep.include({ code: "RECORD_PENDING", details: { waiting: 1 } });
  });

  it("splits what is too much for one transaction", () => {
    const { intents } = decide(
      [1, 2, 3, 4, 5].map((n) => candidate(n, ours)),
      2,
    );
    expect(intents.map(({ validators }) => validators.length)).to.deep.equal([2, 2, 1]);
  });
});

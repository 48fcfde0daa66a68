import { expect } from "chai";

import { finalExits } from "../../../oracle/decide/exits.ts";
import { FOREIGN_CREDENTIALS, pendingDeposit } from "../support/deposits.ts";
import { ourValidator, record, rootOf, snapshot } from "../support/snapshots.ts";

const gone = record({ balanceGwei: 0n, exitEpoch: 9, withdrawableEpoch: 15 });
const exitsOf = (...validators: ReturnType<typeof ourValidator>[]) => finalExits(snapshot({ validators }));

describe("oracle/decide/exits", () => {
  it("names validators that were paid out, ascending by root", () => {
    const validators = [1, 2, 3, 4, 5].map((key) => ourValidator(key, { record: gone }));
    const roots = [1, 2, 3, 4, 5].map(rootOf).sort();
    expect(exitsOf(...validators)).to.deep.equal(roots);
    expect(exitsOf(...validators.reverse())).to.deep.equal(roots);
  });

  it("waits for the withdrawable epoch and the last gwei", () => {
    expect(exitsOf(ourValidator(1, { record: { ...gone, withdrawableEpoch: 16 } }))).to.deep.equal([]);
    expect(exitsOf(ourValidator(1, { record: { ...gone, balanceGwei: 1n } }))).to.deep.equal([]);
    expect(exitsOf(ourValidator(1, { record: undefined }))).to.deep.equal([]);
  });

  it("waits while a deposit for the key is pending: it comes out later (INC-36)", () => {
    const pendingDeposits = [pendingDeposit({ key: 1 })];
    expect(exitsOf(ourValidator(1, { record: gone, pendingDeposits }))).to.deep.equal([]);
  });

  it("names each once, and none that the contract has not counted", () => {
    expect(exitsOf(ourValidator(1, { record: gone, exitSettled: true }))).to.deep.equal([]);
    expect(exitsOf(ourValidator(1, { record: gone, proven: false }))).to.deep.equal([]);
    const foreign = { ...gone, withdrawalCredentials: FOREIGN_CREDENTIALS };
    expect(exitsOf(ourValidator(1, { record: foreign }))).to.deep.equal([]);
  });
});

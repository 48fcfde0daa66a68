import { expect } from "chai";

import { countPendingDeposits } from "../../../oracle/decide/counted-deposits.ts";
import {
  FOREIGN_CREDENTIALS,
  GENESIS_FORK_VERSION,
  OUR_CREDENTIALS,
  pendingDeposit,
  validatorKey,
} from "../support/deposits.ts";
import { eth, record } from "../support/snapshots.ts";

const rules = { withdrawalCredentials: OUR_CREDENTIALS, genesisForkVersion: GENESIS_FORK_VERSION };
const ours = pendingDeposit({ key: 1 });
const foreign = pendingDeposit({ key: 1, withdrawalCredentials: FOREIGN_CREDENTIALS, amountGwei: eth(2) });
const invalid = pendingDeposit({ key: 1, valid: false, amountGwei: eth(4) });
const invalidForeign = { ...foreign, signature: invalid.signature, amountGwei: eth(8) };
const topUp = { ...ours, amountGwei: eth(31), signature: `0x${"00".repeat(96)}` as const };
const keyWithoutRecord = (...pendingDeposits: (typeof ours)[]) =>
  countPendingDeposits({ record: undefined, pendingDeposits }, rules);

describe("oracle/decide/counted-deposits", () => {
  it("has nothing for a key without record or deposit", () => {
    expect(keyWithoutRecord()).to.deep.equal({ pendingGwei: 0n, ours: false });
  });

  it("counts our first deposit and everything after it, also unsigned top-ups", () => {
    expect(keyWithoutRecord(ours)).to.deep.equal({ pendingGwei: eth(1), ours: true });
    expect(keyWithoutRecord(ours, topUp, foreign)).to.deep.equal({ pendingGwei: eth(1 + 31 + 2), ours: true });
  });

  it("counts nothing after a foreign deposit that came first: a front-run (INC-01)", () => {
    expect(keyWithoutRecord(foreign, ours)).to.deep.equal({ pendingGwei: 0n, ours: false });
    expect(keyWithoutRecord(foreign, ours, topUp)).to.deep.equal({ pendingGwei: 0n, ours: false });
  });

  it("gives up invalid deposits that come first, whoever they name", () => {
    expect(keyWithoutRecord(invalid, ours)).to.deep.equal({ pendingGwei: eth(1), ours: true });
    expect(keyWithoutRecord(invalidForeign, ours)).to.deep.equal({ pendingGwei: eth(1), ours: true });
    expect(keyWithoutRecord(invalid, foreign, ours)).to.deep.equal({ pendingGwei: 0n, ours: false });
    expect(keyWithoutRecord(invalid)).to.deep.equal({ pendingGwei: 0n, ours: false });
  });

  it("takes a deposit with points that are none as invalid", () => {
    const infinity = { ...ours, signature: `0xc0${"00".repeat(95)}` as const };
    expect(keyWithoutRecord(infinity)).to.deep.equal({ pendingGwei: 0n, ours: false });
    const otherKey = { ...ours, pubkey: validatorKey(2).pubkey };
    expect(keyWithoutRecord(otherKey)).to.deep.equal({ pendingGwei: 0n, ours: false });
  });

  it("lets a record decide, whatever the pending deposits name (INC-03, INC-04)", () => {
    const pendingDeposits = [foreign, invalid, topUp];
    expect(countPendingDeposits({ record: record(), pendingDeposits }, rules)).to.deep.equal({
      pendingGwei: eth(2 + 4 + 31),
      ours: true,
    });
    const theirs = record({ withdrawalCredentials: FOREIGN_CREDENTIALS });
    expect(countPendingDeposits({ record: theirs, pendingDeposits: [ours] }, rules)).to.deep.equal({
      pendingGwei: 0n,
      ours: false,
    });
  });

  it("does not take 0x01 credentials of the vault as ours: the contract calls such a validator faulty", () => {
    const legacy = `0x01${OUR_CREDENTIALS.slice(4)}` as const;
    const result = countPendingDeposits(
      { record: record({ withdrawalCredentials: legacy }), pendingDeposits: [] },
      rules,
    );
    expect(result.ours).to.equal(false);
  });
});

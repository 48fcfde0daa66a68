import { expect } from "chai";

import type { Snapshot } from "../../../oracle/decide/snapshot.ts";
import { consensusBalance } from "../../../oracle/decide/valuation.ts";
import { FOREIGN_CREDENTIALS, pendingDeposit } from "../support/deposits.ts";
import { eth, ourValidator, record, snapshot } from "../support/snapshots.ts";

const balanceOf = (...validators: ReturnType<typeof ourValidator>[]) => consensusBalance(snapshot({ validators }));

describe("oracle/decide/valuation", () => {
  it("is zero with nothing deposited", () => {
    expect(balanceOf()).to.deep.equal({ consensusBalanceGwei: 0n, exitingGwei: 0n });
  });

  it("counts each gwei in exactly one place: balance or pending (INC-03)", () => {
    const deposit = pendingDeposit({ key: 2, amountGwei: eth(1) });
    const before = ourValidator(2, { record: undefined, pendingDeposits: [deposit] });
    const after = ourValidator(2, { record: record({ balanceGwei: eth(1) }) });
    expect(balanceOf(before).consensusBalanceGwei).to.equal(eth(1));
    expect(balanceOf(after).consensusBalanceGwei).to.equal(eth(1));
  });

  it("counts a stranger's top-up of our key as ours (INC-04)", () => {
    const gift = pendingDeposit({ key: 1, withdrawalCredentials: FOREIGN_CREDENTIALS, amountGwei: eth(5) });
    expect(balanceOf(ourValidator(1, { pendingDeposits: [gift] })).consensusBalanceGwei).to.equal(eth(37));
  });

  it("counts nothing of a validator with foreign credentials", () => {
    const theirs = ourValidator(1, { record: record({ withdrawalCredentials: FOREIGN_CREDENTIALS, exitEpoch: 9 }) });
    expect(balanceOf(theirs)).to.deep.equal({ consensusBalanceGwei: 0n, exitingGwei: 0n });
  });

  it("names what is on its way out: leaving validators and payable partial withdrawals", () => {
    const leaving = ourValidator(1, {
      record: record({ exitEpoch: 20, balanceGwei: eth(33), pendingPartialsGwei: 7n }),
    });
    const partial = ourValidator(2, { record: record({ balanceGwei: eth(100), pendingPartialsGwei: eth(10) }) });
    const tooMuch = ourValidator(3, { record: record({ balanceGwei: eth(40), pendingPartialsGwei: eth(30) }) });
    const below = ourValidator(4, { record: record({ balanceGwei: eth(31), pendingPartialsGwei: eth(1) }) });
    expect(balanceOf(leaving, partial, tooMuch, below)).to.deep.equal({
      consensusBalanceGwei: eth(33 + 100 + 40 + 31),
      exitingGwei: eth(33 + 10 + 8),
    });
  });

  it("does not name ether that moves to another validator of ours, only what is paid out of it", () => {
    const leaving = { exitEpoch: 20, withdrawableEpoch: 276, balanceGwei: eth(33) };
    const consolidating = ourValidator(1, { record: record({ ...leaving, consolidating: true }) });
    expect(balanceOf(consolidating)).to.deep.equal({ consensusBalanceGwei: eth(33), exitingGwei: eth(1) });
    const poor = ourValidator(2, { record: record({ ...leaving, balanceGwei: eth(31.9), consolidating: true }) });
    expect(balanceOf(poor)).to.deep.equal({ consensusBalanceGwei: eth(31.9), exitingGwei: 0n });
    // The chain leaves the ether of a slashed source where it is, and pays it out.
    const withdrawable = { ...leaving, slashed: true, exitEpoch: 1, withdrawableEpoch: 15 };
    const slashed = ourValidator(3, { record: record({ ...withdrawable, consolidating: true }) });
    expect(balanceOf(slashed)).to.deep.equal({ consensusBalanceGwei: eth(33), exitingGwei: eth(33) });
  });

  it("values a slashed validator at its balance less the penalties ahead", () => {
    const slashed = record({ slashed: true, exitEpoch: 15, withdrawableEpoch: 79, balanceGwei: eth(31.9) });
    const base = snapshot({ validators: [ourValidator(1, { record: slashed })] });
    // By hand: 2048 ETH are active, so an increment earns 1e9 * 64 / isqrt(2048e9) = 64e9 / 1431083 = 44721 gwei; 32 of
    // them 1431072. Each epoch of the 64 until 79 costs 14/64 and 26/64 of that, rounded down: 313047 + 581373.
    const attestations = 64n * (313_047n + 581_373n);
    expect(consensusBalance(base).consensusBalanceGwei).to.equal(eth(31.9) - attestations);

    // Slashed in this epoch with 63 others of 32 ETH: three times that is more than there is, so everything goes.
    const mass = {
      ...base.penalties,
      slashingsGwei: base.penalties.slashingsGwei.map((x, i) => (i === 15 ? eth(2048) : x)),
    };
    expect(consensusBalance({ ...base, penalties: mass }).consensusBalanceGwei).to.equal(0n);

    // 64 ETH of 2048 slashed: 192 / 2048 of each increment, 93750000 gwei.
    const some = {
      ...base.penalties,
      slashingsGwei: base.penalties.slashingsGwei.map((x, i) => (i === 14 ? eth(64) : x)),
    };
    const correlation = 32n * 93_750_000n;
    expect(consensusBalance({ ...base, penalties: some }).consensusBalanceGwei).to.equal(
      eth(31.9) - attestations - correlation,
    );
  });

  it("does not count the correlation penalty twice once it is paid, nor slashings that the ring forgets by then", () => {
    const slashed = record({ slashed: true, exitEpoch: 15, withdrawableEpoch: 79, balanceGwei: eth(30) });
    const validators = [ourValidator(1, { record: slashed })];
    const slashingsAt = (epoch: number) =>
      snapshot().penalties.slashingsGwei.map((x, i) => (i === epoch % 64 ? eth(64) : x));
    const valueAt = (epoch: number, slashedIn: number) =>
      consensusBalance(
        snapshot({
          validators,
          penalties: {
            epoch,
            slashingsGwei: slashingsAt(slashedIn),
            totalActiveBalanceGwei: eth(2048),
            slashedLeaving: [],
          },
        }),
      ).consensusBalanceGwei;
    const attestations = (epoch: number) => BigInt(79 - epoch) * (313_047n + 581_373n);
    const correlation = 32n * 93_750_000n;
    // Due at the end of epoch 79 - 32 = 47.
    expect(valueAt(47, 15)).to.equal(eth(30) - attestations(47) - correlation);
    expect(valueAt(48, 15)).to.equal(eth(30) - attestations(48));
    // At epoch 20, a slashing of epoch -40 + 64 = 24 - 64 lies before 47 - 64 = -17: overwritten by then.
    expect(valueAt(20, 24)).to.equal(eth(30) - attestations(20));
    // One of epoch -17 is the last that is overwritten, one of epoch -16 the first that counts.
    expect(valueAt(20, 47)).to.equal(eth(30) - attestations(20));
    expect(valueAt(20, 48)).to.equal(eth(30) - attestations(20) - correlation);
  });

  it("divides penalties by what is active when they are due, without the slashed who have left by then", () => {
    const slashed = record({ slashed: true, exitEpoch: 15, withdrawableEpoch: 79, balanceGwei: eth(31.9) });
    const valueWith = (slashedLeaving: Snapshot["penalties"]["slashedLeaving"]) => {
      const base = snapshot({ validators: [ourValidator(1, { record: slashed })] });
      const slashingsGwei = base.penalties.slashingsGwei.map((x, i) => (i === 15 ? eth(256) : x));
      return consensusBalance({ ...base, penalties: { ...base.penalties, slashingsGwei, slashedLeaving } })
        .consensusBalanceGwei;
    };
    const attestations = (perEpochGwei: bigint) => 64n * perEpochGwei;
    // By hand: 768 / 2048 of each increment while nobody leaves, 768 / 1792 once 256 ETH have: then an increment earns
    // 64e9 / isqrt(1792e9) = 64e9 / 1338656 = 47809 gwei, 32 of them 1529888, and 334663 + 621517 go in each epoch.
    const staying = eth(31.9) - attestations(313_047n + 581_373n) - 32n * 375_000_000n;
    const without = eth(31.9) - attestations(334_663n + 621_517n) - 32n * 428_571_428n;
    expect(valueWith([])).to.equal(staying);
    // The penalty is due at the end of epoch 79 - 32 = 47.
    expect(valueWith([{ exitEpoch: 47, effectiveBalanceGwei: eth(256) }])).to.equal(without);
    expect(valueWith([{ exitEpoch: 48, effectiveBalanceGwei: eth(256) }])).to.equal(staying);
    const split = [20, 46, 48].map((exitEpoch) => ({ exitEpoch, effectiveBalanceGwei: eth(128) }));
    expect(valueWith(split)).to.equal(without);
    // All of it: the chain never divides by less than one increment.
    expect(valueWith([{ exitEpoch: 47, effectiveBalanceGwei: eth(2048) }])).to.equal(0n);
  });

  it("never goes below zero", () => {
    const slashed = record({ slashed: true, exitEpoch: 15, withdrawableEpoch: 79, balanceGwei: 1n });
    expect(balanceOf(ourValidator(1, { record: slashed }))).to.deep.equal({
      consensusBalanceGwei: 0n,
      exitingGwei: 0n,
    });
  });
});

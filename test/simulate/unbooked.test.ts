import { expect } from "chai";

import { readUnbooked } from "../../scripts/network/ledger/unbooked.ts";

const GWEI = 10n ** 9n;
const VAULT = "0x00000000000000000000000000000000000000aa";

type Case = {
  held?: bigint;
  reported?: bigint;
  booked?: bigint;
  slashed?: boolean;
  others?: bigint;
  received?: bigint;
  gift?: bigint;
};

/** A last settlement that fits, but for what a case changes. */
function read({
  held = 100n,
  reported = held,
  booked = reported,
  slashed = false,
  others = 600n,
  received = 0n,
  gift = 0n,
}: Case) {
  const args = {
    report: { consensusBalanceGwei: reported, withdrawalReceiptsWei: received },
    settlement: { consensusGwei: booked, withdrawalsWei: 0n },
  };
  const readings = {
    events: { settlements: [{ args }] },
    beacon: {
      ...{ balancesGwei: held, pendingGwei: 0n, validators: [{ balanceGwei: held, slashed }] },
      network: slashed ? { slashedGwei: 25n, activeGwei: others } : undefined,
    },
    payloads: { withdrawnGwei: 3n, proposals: 0 },
    cutoff: 10n,
    gifts: [
      { to: VAULT, blockNumber: 10n, amountWei: gift },
      { to: VAULT, blockNumber: 11n, amountWei: 1_000n },
    ],
  };
  return readUnbooked(
    { deployment: { contracts: { withdrawalVault: VAULT } } } as unknown as Parameters<typeof readUnbooked>[0],
    readings as unknown as Parameters<typeof readUnbooked>[1],
  );
}

describe("simulation, what a settlement leaves out", () => {
  it("INV-01 has nothing to explain when all is booked, and counts gifts up to the cut-off", () => {
    const { balanceWei, inVaultWei, giftsWei, unexplained } = read({ received: 3n * GWEI + 7n, gift: 7n });
    expect([balanceWei, inVaultWei, giftsWei]).to.deep.equal([0n, 3n * GWEI + 7n, 7n]);
    expect(unexplained).to.deep.equal([]);
  });

  it("INV-01 accepts penalties ahead only of slashed validators, and by how much of the network is slashed", () => {
    const of = (slashed: boolean, reported: bigint, others?: bigint) =>
      read({ reported, slashed, received: 3n * GWEI, ...(others === undefined ? {} : { others }) }).unexplained.length;
    // 25 of 600 are slashed: three times that part, and as much again, is a quarter.
    expect(of(true, 75n)).to.equal(0);
    expect(of(true, 74n)).to.equal(1);
    expect(of(true, 0n, 150n), "a network of which a seventh is slashed").to.equal(0);
    expect(of(true, 0n, 0n), "nobody is left").to.equal(0);
    expect(of(false, 99n)).to.equal(1);
    expect(of(true, 101n), "more than is there").to.equal(1);
  });

  it("INV-01 takes what was deferred for unbooked, and never accepts more than was reported", () => {
    expect(read({ booked: 90n, received: 3n * GWEI })).to.deep.include({ balanceWei: 10n * GWEI, unexplained: [] });
    expect(read({ booked: 101n, received: 3n * GWEI }).unexplained).to.have.length(1);
  });

  it("INV-01 sees a report whose withdrawals are not those of the payloads", () => {
    expect(read({ received: 2n * GWEI }).unexplained).to.have.length(1);
  });
});

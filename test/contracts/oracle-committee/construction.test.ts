import { expect } from "chai";
import { network } from "hardhat";
import { getAddress, padHex, toHex, zeroAddress, type Address } from "viem";

import { startProtocol } from "../support/protocol.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;
const start = () => startProtocol(connection);

/** Addresses in ascending order. */
const people = (count: number): Address[] =>
  Array.from({ length: count }, (_, i) => getAddress(padHex(toHex(i + 1), { size: 20 })));

describe("OracleCommittee, construction", () => {
  it("keeps its members in order and its quorum", async () => {
    const { committee, accounts, accessManager } = await networkHelpers.loadFixture(start);
    const addresses = accounts.members.map(({ account }) => getAddress(account.address));
    expect(await committee.read.members()).to.deep.equal(addresses);
    expect(await committee.read.quorum()).to.equal(2n);
    expect(await committee.read.authority()).to.equal(getAddress(accessManager.address));
    for (const address of addresses) expect(await committee.read.isActiveMember([address])).to.equal(true);
    expect(await committee.read.isActiveMember([accounts.stranger.account.address])).to.equal(false);
  });

  it("accepts every quorum above half, up to all", async () => {
    const { accessManager } = await networkHelpers.loadFixture(start);
    for (const [count, quorum] of [
      [1, 1n],
      [2, 2n],
      [4, 3n],
      [4, 4n],
      [5, 3n],
      [64, 33n],
    ] as const) {
      const committee = await viem.deployContract("OracleCommittee", [accessManager.address, people(count), quorum]);
      expect(await committee.read.quorum()).to.equal(quorum);
      expect(await committee.read.members()).to.have.lengthOf(count);
    }
  });

  it("INC-21 refuses a quorum of half or less, above all, of nobody, and more than 64 members", async () => {
    const { accessManager, committee } = await networkHelpers.loadFixture(start);
    for (const [count, quorum] of [
      [0, 0n],
      [0, 1n],
      [1, 0n],
      [2, 1n],
      [3, 1n],
      [4, 2n],
      [4, 5n],
      [65, 33n],
    ] as const) {
      await viem.assertions.revertWithCustomErrorWithArgs(
        viem
          .deployContract("OracleCommittee", [accessManager.address, people(count), quorum])
          .then(() => "0x" as const),
        committee,
        "CommitteeInvalid",
        [BigInt(count), quorum],
      );
    }
  });

  it("INC-21 refuses members that are zero, named twice or out of order", async () => {
    const { accessManager, committee } = await networkHelpers.loadFixture(start);
    const [a, b, c] = people(3) as [Address, Address, Address];
    for (const members of [
      [zeroAddress, a, b],
      [a, a, b],
      [a, b, b],
      [b, a, c],
    ]) {
      await viem.assertions.revertWithCustomErrorWithArgs(
        viem.deployContract("OracleCommittee", [accessManager.address, members, 2n]).then(() => "0x" as const),
        committee,
        "CommitteeInvalid",
        [3n, 2n],
      );
    }
  });
});

import { expect } from "chai";
import { network } from "hardhat";
import { getAddress, type Address } from "viem";

import { startProtocol } from "../support/protocol.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;
const start = () => startProtocol(connection);

describe("OracleCommittee, suspension", () => {
  it("suspends one member and takes it back, with events, and leaves quorum and others alone", async () => {
    const { committee, accounts } = await networkHelpers.loadFixture(start);
    const [first, second, third] = accounts.members.map(({ account }) => getAddress(account.address)) as [
      Address,
      Address,
      Address,
    ];
    const activity = () => Promise.all([first, second, third].map((m) => committee.read.isActiveMember([m])));

    await viem.assertions.emitWithArgs(
      committee.write.suspend([second], { account: accounts.roles.GUARDIAN.account }),
      committee,
      "SuspensionChanged",
      [second, true],
    );
    expect(await activity()).to.deep.equal([true, false, true]);
    expect(await committee.read.quorum()).to.equal(2n);
    expect(await committee.read.members()).to.have.lengthOf(3);

    await viem.assertions.emitWithArgs(
      committee.write.reinstate([second], { account: accounts.roles.COMMITTEE.account }),
      committee,
      "SuspensionChanged",
      [second, false],
    );
    expect(await activity()).to.deep.equal([true, true, true]);
  });

  it("changes nothing when it is done twice", async () => {
    const { committee, accounts } = await networkHelpers.loadFixture(start);
    const [{ account }, other] = accounts.members;
    const guardian = accounts.roles.GUARDIAN.account;
    await committee.write.suspend([account.address], { account: guardian });
    await committee.write.suspend([account.address], { account: guardian });
    expect(await committee.read.isActiveMember([account.address])).to.equal(false);
    await committee.write.reinstate([other.account.address], { account: accounts.roles.COMMITTEE.account });
    expect(await committee.read.isActiveMember([account.address])).to.equal(false);
    expect(await committee.read.isActiveMember([other.account.address])).to.equal(true);
  });

  it("refuses to suspend or reinstate somebody who is no member", async () => {
    const { committee, accounts } = await networkHelpers.loadFixture(start);
    const stranger = getAddress(accounts.stranger.account.address);
    for (const call of [
      () => committee.write.suspend([stranger], { account: accounts.roles.GUARDIAN.account }),
      () => committee.write.reinstate([stranger], { account: accounts.roles.COMMITTEE.account }),
    ])
      await viem.assertions.revertWithCustomErrorWithArgs(call(), committee, "NotMember", [stranger]);
  });
});

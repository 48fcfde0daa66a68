import { expect } from "chai";
import { network } from "hardhat";
import { keccak256, slice } from "viem";

import { startProtocol } from "../support/protocol.ts";
import { reportId } from "../support/report-id.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;
const start = () => startProtocol(connection);

describe("OracleCommittee, vote", () => {
  it("records the frame and the first 192 bits of the digest, with an event", async () => {
    const { committee, accounts } = await networkHelpers.loadFixture(start);
    const [{ account }] = accounts.members;
    const digest = await committee.read.digestOf([reportId()]);
    expect((await committee.read.voteOf([account.address]))[0]).to.equal(0n);

    await viem.assertions.emitWithArgs(committee.write.vote([reportId()], { account }), committee, "Voted", [
      (member: string) => member.toLowerCase() === account.address.toLowerCase(),
      1343n,
      digest,
    ]);
    expect(await committee.read.voteOf([account.address])).to.deep.equal([1343n, slice(digest, 0, 24)]);
  });

  it("replaces a vote for the same frame or an earlier one", async () => {
    const { committee, accounts } = await networkHelpers.loadFixture(start);
    const [{ account }] = accounts.members;
    for (const id of [reportId(), reportId({ reportHash: keccak256("0x07") }), reportId({ refSlot: 2n ** 64n - 1n })]) {
      await committee.write.vote([id], { account });
      const digest = await committee.read.digestOf([id]);
      expect(await committee.read.voteOf([account.address])).to.deep.equal([id.refSlot, slice(digest, 0, 24)]);
    }
  });

  it("INV-11 refuses a vote for an earlier frame than the member's last", async () => {
    const { committee, accounts } = await networkHelpers.loadFixture(start);
    const [{ account }] = accounts.members;
    await committee.write.vote([reportId()], { account });
    await viem.assertions.revertWithCustomErrorWithArgs(
      committee.write.vote([reportId({ refSlot: 1342n })], { account }),
      committee,
      "VoteOutdated",
      [1342n, 1343n],
    );
  });

  it("INV-13 refuses strangers, people with roles, and suspended members", async () => {
    const { committee, accounts } = await networkHelpers.loadFixture(start);
    const [suspended] = accounts.members;
    await committee.write.suspend([suspended.account.address], { account: accounts.roles.GUARDIAN.account });
    for (const { account } of [accounts.stranger, accounts.deployer, ...Object.values(accounts.roles), suspended]) {
      await viem.assertions.revertWithCustomErrorWithArgs(
        committee.write.vote([reportId()], { account }),
        committee,
        "NotMember",
        [(caller: string) => caller.toLowerCase() === account.address.toLowerCase()],
      );
    }
  });
});

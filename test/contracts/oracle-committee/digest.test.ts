import { expect } from "chai";
import { network } from "hardhat";
import { keccak256 } from "viem";

import { reportDigest } from "../../../chain/report/typed-data.ts";
import { startProtocol } from "../support/protocol.ts";
import { reportId } from "../support/report-id.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;
const start = () => startProtocol(connection);

describe("OracleCommittee, digestOf", () => {
  it("is the EIP-712 hash that wallets sign", async () => {
    const { committee, client } = await networkHelpers.loadFixture(start);
    const domain = { chainId: await client.getChainId(), committee: committee.address };
    expect(await committee.read.digestOf([reportId()])).to.equal(reportDigest(domain, reportId()));
  });

  it("differs in every field of the report", async () => {
    const { committee } = await networkHelpers.loadFixture(start);
    const ids = [
      reportId(),
      reportId({ refSlot: 1344n }),
      reportId({ blockRoot: keccak256("0x02") }),
      reportId({ cutoffTimestamp: 1_800_000_001n }),
      reportId({ version: 2 }),
      reportId({ reportHash: keccak256("0x03") }),
    ];
    const digests = await Promise.all(ids.map((id) => committee.read.digestOf([id])));
    expect(new Set(digests).size).to.equal(ids.length);
  });

  it("differs between committees, so that a signature for one counts for no other", async () => {
    const { committee, accessManager, accounts } = await networkHelpers.loadFixture(start);
    const members = accounts.members.map(({ account }) => account.address);
    const other = await viem.deployContract("OracleCommittee", [accessManager.address, members, 2n]);
    expect(await other.read.digestOf([reportId()])).to.not.equal(await committee.read.digestOf([reportId()]));
  });
});

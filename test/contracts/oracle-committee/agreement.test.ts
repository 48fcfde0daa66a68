import { expect } from "chai";
import { network } from "hardhat";
import { concatHex, getAddress, keccak256, slice, type Hex } from "viem";

import type { ReportId } from "../../../chain/report/report.ts";
import { reportTypedData } from "../../../chain/report/typed-data.ts";
import type { Actor } from "../support/accounts.ts";
import { startProtocol, type Protocol } from "../support/protocol.ts";
import { reportId } from "../support/report-id.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;
const start = () => startProtocol(connection);

/** Signatures in the order given. */
async function sign(p: Protocol, signers: readonly Actor[], id: ReportId = reportId()): Promise<Hex> {
  const data = reportTypedData({ chainId: await p.client.getChainId(), committee: p.committee.address }, id);
  const signatures = await Promise.all(signers.map((signer) => signer.signTypedData(data)));
  return signatures.length === 0 ? "0x" : concatHex(signatures);
}

describe("OracleCommittee, isAgreed", () => {
  it("INC-21 counts signatures: none and one are too few, any two and all three are enough", async () => {
    const p = await networkHelpers.loadFixture(start);
    const [a, b, c] = p.accounts.members;
    for (const [signers, agreed] of [
      [[], false],
      [[a], false],
      [[c], false],
      [[a, b], true],
      [[a, c], true],
      [[b, c], true],
      [[a, b, c], true],
    ] as [Actor[], boolean][])
      expect(await p.committee.read.isAgreed([reportId(), await sign(p, signers)])).to.equal(agreed);
  });

  it("INC-21 counts votes: one is too few, two for the same report are enough", async () => {
    const { committee, accounts } = await networkHelpers.loadFixture(start);
    const [a, b, c] = accounts.members;
    await committee.write.vote([reportId()], { account: c.account });
    expect(await committee.read.isAgreed([reportId(), "0x"])).to.equal(false);
    await committee.write.vote([reportId({ version: 2 })], { account: a.account });
    expect(await committee.read.isAgreed([reportId(), "0x"])).to.equal(false);
    await committee.write.vote([reportId()], { account: b.account });
    expect(await committee.read.isAgreed([reportId(), "0x"])).to.equal(true);
    expect(await committee.read.isAgreed([reportId({ version: 2 }), "0x"])).to.equal(false);
  });

  it("counts a signature and a vote of different members together, of the same member once", async () => {
    const p = await networkHelpers.loadFixture(start);
    const [a, b, c] = p.accounts.members;
    await p.committee.write.vote([reportId()], { account: b.account });
    for (const [signer, agreed] of [
      [a, true],
      [b, false],
      [c, true],
    ] as const)
      expect(await p.committee.read.isAgreed([reportId(), await sign(p, [signer])])).to.equal(agreed);
  });

  it("forgets a vote when its member votes for something else", async () => {
    const { committee, accounts } = await networkHelpers.loadFixture(start);
    const [a, b] = accounts.members;
    for (const { account } of [a, b]) await committee.write.vote([reportId()], { account });
    expect(await committee.read.isAgreed([reportId(), "0x"])).to.equal(true);
    await committee.write.vote([reportId({ refSlot: 1407n })], { account: a.account });
    expect(await committee.read.isAgreed([reportId(), "0x"])).to.equal(false);
  });

  it("INC-21 refuses a member's signature given twice, and signatures out of order", async () => {
    const p = await networkHelpers.loadFixture(start);
    const [a, b, c] = p.accounts.members;
    for (const [signers, refused] of [
      [[a, a], a],
      [[a, a, b], a],
      [[b, a], a],
      [[a, c, b], b],
      [[c, c], c],
    ] as [Actor[], Actor][])
      await viem.assertions.revertWithCustomErrorWithArgs(
        p.committee.read.isAgreed([reportId(), await sign(p, signers)]),
        p.committee,
        "SignerNotAccepted",
        [getAddress(refused.account.address)],
      );
  });

  it("INC-21 refuses the signature of a stranger, and one over another report", async () => {
    const p = await networkHelpers.loadFixture(start);
    const [a] = p.accounts.members;
    await viem.assertions.revertWithCustomErrorWithArgs(
      p.committee.read.isAgreed([reportId(), await sign(p, [p.accounts.stranger])]),
      p.committee,
      "SignerNotAccepted",
      [getAddress(p.accounts.stranger.account.address)],
    );
    await viem.assertions.revertWithCustomErrorWithArgs(
      p.committee.read.isAgreed([reportId(), await sign(p, [a], reportId({ reportHash: keccak256("0x01") }))]),
      p.committee,
      "SignerNotAccepted",
      [(signer: string) => signer !== getAddress(a.account.address)],
    );
  });

  it("INC-21 counts neither signature nor vote of a suspended member, and both again after", async () => {
    const p = await networkHelpers.loadFixture(start);
    const [a, b] = p.accounts.members;
    await p.committee.write.vote([reportId()], { account: b.account });
    await p.committee.write.suspend([b.account.address], { account: p.accounts.roles.GUARDIAN.account });
    expect(await p.committee.read.isAgreed([reportId(), await sign(p, [a])])).to.equal(false);
    await viem.assertions.revertWithCustomErrorWithArgs(
      p.committee.read.isAgreed([reportId(), await sign(p, [a, b])]),
      p.committee,
      "SignerNotAccepted",
      [getAddress(b.account.address)],
    );
    await p.committee.write.reinstate([b.account.address], { account: p.accounts.roles.COMMITTEE.account });
    expect(await p.committee.read.isAgreed([reportId(), await sign(p, [a])])).to.equal(true);
    expect(await p.committee.read.isAgreed([reportId(), await sign(p, [a, b])])).to.equal(true);
  });

  it("refuses signatures of another length, and malformed ones", async () => {
    const p = await networkHelpers.loadFixture(start);
    const signature = await sign(p, [p.accounts.members[0]]);
    for (const cut of [slice(signature, 0, 64), concatHex([signature, "0x00"]), "0x00"] as Hex[])
      await viem.assertions.revertWithCustomErrorWithArgs(
        p.committee.read.isAgreed([reportId(), cut]),
        p.committee,
        "SignatureLength",
        [BigInt(cut.length / 2 - 1)],
      );
    // The same point with the other s, which EIP-2 forbids: one signature must have one form.
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const s = order - BigInt(slice(signature, 32, 64));
    const v = slice(signature, 64) === "0x1b" ? "0x1c" : "0x1b";
    const twin = concatHex([slice(signature, 0, 32), `0x${s.toString(16).padStart(64, "0")}`, v]);
    await viem.assertions.revertWithCustomError(
      p.committee.read.isAgreed([reportId(), twin]),
      p.committee,
      "ECDSAInvalidSignatureS",
    );
  });
});

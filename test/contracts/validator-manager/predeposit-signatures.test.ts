import { expect } from "chai";
import { network } from "hardhat";
import { parseEther, slice, type Hex } from "viem";

import { depositVerifierAbi } from "../../../chain/abi/DepositVerifier.ts";
import { NETWORKS } from "../../../chain/networks.ts";
import { tailAt, type BatchKey } from "../../../chain/keys/key-batch.ts";
import { pubkeyRoot } from "../../../chain/ssz/domains.ts";
import { LARGER_ROOT, flagsOf, infinity, negate, setFlags } from "../../support/bls-encoding.ts";
import { depositsOf } from "../support/chain-requests.ts";
import { createKey } from "../support/keys.ts";
import {
  keyTermsOf,
  predeposit,
  predepositArguments,
  startProtocol,
  submitBatch,
  validatorOf,
  type BatchHandle,
  type Protocol,
} from "../support/protocol.ts";
import { readyToDeposit } from "../support/scenarios.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;
const start = () => startProtocol(connection);

const SKIPPED_SIGNATURE = 2;

/** A batch that begins with this key, whose points or signature are wrong, and ends with a good one. */
async function batchWith(p: Protocol, bad: BatchKey): Promise<BatchHandle> {
  const first = await readyToDeposit(p);
  return submitBatch(p, first, { keys: [bad, ...first.keys] });
}

describe("ValidatorManager, predeposit, signatures", () => {
  it("INC-05 INV-18 never deposits on a signature over anything else, and deposits on the good ones beside it", async () => {
    const p = await networkHelpers.loadFixture(start);
    const terms = await keyTermsOf(p);
    const { signature: ofOther } = createKey(terms, "other");
    const bad = {
      amount: createKey(terms, "bad amount", 32_000_000_000n),
      credentials: createKey(
        { ...terms, withdrawalCredentials: `0x01${terms.withdrawalCredentials.slice(4)}` },
        "bad wc",
      ),
      network: createKey({ ...terms, genesisForkVersion: NETWORKS.mainnet.genesisForkVersion }, "bad network"),
      key: { ...createKey(terms, "bad key"), signature: ofOther },
    };
    const first = await readyToDeposit(p);
    const [good] = first.keys as [BatchKey];
    const batch = await submitBatch(p, first, { keys: [...Object.values(bad), good] });
    const hash = await predeposit(p, batch);
    for (const { pubkey } of Object.values(bad)) {
      await viem.assertions.emitWithArgs(Promise.resolve(hash), p.manager, "KeySkipped", [
        1,
        pubkeyRoot(pubkey),
        batch.batchId,
        SKIPPED_SIGNATURE,
      ]);
      expect((await validatorOf(p, pubkey)).status).to.equal(0);
    }
    expect((await depositsOf(p, hash)).map(({ pubkey }) => pubkey)).to.deep.equal([good.pubkey]);
    expect(await p.manager.read.unprovenCount()).to.equal(1);
  });

  it("takes a key that was skipped for its signature when it comes again with a good one", async () => {
    const p = await networkHelpers.loadFixture(start);
    const terms = await keyTermsOf(p);
    const batch = await batchWith(p, createKey(terms, "second chance", 2n));
    await predeposit(p, batch, { count: 1 });
    const again = await submitBatch(p, batch, { keys: [createKey(terms, "second chance")] });
    expect(await depositsOf(p, await predeposit(p, again))).to.have.lengthOf(1);
  });

  it("INC-05 skips what is no point at all, with an event", async () => {
    const p = await networkHelpers.loadFixture(start);
    const good = createKey(await keyTermsOf(p), "good");
    for (const bad of [
      { ...good, pubkey: infinity(48) },
      { ...good, signature: infinity(96) },
      { ...good, pubkey: setFlags(good.pubkey, 0) },
      { ...good, signature: setFlags(good.signature, 0) },
    ]) {
      await networkHelpers.loadFixture(start);
      const batch = await batchWith(p, bad);
      const [, , , , , [hint]] = predepositArguments({ ...batch, keys: [good] });
      const args = [batch.operatorId, batch.batchId, bad.pubkey, bad.signature, tailAt(batch, 1), [hint!]] as const;
      await viem.assertions.emitWithArgs(p.manager.write.predeposit(args), p.manager, "KeySkipped", [
        1,
        pubkeyRoot(bad.pubkey),
        batch.batchId,
        2,
      ]);
      expect(await p.manager.read.unprovenCount()).to.equal(0);
    }
  });

  it("INC-05 reverts on a malformed point, and nothing is lost: neither ether nor the batch", async () => {
    const p = await networkHelpers.loadFixture(start);
    const good = createKey(await keyTermsOf(p), "good");
    const library = { abi: depositVerifierAbi, address: p.manager.address };
    const cases: [string, BatchKey, "SignMismatch" | "PrecompileFailed"][] = [
      ["key of the other sign", { ...good, pubkey: flip(good.pubkey) }, "SignMismatch"],
      ["signature of the other sign", { ...good, signature: flip(good.signature) }, "SignMismatch"],
      ["key off the curve", { ...good, pubkey: offCurve(good.pubkey) }, "PrecompileFailed"],
      ["signature off the curve", { ...good, signature: offCurve(good.signature) }, "PrecompileFailed"],
    ];
    const buffered = await p.pool.read.bufferedWei();
    for (const [what, bad, error] of cases) {
      await networkHelpers.loadFixture(start);
      const batch = await batchWith(p, bad);
      // The hints of the good key: what a keeper would have to make up.
      const [, , , , , [hint]] = predepositArguments({ ...batch, keys: [good] });
      const args = [batch.operatorId, batch.batchId, bad.pubkey, bad.signature, tailAt(batch, 1), [hint!]] as const;
      const call = p.manager.write.predeposit(args);
      if (error === "PrecompileFailed") await viem.assertions.revertWithCustomError(call, p.manager, error);
      else await viem.assertions.revertWithCustomError(call, library, error);
      expect((await p.registry.read.getKeyBatch([1, batch.batchId]))[2], what).to.equal(2);
      expect(await p.manager.read.unprovenCount(), what).to.equal(0);
    }
    expect(await p.pool.read.bufferedWei()).to.equal(buffered + parseEther("219"));
  });

  it("INC-05 makes no good signature look bad by a wrong hint, nor a bad one good", async () => {
    const p = await networkHelpers.loadFixture(start);
    const batch = await readyToDeposit(p);
    const [operatorId, batchId, pubkeys, signatures, tail, [hint]] = predepositArguments(batch);
    const library = { abi: depositVerifierAbi, address: p.manager.address };
    const with_ = (changes: Partial<typeof hint>) =>
      p.manager.write.predeposit([operatorId, batchId, pubkeys, signatures, tail, [{ ...hint!, ...changes }]]);
    await viem.assertions.revertWithCustomError(with_({ pubkeyY: negate(hint!.pubkeyY) }), library, "SignMismatch");
    await viem.assertions.revertWithCustomError(
      with_({ signatureY0: negate(hint!.signatureY0), signatureY1: negate(hint!.signatureY1) }),
      library,
      "SignMismatch",
    );
    await viem.assertions.revertWithCustomError(
      with_({ signatureY0: hint!.signatureY1 }),
      p.manager,
      "PrecompileFailed",
    );
    expect(await p.manager.read.unprovenCount()).to.equal(0);
  });

  it("refuses lists that do not belong together", async () => {
    const p = await networkHelpers.loadFixture(start);
    const batch = await readyToDeposit(p, { count: 2 });
    const [operatorId, batchId, pubkeys, signatures, tail, hints] = predepositArguments(batch);
    await viem.assertions.revertWithCustomErrorWithArgs(
      p.manager.write.predeposit([operatorId, batchId, pubkeys, signatures, tail, hints.slice(1)]),
      p.manager,
      "LengthMismatch",
      [1n, 96n],
    );
    await viem.assertions.revertWithCustomErrorWithArgs(
      p.manager.write.predeposit([operatorId, batchId, slice(pubkeys, 1), signatures, tail, hints]),
      p.manager,
      "LengthMismatch",
      [2n, 95n],
    );
  });
});

/** The other point with the same X: a good point, of another key. */
function flip(point: Hex): Hex {
  return setFlags(point, flagsOf(point) ^ LARGER_ROOT);
}

/** A point of the same flags and another X, with which the hint's Y is on no curve. */
function offCurve(point: Hex): Hex {
  const last = point.slice(-2) === "00" ? "01" : "00";
  return `0x${point.slice(2, -2)}${last}`;
}

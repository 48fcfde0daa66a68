import { expect } from "chai";
import { network } from "hardhat";
import { concatHex, keccak256, slice, type Hex } from "viem";

import { commitmentOf, revealOf, tailAt, type BatchKey } from "../../../chain/keys/key-batch.ts";
import { asContract } from "../support/impersonation.ts";
import { createKeys } from "../support/keys.ts";
import {
  keyTermsOf,
  predeposit,
  registerOperator,
  startProtocol,
  submitBatch,
  type BatchHandle,
  type Protocol,
} from "../support/protocol.ts";
import { readyToDeposit } from "../support/scenarios.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;
const start = () => startProtocol(connection);

/** What the ValidatorManager asks of the registry. */
async function reveal(
  p: Protocol,
  batch: Pick<BatchHandle, "operatorId" | "batchId" | "keys">,
  range: { from?: number; count?: number } = {},
  tail?: Hex,
): Promise<Hex> {
  const { from = 0, count = batch.keys.length - from } = range;
  const { pubkeys, signatures, tail: rightTail } = revealOf(batch, from, count);
  const manager = await asContract(p, p.manager);
  return p.registry.write.revealKeys(
    [batch.operatorId, batch.batchId, pubkeys, signatures, tail ?? rightTail],
    manager,
  );
}

describe("OperatorRegistry, submitValidatorSigs", () => {
  it("stores a commitment in one slot under a number of the operator's choice", async () => {
    const p = await networkHelpers.loadFixture(start);
    const first = await registerOperator(p);
    const second = await registerOperator(p, { owner: p.accounts.operators[1] });
    const commitment = slice(keccak256("0x01"), 0, 26);
    for (const [{ operatorId, owner }, batchId, count, counted] of [
      [first, 0, 1, 1],
      [first, 1, 32, 2],
      [second, 0, 7, 1],
      [first, 3, 2, 2],
      [first, 2, 2, 4],
      [first, 2 ** 32 - 1, 2, 4],
    ] as const) {
      const call = { account: owner.account.address };
      await viem.assertions.emitWithArgs(
        p.registry.write.submitValidatorSigs([operatorId, batchId, commitment, count], call),
        p.registry,
        "KeyBatchSubmitted",
        [operatorId, batchId, commitment, count],
      );
      const now = await networkHelpers.time.latest();
      expect(await p.registry.read.getKeyBatch([operatorId, batchId])).to.deep.equal([commitment, now, count]);
      expect(await p.registry.read.keyBatchCount([operatorId])).to.equal(counted);
    }
  });

  it("INV-17 refuses a number that is taken, also when all keys of that batch are revealed", async () => {
    const p = await networkHelpers.loadFixture(start);
    const batch = await submitBatch(p, await registerOperator(p));
    const again = () =>
      p.registry.write.submitValidatorSigs([1, 0, slice(keccak256("0x01"), 0, 26), 1], {
        account: batch.owner.account,
      });
    await viem.assertions.revertWithCustomErrorWithArgs(again(), p.registry, "BatchExists", [1, 0]);
    await reveal(p, batch);
    await viem.assertions.revertWithCustomErrorWithArgs(again(), p.registry, "BatchExists", [1, 0]);
    expect(await p.registry.read.keyBatchCount([1])).to.equal(1);
  });

  it("refuses no keys and more than 32", async () => {
    const p = await networkHelpers.loadFixture(start);
    const { operatorId, owner } = await registerOperator(p);
    for (const count of [0, 33, 255])
      await viem.assertions.revertWithCustomErrorWithArgs(
        p.registry.write.submitValidatorSigs([operatorId, 0, slice(keccak256("0x"), 0, 26), count], {
          account: owner.account,
        }),
        p.registry,
        "BatchSize",
        [BigInt(count)],
      );
  });
});

describe("OperatorRegistry, revealKeys", () => {
  it("opens a batch from the front, in parts, down to nothing", async () => {
    const p = await networkHelpers.loadFixture(start);
    const batch = await submitBatch(p, await registerOperator(p), { count: 5 });
    const [, submittedAt] = await p.registry.read.getKeyBatch([1, 0]);
    for (const [from, count, left] of [
      [0, 1, 4],
      [1, 3, 1],
      [4, 1, 0],
    ] as const) {
      await viem.assertions.emitWithArgs(reveal(p, batch, { from, count }), p.registry, "KeysRevealed", [
        1,
        0,
        BigInt(count),
        left,
      ]);
      const commitment = tailAt(batch, from + count);
      expect(await p.registry.read.getKeyBatch([1, 0])).to.deep.equal([commitment, submittedAt, left]);
    }
    const harness = await viem.deployContract("KeyBatchHarness");
    await viem.assertions.revertWithCustomErrorWithArgs(reveal(p, batch), harness, "TooManyKeys", [5n, 0n]);
  });

  it("INC-07 refuses a batch before its age, to the second", async () => {
    const p = await networkHelpers.loadFixture(start);
    const batch = await submitBatch(p, await registerOperator(p), { young: true });
    const [, submittedAt] = await p.registry.read.getKeyBatch([1, 0]);
    const usableAt = BigInt(submittedAt + p.parameters.registry.minBatchAgeSeconds);
    await asContract(p, p.manager);
    await networkHelpers.time.setNextBlockTimestamp(usableAt - 1n);
    await viem.assertions.revertWithCustomErrorWithArgs(reveal(p, batch), p.registry, "BatchTooYoung", [
      1,
      0,
      usableAt,
    ]);
    await networkHelpers.time.setNextBlockTimestamp(usableAt);
    await reveal(p, batch);
  });

  it("INC-07 lets an operator change no key of a submitted batch: another one is young again", async () => {
    const p = await networkHelpers.loadFixture(start);
    const batch = await readyToDeposit(p);
    const other = await submitBatch(p, batch, {
      keys: createKeys(await keyTermsOf(p), "other", 1),
      young: true,
    });
    const [commitment] = await p.registry.read.getKeyBatch([1, 0]);
    expect(commitment).to.equal(commitmentOf(batch));
    await viem.assertions.revertWithCustomError(predeposit(p, other), p.registry, "BatchTooYoung");
    const harness = await viem.deployContract("KeyBatchHarness");
    await viem.assertions.revertWithCustomError(
      predeposit(p, { ...other, batchId: batch.batchId }),
      harness,
      "CommitmentMismatch",
    );
    await predeposit(p, batch);
  });

  it("INV-18 refuses keys, signatures and tails that were not committed to, and keys out of order", async () => {
    const p = await networkHelpers.loadFixture(start);
    const batch = await submitBatch(p, await registerOperator(p), { count: 3 });
    const [a, b, c] = batch.keys as [BatchKey, BatchKey, BatchKey];
    const harness = await viem.deployContract("KeyBatchHarness");
    const refused = (keys: readonly BatchKey[], tail: Hex) =>
      viem.assertions.revertWithCustomError(reveal(p, { ...batch, keys }, {}, tail), harness, "CommitmentMismatch");
    await refused([b, a, c], tailAt(batch, 3));
    await refused([b], tailAt(batch, 2));
    await refused([{ ...a, signature: b.signature }], tailAt(batch, 1));
    await refused([a], tailAt(batch, 2));
    await refused([a, b, c], tailAt(batch, 2));
    await reveal(p, { ...batch, keys: [a] }, {}, tailAt(batch, 1));
    await refused([a, b], tailAt(batch, 2));
  });

  it("INV-18 gives a thief who copied the commitment nothing, neither some of the keys nor all", async () => {
    const p = await networkHelpers.loadFixture(start);
    const batch = await submitBatch(p, await registerOperator(p), { count: 2 });
    const thief = await registerOperator(p, { owner: p.accounts.operators[1] });
    await p.registry.write.submitValidatorSigs([thief.operatorId, 0, commitmentOf(batch), 2], {
      account: thief.owner.account,
    });
    await networkHelpers.time.increase(p.parameters.registry.minBatchAgeSeconds);
    const harness = await viem.deployContract("KeyBatchHarness");
    const stolen = { operatorId: thief.operatorId, batchId: 0, keys: batch.keys };
    for (const [count, tail] of [
      [1, tailAt(batch, 1)],
      [2, tailAt(batch, 2)],
      [2, tailAt(stolen, 2)],
    ] as const)
      await viem.assertions.revertWithCustomError(reveal(p, stolen, { count }, tail), harness, "CommitmentMismatch");
  });

  it("refuses batches that are not there and lists that do not belong together", async () => {
    const p = await networkHelpers.loadFixture(start);
    const batch = await submitBatch(p, await registerOperator(p), { count: 2 });
    await viem.assertions.revertWithCustomErrorWithArgs(
      reveal(p, { ...batch, batchId: 1 }),
      p.registry,
      "UnknownBatch",
      [1, 1],
    );
    await viem.assertions.revertWithCustomErrorWithArgs(
      reveal(p, { ...batch, operatorId: 9 }),
      p.registry,
      "OperatorNotActive",
      [9],
    );
    const { pubkeys, signatures, tail } = revealOf(batch, 0, 2);
    const harness = await viem.deployContract("KeyBatchHarness");
    const manager = await asContract(p, p.manager);
    for (const [left, right] of [
      [pubkeys, slice(signatures, 96)],
      [slice(pubkeys, 48), signatures],
      ["0x", "0x"],
      [pubkeys, concatHex([signatures, "0x00"])],
    ] as [Hex, Hex][])
      await viem.assertions.revertWithCustomErrorWithArgs(
        p.registry.write.revealKeys([1, 0, left, right, tail], manager),
        harness,
        "KeyListMismatch",
        [BigInt(left.length / 2 - 1), BigInt(right.length / 2 - 1)],
      );
  });
});

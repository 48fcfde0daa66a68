import { expect } from "chai";
import { network } from "hardhat";
import { concatHex, parseEther, slice, type Hex } from "viem";

import type { BatchKey } from "../../../chain/keys/key-batch.ts";
import { pubkeyRoot } from "../../../chain/ssz/domains.ts";
import { indexInSight, sight } from "../support/beacon.ts";
import { depositsOf } from "../support/chain-requests.ts";
import { fund, keyTermsOf, predeposit, prove, stake, startProtocol, validatorOf } from "../support/protocol.ts";
import { readyToDeposit } from "../support/scenarios.ts";
import { settle } from "../support/settlement.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;

const GWEI = 1_000_000_000n;
const MIN_GWEI = 32n * GWEI;
const MAX_GWEI = 2016n * GWEI;
const BUFFERED_WEI = parseEther("218");

/** Two validators that wait for their proof; 218 ETH in the buffer. */
async function withPredeposits() {
  const p = await startProtocol(connection);
  const batch = await readyToDeposit(p, { count: 2 });
  await predeposit(p, batch);
  const [first, second] = batch.keys as [BatchKey, BatchKey];
  return { p, batch, first, second };
}

describe("ValidatorManager, fund", () => {
  it("proves and tops up in one call, and books it everywhere", async () => {
    const { p, first } = await networkHelpers.loadFixture(withPredeposits);
    const root = pubkeyRoot(first.pubkey);
    const hash = await fund(p, await sight(p, [first]), 31n * GWEI);
    await viem.assertions.emitWithArgs(Promise.resolve(hash), p.manager, "CredentialsProven", [
      1,
      root,
      indexInSight(0),
    ]);
    await viem.assertions.emitWithArgs(Promise.resolve(hash), p.manager, "Funded", [1, root, 31n * GWEI, MIN_GWEI]);
    expect(await validatorOf(p, first.pubkey)).to.include({ status: 2, depositedGwei: MIN_GWEI });
    expect(await p.manager.read.fundedGwei()).to.equal(MIN_GWEI);
    expect(await p.registry.read.getOperator([1])).to.include({ fundedGwei: MIN_GWEI, unprovenCount: 1 });
    expect(await p.pool.read.bufferedWei()).to.equal(BUFFERED_WEI - parseEther("31"));
    expect(await p.pool.read.inFlightGwei()).to.equal(33n * GWEI);
    expect(await p.client.getBalance({ address: p.manager.address })).to.equal(0n);
  });

  it("INV-18 deposits with our credentials and, as a top-up needs none, without a signature", async () => {
    const { p, first, second } = await networkHelpers.loadFixture(withPredeposits);
    const { withdrawalCredentials } = await keyTermsOf(p);
    const hash = await fund(p, await sight(p, [first, second]), [31n * GWEI, 99n * GWEI]);
    const signature: Hex = `0x${"00".repeat(96)}`;
    expect(await depositsOf(p, hash)).to.deep.equal([
      { pubkey: first.pubkey, withdrawalCredentials, amountGwei: 31n * GWEI, signature },
      { pubkey: second.pubkey, withdrawalCredentials, amountGwei: 99n * GWEI, signature },
    ]);
  });

  it("tops up a proven validator again and again", async () => {
    const { p, first } = await networkHelpers.loadFixture(withPredeposits);
    await prove(p, await sight(p, [first]));
    await fund(p, await sight(p, [first]), 31n * GWEI);
    await settle(p);
    await fund(p, await sight(p, [first]), GWEI);
    expect((await validatorOf(p, first.pubkey)).depositedGwei).to.equal(33n * GWEI);
  });

  it("INV-07 keeps a validator between 32 and 2016 ETH, to the gwei", async () => {
    const { p, batch, first } = await networkHelpers.loadFixture(withPredeposits);
    await stake(p, parseEther("3000"));
    await p.registry.write.addBond([1], { account: batch.owner.account, value: parseEther("100") });
    const root = pubkeyRoot(first.pubkey);
    const refused = async (amountGwei: bigint, afterGwei: bigint) =>
      viem.assertions.revertWithCustomErrorWithArgs(
        fund(p, await sight(p, [first]), amountGwei),
        p.manager,
        "FundingOutOfBounds",
        [root, afterGwei, MIN_GWEI, MAX_GWEI],
      );
    await refused(31n * GWEI - 1n, MIN_GWEI - 1n);
    await refused(0n, GWEI);
    await refused(2015n * GWEI + 1n, MAX_GWEI + 1n);
    await fund(p, await sight(p, [first]), 2015n * GWEI);
    expect((await validatorOf(p, first.pubkey)).depositedGwei).to.equal(MAX_GWEI);
    await refused(1n, MAX_GWEI + 1n);
  });

  it("INV-07 counts a validator that is named twice in one call twice", async () => {
    const { p, batch, first } = await networkHelpers.loadFixture(withPredeposits);
    await stake(p, parseEther("3000"));
    await p.registry.write.addBond([1], { account: batch.owner.account, value: parseEther("100") });
    const { anchor, proofs, pubkeys } = await sight(p, [first]);
    const twice = { anchor, proofs: [proofs[0]!, proofs[0]!], pubkeys: concatHex([pubkeys, pubkeys]) };
    await viem.assertions.revertWithCustomErrorWithArgs(
      fund(p, twice, [2000n * GWEI, 16n * GWEI]),
      p.manager,
      "FundingOutOfBounds",
      [pubkeyRoot(first.pubkey), 2017n * GWEI, MIN_GWEI, MAX_GWEI],
    );
    await fund(p, twice, [2000n * GWEI, 15n * GWEI]);
    expect(await p.registry.read.getOperator([1])).to.include({ fundedGwei: MAX_GWEI });
  });

  for (const [what, record] of [
    ["slashed", { slashed: true }],
    ["leaving", { exitEpoch: 300 }],
  ] as const)
    it(`INV-07 refuses a validator that the proof shows ${what}`, async () => {
      const { p, first } = await networkHelpers.loadFixture(withPredeposits);
      const root = pubkeyRoot(first.pubkey);
      const refused = async (error: "NotFundable" | "WrongStatus", args: [Hex] | [Hex, number]) =>
        viem.assertions.revertWithCustomErrorWithArgs(
          fund(p, await sight(p, [{ ...first, ...record }]), 31n * GWEI),
          p.manager,
          error,
          args,
        );
      // Proven by the same call it would be leaving from the start.
      await refused("WrongStatus", [root, 3]);
      await fund(p, await sight(p, [first]), 31n * GWEI);
      await refused("NotFundable", [root]);
    });

  it("INV-07 refuses a validator whose exit was asked for, and one that has exited", async () => {
    const { p, batch, first } = await networkHelpers.loadFixture(withPredeposits);
    const root = pubkeyRoot(first.pubkey);
    await fund(p, await sight(p, [first]), 31n * GWEI);
    const refused = async (status: number) =>
      viem.assertions.revertWithCustomErrorWithArgs(fund(p, await sight(p, [first]), GWEI), p.manager, "WrongStatus", [
        root,
        status,
      ]);
    await p.manager.write.requestExit([first.pubkey, 1n], { account: batch.owner.account, value: 1n });
    await refused(3);
    await settle(p);
    await settle(p, { exits: [root] });
    await refused(4);
  });

  it("refuses a key that is not the one of its proof, and one that nobody deposited for", async () => {
    const { p, first, second } = await networkHelpers.loadFixture(withPredeposits);
    const { anchor, proofs } = await sight(p, [first]);
    await viem.assertions.revertWithCustomErrorWithArgs(
      fund(p, { anchor, proofs, pubkeys: second.pubkey }, 31n * GWEI),
      p.manager,
      "WrongStatus",
      [pubkeyRoot(second.pubkey), 0],
    );
    const unknown: Hex = `0x${"a1".repeat(48)}`;
    await viem.assertions.revertWithCustomErrorWithArgs(
      fund(p, await sight(p, [{ pubkey: unknown }]), 31n * GWEI),
      p.manager,
      "WrongStatus",
      [pubkeyRoot(unknown), 0],
    );
  });

  it("refuses a proof that is stale or that the state does not bear out", async () => {
    const { p, first } = await networkHelpers.loadFixture(withPredeposits);
    const seen = await sight(p, [first]);
    const forged = { ...seen, proofs: [{ ...seen.proofs[0]!, effectiveBalanceGwei: 5n }] };
    await viem.assertions.revertWithCustomError(fund(p, forged, 31n * GWEI), p.manager, "StateRootMismatch");
    await networkHelpers.time.increase(p.parameters.manager.maxProofAgeSeconds);
    await viem.assertions.revertWithCustomError(fund(p, seen, 31n * GWEI), p.manager, "ProofTooOld");
  });

  it("refuses lists that do not belong together", async () => {
    const { p, first, second } = await networkHelpers.loadFixture(withPredeposits);
    const { anchor, proofs, pubkeys } = await sight(p, [first, second]);
    for (const [list, keys, amounts, got, want] of [
      [[], "0x", [], 0n, 0n],
      [proofs, pubkeys, [31n * GWEI], 1n, 2n],
      [proofs, slice(pubkeys, 48), [31n * GWEI, 31n * GWEI], 48n, 96n],
      [proofs, slice(pubkeys, 1), [31n * GWEI, 31n * GWEI], 95n, 96n],
    ] as const)
      await viem.assertions.revertWithCustomErrorWithArgs(
        fund(p, { anchor, proofs: [...list], pubkeys: keys }, amounts),
        p.manager,
        "LengthMismatch",
        [got, want],
      );
  });
});

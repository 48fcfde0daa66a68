import { expect } from "chai";
import { network } from "hardhat";
import { parseEther, type Hex } from "viem";

import type { BatchKey } from "../../../chain/keys/key-batch.ts";
import { pubkeyRoot } from "../../../chain/ssz/domains.ts";
import { indexInSight, sight } from "../support/beacon.ts";
import { depositsOf } from "../support/chain-requests.ts";
import { requestExit } from "../support/exits.ts";
import {
  fund,
  keyTermsOf,
  predeposit,
  prove,
  registerOperator,
  stake,
  startProtocol,
  validatorOf,
} from "../support/protocol.ts";
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

  it("INV-07 refuses a validator that is named twice in one call", async () => {
    const { p, first } = await networkHelpers.loadFixture(withPredeposits);
    const { anchor, proof } = await sight(p, [first]);
    const records: Hex = `${proof.records}${proof.records.slice(2)}` as Hex;
    await viem.assertions.revertWithCustomErrorWithArgs(
      fund(p, { anchor, proof: { ...proof, records }, count: 2 }, 31n * GWEI),
      p.beaconProofs,
      "IndicesNotAscending",
      [indexInSight(0), indexInSight(0)],
    );
  });

  for (const [what, record] of [
    ["slashed", { slashed: true }],
    ["leaving", { exitEpoch: 300 }],
  ] as const)
    it(`INV-07 refuses a validator that the proof shows ${what}`, async () => {
      const { p, first } = await networkHelpers.loadFixture(withPredeposits);
      const root = pubkeyRoot(first.pubkey);
      const refused = async (error: "Leaving" | "WrongStatus", args: [Hex] | [Hex, number]) =>
        viem.assertions.revertWithCustomErrorWithArgs(
          fund(p, await sight(p, [{ ...first, ...record }]), 31n * GWEI),
          p.manager,
          error,
          args,
        );
      // Proven by the same call it would be leaving from the start.
      await refused("WrongStatus", [root, 3]);
      await fund(p, await sight(p, [first]), 31n * GWEI);
      await refused("Leaving", [root]);
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
    await requestExit(p, [first.pubkey], { by: batch.owner });
    await refused(3);
    await settle(p);
    await settle(p, { exits: [root] });
    await refused(4);
  });

  it("refuses a validator of another operator, and a key that nobody deposited for", async () => {
    const { p, first } = await networkHelpers.loadFixture(withPredeposits);
    await registerOperator(p, { owner: p.accounts.operators[1] });
    await viem.assertions.revertWithCustomErrorWithArgs(
      fund(p, await sight(p, [first]), 31n * GWEI, 2),
      p.manager,
      "WrongOperator",
      [pubkeyRoot(first.pubkey), 1, 2],
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
    const other = await sight(p, [{ ...first, effectiveBalanceGwei: 5n }], { ageSlots: 3 });
    await viem.assertions.revertWithCustomError(
      fund(p, { ...seen, proof: other.proof }, 31n * GWEI),
      p.beaconProofs,
      "StateRootMismatch",
    );
    await networkHelpers.time.increase(p.parameters.manager.maxProofAgeSeconds);
    await viem.assertions.revertWithCustomError(fund(p, seen, 31n * GWEI), p.manager, "ProofTooOld");
  });

  it("refuses amounts that do not belong to the validators, and no validators", async () => {
    const { p, first, second } = await networkHelpers.loadFixture(withPredeposits);
    const seen = await sight(p, [first, second]);
    for (const amounts of [[31n * GWEI], [31n * GWEI, 31n * GWEI, 31n * GWEI]])
      await viem.assertions.revertWithCustomErrorWithArgs(fund(p, seen, amounts), p.manager, "LengthMismatch", [
        BigInt(amounts.length),
        2n,
      ]);
    await viem.assertions.revertWithCustomError(
      fund(p, { ...seen, proof: { ...seen.proof, records: "0x" } }, []),
      p.beaconProofs,
      "RecordsMalformed",
    );
  });
});

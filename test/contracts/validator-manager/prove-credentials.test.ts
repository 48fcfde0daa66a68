import { expect } from "chai";
import { network } from "hardhat";
import { keccak256, zeroAddress, type Hex } from "viem";

import type { BatchKey } from "../../../chain/keys/key-batch.ts";
import { pubkeyRoot } from "../../../chain/ssz/domains.ts";
import { beaconProofsAbi } from "../../../chain/abi/BeaconProofs.ts";
import { indexInSight, sight } from "../support/beacon.ts";
import { predeposit, prove, startProtocol, validatorOf, type Protocol } from "../support/protocol.ts";
import { readyToDeposit } from "../support/scenarios.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;

const ETHER_GWEI = 1_000_000_000n;
const ACTIVE = 2;
const EXITING = 3;
const library = { abi: beaconProofsAbi, address: zeroAddress };

/** Two validators that wait for their proof. */
async function withPredeposits() {
  const p = await startProtocol(connection);
  const batch = await readyToDeposit(p, { count: 2 });
  await predeposit(p, batch);
  return { p, batch, keys: batch.keys as [BatchKey, BatchKey] };
}

const rejected = (call: Promise<Hex>, error: "StateRootMismatch" | "BlockRootMismatch" | "BlockRootUnknown") =>
  viem.assertions.revertWithCustomError(call, library, error);

describe("ValidatorManager, proveCredentials", () => {
  it("makes a validator with our credentials active, with its index, and counts its ether as funded", async () => {
    const { p, keys } = await networkHelpers.loadFixture(withPredeposits);
    const hash = await prove(p, await sight(p, keys));
    for (const [i, { pubkey }] of keys.entries()) {
      const index = indexInSight(i);
      await viem.assertions.emitWithArgs(Promise.resolve(hash), p.manager, "CredentialsProven", [
        1,
        pubkeyRoot(pubkey),
        index,
      ]);
      expect(await validatorOf(p, pubkey)).to.deep.equal({
        operatorId: 1,
        status: ACTIVE,
        depositedGwei: ETHER_GWEI,
        exitRequestedAt: 0,
        index,
      });
    }
    expect(await p.manager.read.unprovenCount()).to.equal(0);
    expect(await p.manager.read.fundedGwei()).to.equal(2n * ETHER_GWEI);
    expect(await p.registry.read.getOperator([1])).to.include({ unprovenCount: 0, fundedGwei: 2n * ETHER_GWEI });
    expect(await p.registry.read.lockCount()).to.equal(0n);
  });

  it("passes over what somebody else has proven already, and proves the rest", async () => {
    const { p, keys } = await networkHelpers.loadFixture(withPredeposits);
    await prove(p, await sight(p, [keys[1]]));
    const both = await sight(p, keys);
    // Not even looked at: what is proven cannot be proven otherwise.
    const foreign = { ...both.proofs[1]!, withdrawalCredentials: keccak256("0x01") };
    await prove(p, { ...both, proofs: [both.proofs[0]!, foreign] });
    expect((await validatorOf(p, keys[0].pubkey)).status).to.equal(ACTIVE);
    expect((await validatorOf(p, keys[1].pubkey)).status).to.equal(ACTIVE);
    expect(await p.manager.read.fundedGwei()).to.equal(2n * ETHER_GWEI);
  });

  for (const [what, record] of [
    ["slashed", { slashed: true }],
    ["exiting", { exitEpoch: 300 }],
  ] as const)
    it(`INV-07 takes a validator that is ${what} for one that is leaving`, async () => {
      const { p, keys } = await networkHelpers.loadFixture(withPredeposits);
      const [{ pubkey }] = keys;
      const hash = await prove(p, await sight(p, [{ pubkey, ...record }]));
      await viem.assertions.emitWithArgs(Promise.resolve(hash), p.manager, "LeavingProven", [1, pubkeyRoot(pubkey)]);
      await viem.assertions.emit(Promise.resolve(hash), p.manager, "CredentialsProven");
      expect((await validatorOf(p, pubkey)).status).to.equal(EXITING);
      expect(await p.registry.read.getOperator([1])).to.include({ unprovenCount: 1, fundedGwei: ETHER_GWEI });
    });

  it("refuses no proofs and keys that nobody deposited for", async () => {
    const { p, keys } = await networkHelpers.loadFixture(withPredeposits);
    const { anchor, proofs, pubkeys } = await sight(p, [{ pubkey: `0x${"a1".repeat(48)}` }, keys[0]]);
    await viem.assertions.revertWithCustomErrorWithArgs(
      prove(p, { anchor, proofs: [], pubkeys }),
      p.manager,
      "LengthMismatch",
      [0n, 1n],
    );
    await viem.assertions.revertWithCustomErrorWithArgs(
      prove(p, { anchor, proofs, pubkeys }),
      p.manager,
      "WrongStatus",
      [proofs[0]!.pubkeyRoot, 0],
    );
  });

  it("accepts a block as old as the oldest allowed and refuses one that is older", async () => {
    const { p, keys } = await networkHelpers.loadFixture(withPredeposits);
    const seen = await sight(p, keys);
    const slotTime = BigInt(p.chain.genesisTime) + seen.anchor.header.slot * BigInt(p.chain.secondsPerSlot);
    const last = slotTime + BigInt(p.parameters.manager.maxProofAgeSeconds);
    await networkHelpers.time.setNextBlockTimestamp(last + 1n);
    await viem.assertions.revertWithCustomErrorWithArgs(prove(p, seen), p.manager, "ProofTooOld", [
      slotTime,
      slotTime + 1n,
    ]);
    await networkHelpers.time.setNextBlockTimestamp(last);
    await prove(p, seen);
  });

  it("refuses a record that the state does not have: other credentials, place, branch or state", async () => {
    const { p, keys } = await networkHelpers.loadFixture(withPredeposits);
    const { anchor, proofs, pubkeys } = await sight(p, keys);
    const [proof, other] = proofs as [(typeof proofs)[0], (typeof proofs)[0]];
    for (const forged of [
      { ...proof, withdrawalCredentials: keccak256("0x01") },
      { ...proof, index: proof.index + 1 },
      { ...proof, pubkeyRoot: other.pubkeyRoot },
      { ...proof, slashed: true },
      { ...proof, branch: proof.branch.toReversed() },
    ])
      await rejected(prove(p, { anchor, proofs: [forged], pubkeys }), "StateRootMismatch");
    const header = { ...anchor.header, stateRoot: keccak256("0x02") };
    await rejected(prove(p, { anchor: { ...anchor, header }, proofs, pubkeys }), "BlockRootMismatch");
    expect(await p.manager.read.unprovenCount()).to.equal(2);
  });

  it("refuses a block that EIP-4788 does not know, and one whose slot was changed to look fresh", async () => {
    const { p, keys } = await networkHelpers.loadFixture(withPredeposits);
    const { anchor, proofs, pubkeys } = await sight(p, keys);
    const elsewhere = { ...anchor, childTimestamp: anchor.childTimestamp + 4n };
    await rejected(prove(p, { anchor: elsewhere, proofs, pubkeys }), "BlockRootUnknown");
    const header = { ...anchor.header, slot: anchor.header.slot + 1n };
    await rejected(prove(p, { anchor: { ...anchor, header }, proofs, pubkeys }), "BlockRootMismatch");
  });

  it("loses all of a call when one of its proofs is wrong", async () => {
    const { p, keys } = await networkHelpers.loadFixture(withPredeposits);
    const { anchor, proofs, pubkeys } = await sight(p, keys);
    const forged = { ...proofs[1]!, effectiveBalanceGwei: 7n };
    await rejected(prove(p, { anchor, proofs: [proofs[0]!, forged], pubkeys }), "StateRootMismatch");
    expect(await statusesOf(p, keys)).to.deep.equal([1, 1]);
  });
});

async function statusesOf(p: Protocol, keys: readonly BatchKey[]): Promise<number[]> {
  return Promise.all(keys.map(async ({ pubkey }) => (await validatorOf(p, pubkey)).status));
}

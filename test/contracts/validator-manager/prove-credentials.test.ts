import { expect } from "chai";
import { network } from "hardhat";
import { keccak256, type Hex } from "viem";

import type { BatchKey } from "../../../chain/keys/key-batch.ts";
import { pubkeyRoot } from "../../../chain/ssz/domains.ts";
import { indexInSight, sight } from "../support/beacon.ts";
import {
  predeposit,
  prove,
  registerOperator,
  startProtocol,
  submitBatch,
  validatorOf,
  type Protocol,
} from "../support/protocol.ts";
import { readyToDeposit } from "../support/scenarios.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;

const ETHER_GWEI = 1_000_000_000n;
const ACTIVE = 2;
const EXITING = 3;
/** Of a packed record. */
const RECORD_BYTES = 126;

/** Two validators that wait for their proof. */
async function withPredeposits() {
  const p = await startProtocol(connection);
  const batch = await readyToDeposit(p, { count: 2 });
  await predeposit(p, batch);
  return { p, batch, keys: batch.keys as [BatchKey, BatchKey] };
}

const rejected = (
  { beaconProofs }: Protocol,
  call: Promise<Hex>,
  error: "StateRootMismatch" | "BlockRootMismatch" | "BlockRootUnknown" | "RecordsMalformed",
) => viem.assertions.revertWithCustomError(call, beaconProofs, error);

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
        requestedAt: 0,
        index,
        partialGwei: 0n,
      });
    }
    expect(await p.manager.read.unprovenCount()).to.equal(0);
    expect(await p.registry.read.getOperator([1])).to.include({ unprovenCount: 0, fundedGwei: 2n * ETHER_GWEI });
    expect(await p.registry.read.lockCount()).to.equal(0n);
  });

  it("passes over what somebody else has proven already, and proves the rest", async () => {
    const { p, keys } = await networkHelpers.loadFixture(withPredeposits);
    await prove(p, await sight(p, [keys[1]]));
    // What is proven cannot be proven otherwise: the record of the second is not even looked at.
    await prove(p, await sight(p, [keys[0], { ...keys[1], withdrawalCredentials: keccak256("0x01") }]));
    expect(await statusesOf(p, keys)).to.deep.equal([ACTIVE, ACTIVE]);
    expect(await p.registry.read.getOperator([1])).to.include({ unprovenCount: 0, fundedGwei: 2n * ETHER_GWEI });
  });

  it("proves validators of several operators in one call, and books each operator's", async () => {
    const { p, keys } = await networkHelpers.loadFixture(withPredeposits);
    const other = await registerOperator(p, { owner: p.accounts.operators[1] });
    const batch = await submitBatch(p, other, { count: 2 });
    await predeposit(p, batch);
    const [third, fourth] = batch.keys as [BatchKey, BatchKey];
    await prove(p, await sight(p, [third, keys[0], keys[1], fourth]));
    expect(await statusesOf(p, [...keys, third, fourth])).to.deep.equal([ACTIVE, ACTIVE, ACTIVE, ACTIVE]);
    for (const operatorId of [1, 2])
      expect(await p.registry.read.getOperator([operatorId])).to.include({
        unprovenCount: 0,
        fundedGwei: 2n * ETHER_GWEI,
      });
    expect(await p.manager.read.unprovenCount()).to.equal(0);
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
    const unknown: Hex = `0x${"a1".repeat(48)}`;
    const seen = await sight(p, [{ pubkey: unknown }, keys[0]]);
    await rejected(p, prove(p, { ...seen, proof: { records: "0x", siblings: [] } }), "RecordsMalformed");
    await viem.assertions.revertWithCustomErrorWithArgs(prove(p, seen), p.manager, "WrongStatus", [
      pubkeyRoot(unknown),
      0,
    ]);
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

  it("INC-36 refuses records that the state does not have, and loses all of the call", async () => {
    const { p, keys } = await networkHelpers.loadFixture(withPredeposits);
    const seen = await sight(p, keys);
    for (const at of [5, 53, 85, 93, 110]) {
      // One byte of the second record: key, credentials, balance, slashed, exit epoch.
      const records = Buffer.from(seen.proof.records.slice(2), "hex");
      const place = RECORD_BYTES + at;
      records.writeUInt8((records[place] ?? 0) ^ 1, place);
      const proof = { ...seen.proof, records: `0x${records.toString("hex")}` as Hex };
      await rejected(p, prove(p, { ...seen, proof }), "StateRootMismatch");
    }
    const header = { ...seen.anchor.header, stateRoot: keccak256("0x02") };
    await rejected(p, prove(p, { ...seen, anchor: { ...seen.anchor, header } }), "BlockRootMismatch");
    expect(await statusesOf(p, keys)).to.deep.equal([1, 1]);
    expect(await p.manager.read.unprovenCount()).to.equal(2);
  });

  it("refuses a block that EIP-4788 does not know, and one whose slot was changed to look fresh", async () => {
    const { p, keys } = await networkHelpers.loadFixture(withPredeposits);
    const seen = await sight(p, keys);
    const elsewhere = { ...seen.anchor, childTimestamp: seen.anchor.childTimestamp + 4n };
    await rejected(p, prove(p, { ...seen, anchor: elsewhere }), "BlockRootUnknown");
    const header = { ...seen.anchor.header, slot: seen.anchor.header.slot + 1n };
    await rejected(p, prove(p, { ...seen, anchor: { ...seen.anchor, header } }), "BlockRootMismatch");
  });
});

async function statusesOf(p: Protocol, keys: readonly BatchKey[]): Promise<number[]> {
  return Promise.all(keys.map(async ({ pubkey }) => (await validatorOf(p, pubkey)).status));
}

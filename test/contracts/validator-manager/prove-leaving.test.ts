import { expect } from "chai";
import { network } from "hardhat";
import { parseEther, type Hex } from "viem";

import { pubkeyRoot } from "../../../chain/ssz/domains.ts";
import type { BeaconRecord } from "../support/beacon.ts";
import { sightOf } from "../support/exits.ts";
import { predeposit, startProtocol, submitBatch, validatorOf } from "../support/protocol.ts";
import { bondLocked } from "../support/registry-events.ts";
import { activeValidators } from "../support/scenarios.ts";
import { settle } from "../support/settlement.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;

const GWEI = 1_000_000_000n;
const EXITING = 3;
const SLASHED = 6;
const CAUSE_SLASHED = 1;

async function withActive() {
  const p = await startProtocol(connection);
  const active = await activeValidators(p, { count: 2 });
  const [first, second] = active.pubkeys as [Hex, Hex];
  const show = async (
    name: "proveLeaving" | "proveSlashed",
    pubkeys: readonly Hex[],
    record: Partial<BeaconRecord> = {},
  ) => {
    const { anchor, proof } = await sightOf(p, pubkeys, record);
    return p.manager.write[name]([anchor, proof], { account: p.accounts.stranger.account });
  };
  return { p, ...active, first, second, show };
}

describe("ValidatorManager, proveLeaving", () => {
  it("takes the room of a validator that leaves, so that nobody waits for its operator", async () => {
    const { p, first, show } = await networkHelpers.loadFixture(withActive);
    await p.registry.write.addBond([1], { value: parseEther("200") });
    expect(await p.manager.read.capacityGwei([1])).to.equal((await p.pool.read.totalPooledEther()) / GWEI - 64n * GWEI);
    const hash = await show("proveLeaving", [first], { exitEpoch: 300 });
    await viem.assertions.emitWithArgs(Promise.resolve(hash), p.manager, "LeavingProven", [1, pubkeyRoot(first)]);
    expect(await validatorOf(p, first)).to.include({ status: EXITING, requestedAt: 0 });
    const hashes = await show("proveLeaving", [first, (await validators(p))[1]!], { exitEpoch: 300 });
    expect(hashes).to.be.a("string");
    expect(await p.manager.read.capacityGwei([1])).to.equal(0n);
  });

  it("refuses one that stays, and passes over one that is known to leave", async () => {
    const { p, first, second, show } = await networkHelpers.loadFixture(withActive);
    await viem.assertions.revertWithCustomErrorWithArgs(show("proveLeaving", [first]), p.manager, "NotLeaving", [
      pubkeyRoot(first),
    ]);
    await show("proveLeaving", [first], { exitEpoch: 300 });
    await show("proveLeaving", [first, second], { exitEpoch: 300 });
    expect((await validatorOf(p, second)).status).to.equal(EXITING);
  });

  it("refuses one whose credentials are not proven yet: that comes first", async () => {
    const { p, show, ...operator } = await networkHelpers.loadFixture(withActive);
    const batch = await submitBatch(p, operator);
    await predeposit(p, batch);
    const { pubkey } = batch.keys[0]!;
    for (const name of ["proveLeaving", "proveSlashed"] as const)
      await viem.assertions.revertWithCustomErrorWithArgs(
        show(name, [pubkey], { slashed: true, exitEpoch: 300 }),
        p.manager,
        "WrongStatus",
        [pubkeyRoot(pubkey), 1],
      );
  });

  async function validators(p: Awaited<ReturnType<typeof withActive>>["p"]): Promise<Hex[]> {
    const logs = await p.manager.getEvents.Predeposited({}, { fromBlock: 0n });
    return logs.flatMap(({ args }) => (args.pubkey === undefined ? [] : [args.pubkey]));
  }
});

describe("ValidatorManager, proveSlashed", () => {
  const slashed = { slashed: true, exitEpoch: 300 };

  it("INC-39 locks bond for what the slashing may cost, at once, and stops the operator's stake", async () => {
    const { p, first, show } = await networkHelpers.loadFixture(withActive);
    expect(await p.manager.read.lastSlashingAt()).to.equal(0n);
    const hash = await show("proveSlashed", [first], slashed);
    await viem.assertions.emitWithArgs(Promise.resolve(hash), p.manager, "SlashingProven", [1, pubkeyRoot(first)]);
    // 2 % of 32 ETH.
    expect((await bondLocked(p, hash))[0]).to.include({
      operatorId: 1,
      cause: CAUSE_SLASHED,
      lossShares: parseEther("0.64"),
    });
    expect(await validatorOf(p, first)).to.include({ status: SLASHED, depositedGwei: 32n * GWEI });
    expect(await p.manager.read.lastSlashingAt()).to.equal(BigInt(await networkHelpers.time.latest()));
    expect(await p.manager.read.capacityGwei([1])).to.equal(0n);
  });

  it("INV-12 locks once for each validator, however often it is shown", async () => {
    const { p, first, second, show } = await networkHelpers.loadFixture(withActive);
    await show("proveSlashed", [first], slashed);
    await show("proveSlashed", [first], slashed);
    await show("proveSlashed", [first, second], slashed);
    expect(await p.registry.read.lockCount()).to.equal(2n);
  });

  it("takes also one that was known to leave, and books its final withdrawal like any other", async () => {
    const { p, first, show } = await networkHelpers.loadFixture(withActive);
    await show("proveLeaving", [first], slashed);
    await show("proveSlashed", [first], slashed);
    await settle(p, { exits: [pubkeyRoot(first)] });
    expect((await validatorOf(p, first)).status).to.equal(4);
    expect((await p.registry.read.getOperator([1])).fundedGwei).to.equal(32n * GWEI);
    await show("proveSlashed", [first], slashed);
    expect(await p.registry.read.lockCount()).to.equal(1n);
  });

  it("refuses one that is not slashed, or only leaves", async () => {
    const { p, first, show } = await networkHelpers.loadFixture(withActive);
    for (const record of [{}, { exitEpoch: 300 }])
      await viem.assertions.revertWithCustomErrorWithArgs(
        show("proveSlashed", [first], record),
        p.manager,
        "NotSlashed",
        [pubkeyRoot(first)],
      );
    expect(await p.registry.read.lockCount()).to.equal(0n);
  });
});

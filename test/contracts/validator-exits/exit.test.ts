import { expect } from "chai";
import { network } from "hardhat";
import { parseEther, type Hex } from "viem";

import { pubkeyRoot } from "../../../chain/ssz/domains.ts";
import type { Actor } from "../support/accounts.ts";
import type { BeaconRecord } from "../support/beacon.ts";
import { withdrawalRequestsOf } from "../support/chain-requests.ts";
import { requestExit, requestPartial, sightOf } from "../support/exits.ts";
import { asContract } from "../support/impersonation.ts";
import { predeposit, startProtocol, submitBatch, validatorOf } from "../support/protocol.ts";
import { activeValidators } from "../support/scenarios.ts";
import { settle } from "../support/settlement.ts";
import { askBack } from "../support/withdrawals.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;

const GWEI = 1_000_000_000n;
const ACTIVE = 2;
const EXITING = 3;

/** Two validators with 32 ETH each; 156 of 220 ETH are in the buffer. */
async function withActive() {
  const p = await startProtocol(connection);
  const active = await activeValidators(p, { count: 2 });
  const [first, second] = active.pubkeys as [Hex, Hex];
  const exit = (pubkeys: readonly Hex[], by?: Actor, record?: Partial<BeaconRecord>) =>
    requestExit(p, pubkeys, { ...(by && { by }), ...(record && { record }) });
  return { p, ...active, first, second, exit };
}

describe("ValidatorExits, requestExit by the operator", () => {
  it("asks EIP-7002 for a full exit and books it, with an event", async () => {
    const { p, owner, first, exit } = await networkHelpers.loadFixture(withActive);
    const hash = await exit([first], owner);
    const now = await networkHelpers.time.latest();
    await viem.assertions.emitWithArgs(Promise.resolve(hash), p.manager, "ExitRequested", [
      1,
      pubkeyRoot(first),
      32n * GWEI,
    ]);
    expect(await withdrawalRequestsOf(p, hash)).to.deep.equal([
      { source: p.withdrawalVault.address.toLowerCase(), pubkey: first, amountGwei: 0n, bytes: 76 },
    ]);
    expect(await validatorOf(p, first)).to.include({ status: EXITING, requestedAt: now });
    expect(await p.manager.read.requestedGwei()).to.equal(32n * GWEI);
    expect((await p.registry.read.getOperator([1])).fundedGwei).to.equal(64n * GWEI);
  });

  it("exits several validators in one call", async () => {
    const { p, owner, first, second, exit } = await networkHelpers.loadFixture(withActive);
    const hash = await exit([first, second], owner);
    expect((await withdrawalRequestsOf(p, hash)).map(({ pubkey }) => pubkey)).to.deep.equal([first, second]);
    expect(await p.manager.read.requestedGwei()).to.equal(64n * GWEI);
  });

  it("works also for an operator that is deactivated, before its deadline", async () => {
    const { p, owner, first, exit } = await networkHelpers.loadFixture(withActive);
    await deactivate(p);
    await exit([first], owner);
    expect((await validatorOf(p, first)).status).to.equal(EXITING);
  });

  it("INC-35 asks again when a block after the retry time shows that the chain did not hear, and not before", async () => {
    const { p, owner, first, exit } = await networkHelpers.loadFixture(withActive);
    await exit([first], owner);
    const { requestedAt } = await validatorOf(p, first);
    const retryAt = BigInt(requestedAt + p.parameters.manager.exitRetrySeconds);
    // It is the block of the proof that counts, and not the block of the call: two slots are between them at the least.
    await networkHelpers.time.increaseTo(retryAt);
    await viem.assertions.revertWithCustomErrorWithArgs(exit([first], owner), p.exits, "RequestPending", [
      pubkeyRoot(first),
      retryAt,
    ]);
    await networkHelpers.time.increase(3 * p.chain.secondsPerSlot);
    expect(await withdrawalRequestsOf(p, await exit([first], owner))).to.have.lengthOf(1);
    expect((await validatorOf(p, first)).requestedAt).to.equal(await networkHelpers.time.latest());
  });

  for (const [why, record, error] of [
    ["is slashed", { slashed: true }, "Leaving"],
    ["is leaving already", { exitEpoch: 300 }, "Leaving"],
    ["is not active yet", { activationEpoch: 10_000 }, "ActiveTooShort"],
    ["has never been activated", { activationEpoch: Infinity }, "ActiveTooShort"],
  ] as const)
    it(`INC-35 asks for nothing where the chain would ignore it: one that ${why}`, async () => {
      const { p, owner, first, exit } = await networkHelpers.loadFixture(withActive);
      await viem.assertions.revertWithCustomError(exit([first], owner, record), p.exits, error);
      expect(await p.manager.read.requestedGwei()).to.equal(0n);
      expect((await validatorOf(p, first)).status).to.equal(ACTIVE);
    });

  it("INC-35 asks from the first epoch on in which the chain would follow", async () => {
    const { p, owner, first, exit } = await networkHelpers.loadFixture(withActive);
    const epoch = Number((await sightOf(p, [first])).anchor.header.slot / p.parameters.beacon.slotsPerEpoch);
    const period = Number(p.parameters.beacon.shardCommitteePeriod);
    await viem.assertions.revertWithCustomErrorWithArgs(
      exit([first], owner, { activationEpoch: epoch - period + 1 }),
      p.exits,
      "ActiveTooShort",
      [pubkeyRoot(first), BigInt(epoch)],
    );
    await exit([first], owner, { activationEpoch: epoch - period });
  });

  it("INC-35 asks for no exit while a partial withdrawal may wait, which would make the chain ignore it", async () => {
    const { p, owner, first, exit } = await networkHelpers.loadFixture(withActive);
    const record = { effectiveBalanceGwei: 40n * GWEI };
    await requestPartial(p, [first], [GWEI], { by: owner, record });
    await viem.assertions.revertWithCustomError(exit([first], owner, record), p.exits, "RequestPending");
    await networkHelpers.time.increase(p.parameters.manager.exitRetrySeconds + 3 * p.chain.secondsPerSlot);
    await exit([first], owner, record);
    expect(await validatorOf(p, first)).to.include({ status: EXITING, partialGwei: 0n });
  });

  it("refuses what is unknown, unproven or gone", async () => {
    const { p, owner, first, exit, ...operator } = await networkHelpers.loadFixture(withActive);
    const refused = (pubkey: Hex, status: number) =>
      viem.assertions.revertWithCustomErrorWithArgs(exit([pubkey], owner), p.exits, "WrongStatus", [
        pubkeyRoot(pubkey),
        status,
      ]);
    await refused(`0x${"a1".repeat(48)}`, 0);
    const batch = await submitBatch(p, { ...operator, owner });
    await predeposit(p, batch);
    await refused(batch.keys[0]!.pubkey, 1);
    await settle(p, { exits: [pubkeyRoot(first)] });
    await refused(first, 4);
  });
});

describe("ValidatorExits, requestExit by anybody", () => {
  it("refuses while nothing is asked for that is not covered", async () => {
    const { p, first, exit } = await networkHelpers.loadFixture(withActive);
    const refused = (demandGwei: bigint) =>
      viem.assertions.revertWithCustomErrorWithArgs(exit([first]), p.exits, "ExitNotNeeded", [32n * GWEI, demandGwei]);
    await refused(0n);
    await askBack(p, parseEther("156"));
    await refused(0n);
    await askBack(p, 10_000_000_000_000_000n);
    await exit([first]);
  });

  it("exits as long as the demand is not covered, each time less by what was asked for", async () => {
    const { p, first, second, exit } = await networkHelpers.loadFixture(withActive);
    await askBack(p, parseEther("188"));
    expect(await p.exits.read.exitDemandGwei()).to.equal(32n * GWEI);
    await viem.assertions.revertWithCustomErrorWithArgs(exit([first, second]), p.exits, "ExitNotNeeded", [
      32n * GWEI,
      0n,
    ]);
    await exit([first]);
    expect(await p.exits.read.exitDemandGwei()).to.equal(0n);
    await viem.assertions.revertWithCustomErrorWithArgs(exit([second]), p.exits, "ExitNotNeeded", [32n * GWEI, 0n]);
  });

  it("spares a large validator of which a part would do", async () => {
    const p = await networkHelpers.loadFixture(bare);
    const { pubkeys } = await activeValidators(p, { amountGwei: 99n * GWEI });
    const exit = () => requestExit(p, pubkeys);
    // Of 220 ETH 120 are in the buffer: a demand of 68 leaves 32 on the validator, a greater one leaves too little.
    await askBack(p, parseEther("188"));
    await viem.assertions.revertWithCustomErrorWithArgs(exit(), p.exits, "ExitNotNeeded", [100n * GWEI, 68n * GWEI]);
    await askBack(p, parseEther("0.01"));
    await exit();
  });

  it("INC-35 finds demand again when a report shows that an exit was not heard, and asks again", async () => {
    const { p, first, exit } = await networkHelpers.loadFixture(withActive);
    await askBack(p, parseEther("180"));
    await exit([first]);
    expect(await p.exits.read.exitDemandGwei()).to.equal(0n);
    // 156 ETH are finalised out of the buffer, 24 are still wanted, and nothing is on its way.
    await settle(p, { frames: 2n, exitingGwei: 0n });
    expect(await p.manager.read.requestedGwei()).to.equal(0n);
    expect(await p.exits.read.exitDemandGwei()).to.equal(24n * GWEI);
    await exit([first]);
    await settle(p, { exitingGwei: 32n * GWEI });
    expect(await p.manager.read.requestedGwei()).to.equal(32n * GWEI);
    expect(await p.exits.read.exitDemandGwei()).to.equal(0n);
  });

  it("exits a deactivated operator once its deadline has passed, without any demand", async () => {
    const { p, first } = await networkHelpers.loadFixture(withActive);
    await deactivate(p);
    const { deactivatedAt } = await p.registry.read.getOperator([1]);
    const deadline = deactivatedAt + p.parameters.registry.exitDeadlineSeconds;
    const { anchor, proof } = await sightOf(p, [first]);
    const send = () => p.exits.write.requestExit([anchor, proof, 1n], { value: 1n });
    await networkHelpers.time.setNextBlockTimestamp(deadline - 1);
    await viem.assertions.revertWithCustomErrorWithArgs(send(), p.exits, "ExitNotNeeded", [32n * GWEI, 0n]);
    await networkHelpers.time.setNextBlockTimestamp(deadline);
    await send();
    expect((await validatorOf(p, first)).status).to.equal(EXITING);
  });

  it("INV-13 gives another operator no right", async () => {
    const { p, first, exit } = await networkHelpers.loadFixture(withActive);
    await viem.assertions.revertWithCustomError(exit([first], p.accounts.operators[1]), p.exits, "ExitNotNeeded");
  });
});

const bare = () => startProtocol(connection);

async function deactivate(p: Awaited<ReturnType<typeof startProtocol>>): Promise<void> {
  const breach = { operatorId: 1, uptimePpm: 1, thresholdPpm: 2, missedGweiEpochs: 0n };
  await p.registry.write.reportDowntime(
    [[1, 2, 3].map((period) => ({ ...breach, period }))],
    await asContract(p, p.distribution),
  );
}

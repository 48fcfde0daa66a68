import { expect } from "chai";
import { network } from "hardhat";
import { concatHex, getAddress, parseEther, type Hex } from "viem";

import { pubkeyRoot } from "../../../chain/ssz/domains.ts";
import { sight } from "../support/beacon.ts";
import { withdrawalRequestsOf } from "../support/chain-requests.ts";
import { asContract } from "../support/impersonation.ts";
import { predeposit, prove, startProtocol, submitBatch, validatorOf } from "../support/protocol.ts";
import { activeValidators } from "../support/scenarios.ts";
import { settle } from "../support/settlement.ts";
import { askBack } from "../support/withdrawals.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;

const GWEI = 1_000_000_000n;
const EXITING = 3;

/** Two validators with 32 ETH each; 156 of 220 ETH are in the buffer. */
async function withActive() {
  const p = await startProtocol(connection);
  const active = await activeValidators(p, { count: 2 });
  const [first, second] = active.pubkeys as [Hex, Hex];
  const exit = (pubkeys: Hex, { account } = p.accounts.stranger, value = 1n) =>
    p.manager.write.requestExit([pubkeys, 1n], { account, value });
  return { p, ...active, first, second, exit };
}

describe("ValidatorManager, requestExit by the operator", () => {
  it("asks EIP-7002 for a full exit and books it, with an event", async () => {
    const { p, owner, first, exit } = await networkHelpers.loadFixture(withActive);
    const now = BigInt(await networkHelpers.time.latest()) + 3n;
    await networkHelpers.time.setNextBlockTimestamp(now);
    const hash = await exit(first, owner);
    await viem.assertions.emitWithArgs(Promise.resolve(hash), p.manager, "ExitRequested", [
      1,
      pubkeyRoot(first),
      getAddress(owner.account.address),
    ]);
    expect(await withdrawalRequestsOf(p, hash)).to.deep.equal([
      { source: p.withdrawalVault.address.toLowerCase(), pubkey: first, amountGwei: 0n, bytes: 76 },
    ]);
    expect(await validatorOf(p, first)).to.include({ status: EXITING, exitRequestedAt: Number(now) });
    expect(await p.manager.read.requestedGwei()).to.equal(32n * GWEI);
    expect(await p.manager.read.fundedGwei()).to.equal(64n * GWEI);
  });

  it("exits several validators in one call", async () => {
    const { p, owner, first, second, exit } = await networkHelpers.loadFixture(withActive);
    const hash = await exit(concatHex([first, second]), owner, 2n);
    expect((await withdrawalRequestsOf(p, hash)).map(({ pubkey }) => pubkey)).to.deep.equal([first, second]);
    expect(await p.manager.read.requestedGwei()).to.equal(64n * GWEI);
  });

  it("works also for an operator that is deactivated, before its deadline", async () => {
    const { p, owner, first, exit } = await networkHelpers.loadFixture(withActive);
    await deactivate(p);
    await exit(first, owner);
    expect((await validatorOf(p, first)).status).to.equal(EXITING);
  });

  it("INC-35 asks again when the chain did not hear, after the retry time and not before", async () => {
    const { p, owner, first, exit } = await networkHelpers.loadFixture(withActive);
    await exit(first, owner);
    const { exitRequestedAt } = await validatorOf(p, first);
    const retryAt = BigInt(exitRequestedAt + p.parameters.manager.exitRetrySeconds);
    await networkHelpers.time.setNextBlockTimestamp(retryAt - 1n);
    await viem.assertions.revertWithCustomErrorWithArgs(exit(first, owner), p.manager, "ExitAlreadyRequested", [
      pubkeyRoot(first),
      retryAt,
    ]);
    await networkHelpers.time.setNextBlockTimestamp(retryAt);
    expect(await withdrawalRequestsOf(p, await exit(first, owner))).to.have.lengthOf(1);
    expect((await validatorOf(p, first)).exitRequestedAt).to.equal(Number(retryAt));
  });

  it("exits a validator that a proof showed leaving, without waiting", async () => {
    const { p, owner, exit, ...operator } = await networkHelpers.loadFixture(withActive);
    const batch = await submitBatch(p, { ...operator, owner }, { count: 1 });
    await predeposit(p, batch);
    const { pubkey } = batch.keys[0]!;
    await prove(p, await sight(p, [{ pubkey, slashed: true }]));
    await exit(pubkey, owner);
    expect((await validatorOf(p, pubkey)).exitRequestedAt).to.be.greaterThan(0);
  });

  it("refuses what is unknown, unproven or gone", async () => {
    const { p, owner, first, exit, ...operator } = await networkHelpers.loadFixture(withActive);
    const refused = (pubkey: Hex, status: number) =>
      viem.assertions.revertWithCustomErrorWithArgs(exit(pubkey, owner), p.manager, "WrongStatus", [
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

  it("refuses keys that are none", async () => {
    const { p, owner, first, exit } = await networkHelpers.loadFixture(withActive);
    for (const [keys, length] of [
      ["0x", 0n],
      [first.slice(0, -2) as Hex, 47n],
      [concatHex([first, "0x00"]), 49n],
    ] as const)
      await viem.assertions.revertWithCustomErrorWithArgs(exit(keys, owner), p.manager, "LengthMismatch", [
        length,
        48n,
      ]);
  });
});

describe("ValidatorManager, requestExit by anybody", () => {
  it("refuses while nothing is asked for that is not covered", async () => {
    const { p, first, exit } = await networkHelpers.loadFixture(withActive);
    const refused = (demandGwei: bigint) =>
      viem.assertions.revertWithCustomErrorWithArgs(exit(first), p.manager, "ExitNotNeeded", [32n * GWEI, demandGwei]);
    await refused(0n);
    await askBack(p, parseEther("156"));
    await refused(0n);
    await askBack(p, 10_000_000_000_000_000n);
    await exit(first);
  });

  it("exits as long as the demand is not covered, each time less by what was asked for", async () => {
    const { p, first, second, exit } = await networkHelpers.loadFixture(withActive);
    await askBack(p, parseEther("188"));
    expect(await p.manager.read.exitDemandGwei()).to.equal(32n * GWEI);
    await viem.assertions.revertWithCustomErrorWithArgs(
      exit(concatHex([first, second]), p.accounts.stranger, 2n),
      p.manager,
      "ExitNotNeeded",
      [32n * GWEI, 0n],
    );
    await exit(first);
    expect(await p.manager.read.exitDemandGwei()).to.equal(0n);
    await viem.assertions.revertWithCustomErrorWithArgs(exit(second), p.manager, "ExitNotNeeded", [32n * GWEI, 0n]);
  });

  it("spares a large validator of which a part would do", async () => {
    const p = await networkHelpers.loadFixture(bare);
    const { pubkeys } = await activeValidators(p, { amountGwei: 99n * GWEI });
    const exit = () =>
      p.manager.write.requestExit([pubkeys[0]!, 1n], { account: p.accounts.stranger.account, value: 1n });
    // Of 220 ETH 120 are in the buffer: a demand of 68 leaves 32 on the validator, a greater one leaves too little.
    await askBack(p, parseEther("188"));
    await viem.assertions.revertWithCustomErrorWithArgs(exit(), p.manager, "ExitNotNeeded", [100n * GWEI, 68n * GWEI]);
    await askBack(p, parseEther("0.01"));
    await exit();
  });

  it("INC-35 finds demand again when a report shows that an exit was not heard, and asks again", async () => {
    const { p, first, exit } = await networkHelpers.loadFixture(withActive);
    await askBack(p, parseEther("180"));
    await exit(first);
    expect(await p.manager.read.exitDemandGwei()).to.equal(0n);
    // 156 ETH are finalised out of the buffer, 24 are still wanted, and nothing is on its way.
    await settle(p, { frames: 2n, exitingGwei: 0n });
    expect(await p.manager.read.requestedGwei()).to.equal(0n);
    expect(await p.manager.read.exitDemandGwei()).to.equal(24n * GWEI);
    await exit(first);
    await settle(p, { exitingGwei: 32n * GWEI });
    expect(await p.manager.read.requestedGwei()).to.equal(32n * GWEI);
    expect(await p.manager.read.exitDemandGwei()).to.equal(0n);
  });

  it("exits a deactivated operator once its deadline has passed, without any demand", async () => {
    const { p, first, exit } = await networkHelpers.loadFixture(withActive);
    await deactivate(p);
    const { deactivatedAt } = await p.registry.read.getOperator([1]);
    const deadline = deactivatedAt + p.parameters.registry.exitDeadlineSeconds;
    await networkHelpers.time.setNextBlockTimestamp(deadline - 1);
    await viem.assertions.revertWithCustomErrorWithArgs(exit(first), p.manager, "ExitNotNeeded", [32n * GWEI, 0n]);
    await networkHelpers.time.setNextBlockTimestamp(deadline);
    await exit(first);
    expect((await validatorOf(p, first)).status).to.equal(EXITING);
  });

  it("INV-13 gives another operator no right", async () => {
    const { p, first, exit } = await networkHelpers.loadFixture(withActive);
    await viem.assertions.revertWithCustomError(exit(first, p.accounts.operators[1]), p.manager, "ExitNotNeeded");
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

import { expect } from "chai";
import { network } from "hardhat";
import { pad, parseEther, type Hex } from "viem";

import { pubkeyRoot } from "../../../chain/ssz/domains.ts";
import type { Actor } from "../support/accounts.ts";
import { sight, type BeaconRecord } from "../support/beacon.ts";
import { consolidationRequestsOf } from "../support/chain-requests.ts";
import { requestConsolidation, requestExit, requestPartial, sightOf } from "../support/exits.ts";
import { asContract } from "../support/impersonation.ts";
import {
  fund,
  predeposit,
  prove,
  registerOperator,
  stake,
  startProtocol,
  submitBatch,
  validatorOf,
} from "../support/protocol.ts";
import { activeValidators } from "../support/scenarios.ts";
import { settle } from "../support/settlement.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;

const GWEI = 1_000_000_000n;
const NOBODY: Hex = pad("0x", { size: 32 });
const [ACTIVE, EXITING, EXITED, SLASHED] = [2, 3, 4, 6];
const leaving = { exitEpoch: 300 };

/** Three validators of one operator with 40 ETH each. */
async function withActive() {
  const p = await startProtocol(connection, { manager: { turnGwei: 4096n * GWEI } });
  await stake(p, parseEther("8000"));
  const active = await activeValidators(p, { count: 3, amountGwei: 39n * GWEI });
  const [first, second, third] = active.pubkeys as [Hex, Hex, Hex];
  const consolidate = async (from: Hex, to: Hex, by: Actor = active.owner, record: Partial<BeaconRecord> = {}) =>
    requestConsolidation(p, await sightOf(p, [from, to], record), pubkeyRoot(from), { by });
  const cancel = async (pubkeys: readonly Hex[], record: Partial<BeaconRecord> = {}) => {
    const { anchor, proof } = await sightOf(p, pubkeys, record);
    return p.exits.write.cancelConsolidation([anchor, proof]);
  };
  const fundedGwei = async () => (await p.registry.read.getOperator([1])).fundedGwei;
  const afterRetry = () =>
    networkHelpers.time.increase(p.parameters.manager.exitRetrySeconds + 3 * p.chain.secondsPerSlot);
  return { p, ...active, first, second, third, consolidate, cancel, fundedGwei, afterRetry };
}

describe("ValidatorExits, requestConsolidation", () => {
  it("asks EIP-7251 and books the ether at the target, with an event; the bond stays", async () => {
    const { p, first, second, consolidate, fundedGwei } = await networkHelpers.loadFixture(withActive);
    const hash = await consolidate(first, second);
    expect(await consolidationRequestsOf(p, hash)).to.deep.equal([
      { source: p.withdrawalVault.address.toLowerCase(), from: first, to: second },
    ]);
    await viem.assertions.emitWithArgs(Promise.resolve(hash), p.manager, "ConsolidationRequested", [
      1,
      pubkeyRoot(first),
      pubkeyRoot(second),
      40n * GWEI,
    ]);
    const now = await networkHelpers.time.latest();
    expect(await validatorOf(p, first)).to.include({ status: EXITING, depositedGwei: 40n * GWEI, requestedAt: now });
    expect(await validatorOf(p, second)).to.include({ status: ACTIVE, depositedGwei: 80n * GWEI });
    expect(await p.manager.read.consolidation([pubkeyRoot(first)])).to.deep.equal([pubkeyRoot(second), 0n]);
    expect(await p.manager.read.consolidation([pubkeyRoot(second)])).to.deep.equal([NOBODY, 40n * GWEI]);
    expect(await fundedGwei()).to.equal(120n * GWEI);
    expect(await p.manager.read.requestedGwei()).to.equal(0n);
  });

  it("may be asked for in either order of the proof", async () => {
    const { p, owner, first, second } = await networkHelpers.loadFixture(withActive);
    const seen = await sightOf(p, [first, second]);
    await requestConsolidation(p, seen, pubkeyRoot(second), { by: owner });
    expect((await validatorOf(p, first)).depositedGwei).to.equal(80n * GWEI);
  });

  it("INV-13 is for the owner of an active operator, and of its own validators only", async () => {
    const { p, first, second, consolidate } = await networkHelpers.loadFixture(withActive);
    const other = await registerOperator(p, { owner: p.accounts.operators[1] });
    for (const by of [p.accounts.stranger, p.accounts.operators[1]])
      await viem.assertions.revertWithCustomErrorWithArgs(consolidate(first, second, by), p.exits, "NotOperatorOwner", [
        1,
        (got) => String(got).toLowerCase() === by.account.address,
      ]);
    const batch = await submitBatch(p, other);
    await predeposit(p, batch);
    const { pubkey } = batch.keys[0]!;
    await prove(p, await sight(p, [{ pubkey }]));
    await viem.assertions.revertWithCustomErrorWithArgs(consolidate(first, pubkey), p.exits, "WrongOperator", [
      pubkeyRoot(pubkey),
      2,
      1,
    ]);
    const breach = { operatorId: 1, uptimePpm: 1, thresholdPpm: 2, missedGweiEpochs: 0n };
    await p.registry.write.reportDowntime(
      [[1, 2, 3].map((period) => ({ ...breach, period }))],
      await asContract(p, p.distribution),
    );
    await viem.assertions.revertWithCustomErrorWithArgs(consolidate(first, second), p.exits, "OperatorNotActive", [1]);
  });

  it("INV-07 refuses what does not fit into one validator, to the gwei", async () => {
    const { p, owner, first, second, consolidate } = await networkHelpers.loadFixture(withActive);
    await p.registry.write.addBond([1], { account: owner.account, value: parseEther("100") });
    await fund(p, await sightOf(p, [second]), 1936n * GWEI + 1n);
    await viem.assertions.revertWithCustomErrorWithArgs(consolidate(first, second), p.manager, "FundingOutOfBounds", [
      pubkeyRoot(second),
      2016n * GWEI + 1n,
      32n * GWEI,
      2016n * GWEI,
    ]);
  });

  it("INV-07 leaves no room at the target for what moves there", async () => {
    const { p, owner, first, second, consolidate } = await networkHelpers.loadFixture(withActive);
    await p.registry.write.addBond([1], { account: owner.account, value: parseEther("100") });
    await consolidate(first, second);
    const refused = 1936n * GWEI + 1n;
    await viem.assertions.revertWithCustomError(
      fund(p, await sightOf(p, [second]), refused),
      p.manager,
      "FundingOutOfBounds",
    );
    await fund(p, await sightOf(p, [second]), refused - 1n);
  });

  it("INC-35 refuses where the chain would ignore it", async () => {
    const { p, owner, first, second, third, consolidate } = await networkHelpers.loadFixture(withActive);
    const refused = (call: Promise<Hex>, error: "Leaving" | "ActiveTooShort" | "RequestPending" | "WrongStatus") =>
      viem.assertions.revertWithCustomError(call, p.exits, error);
    const both = async (from: Partial<BeaconRecord>, to: Partial<BeaconRecord>) =>
      requestConsolidation(
        p,
        await sight(p, [
          { pubkey: first, ...from },
          { pubkey: second, ...to },
        ]),
        pubkeyRoot(first),
        { by: owner },
      );
    await refused(both(leaving, {}), "Leaving");
    await refused(both({}, leaving), "Leaving");
    await refused(both({}, { slashed: true }), "Leaving");
    await refused(both({ activationEpoch: 10_000 }, {}), "ActiveTooShort");
    await refused(both({}, { activationEpoch: 10_000 }), "ActiveTooShort");
    await requestPartial(p, [first], [GWEI], { by: owner });
    await refused(consolidate(first, second), "RequestPending");
    await requestExit(p, [third], { by: owner });
    await refused(consolidate(second, third), "WrongStatus");
    await refused(consolidate(third, second), "WrongStatus");
  });

  it("lets nothing move on, or leave, that still arrives or goes", async () => {
    const { p, owner, first, second, third, consolidate, afterRetry } = await networkHelpers.loadFixture(withActive);
    await consolidate(first, second);
    await viem.assertions.revertWithCustomErrorWithArgs(
      consolidate(second, third),
      p.manager,
      "ConsolidationIncoming",
      [pubkeyRoot(second), 40n * GWEI],
    );
    await afterRetry();
    await viem.assertions.revertWithCustomErrorWithArgs(
      requestExit(p, [first], { by: owner }),
      p.exits,
      "Consolidating",
      [pubkeyRoot(first)],
    );
    await consolidate(third, second);
    expect((await validatorOf(p, second)).depositedGwei).to.equal(120n * GWEI);
  });

  it("refuses a proof of others than these two", async () => {
    const { p, owner, first, second, third } = await networkHelpers.loadFixture(withActive);
    const root = pubkeyRoot(first);
    for (const [keys, count] of [
      [[first], 1n],
      [[first, second, third], 3n],
    ] as const)
      await viem.assertions.revertWithCustomErrorWithArgs(
        requestConsolidation(p, await sightOf(p, keys), root, { by: owner }),
        p.exits,
        "LengthMismatch",
        [count, 2n],
      );
    await viem.assertions.revertWithCustomErrorWithArgs(
      requestConsolidation(p, await sightOf(p, [second, third]), root, { by: owner }),
      p.exits,
      "NotInProof",
      [root],
    );
  });
});

describe("ValidatorExits, settled consolidations", () => {
  it("INV-06 frees no bond when the source is gone, as its ether is the target's, and all when the target is", async () => {
    const { p, first, second, consolidate, fundedGwei } = await networkHelpers.loadFixture(withActive);
    await consolidate(first, second);
    const { hash } = await settle(p, { exits: [pubkeyRoot(first)] });
    await viem.assertions.emitWithArgs(Promise.resolve(hash), p.manager, "ValidatorExited", [1, pubkeyRoot(first), 0n]);
    expect((await validatorOf(p, first)).status).to.equal(EXITED);
    expect(await fundedGwei()).to.equal(120n * GWEI);
    expect(await p.manager.read.consolidation([pubkeyRoot(second)])).to.deep.equal([NOBODY, 0n]);
    await settle(p, { exits: [pubkeyRoot(second)] });
    expect(await fundedGwei()).to.equal(40n * GWEI);
  });

  it("INV-06 keeps bond for what still moves when the target is gone first", async () => {
    const { p, first, second, consolidate, fundedGwei } = await networkHelpers.loadFixture(withActive);
    await consolidate(first, second);
    await settle(p, { exits: [pubkeyRoot(second)] });
    expect(await fundedGwei()).to.equal(80n * GWEI);
    await settle(p, { exits: [pubkeyRoot(first)] });
    expect(await fundedGwei()).to.equal(40n * GWEI);
  });

  it("takes a consolidation back when its source is slashed: the chain passes over it", async () => {
    const { p, first, second, consolidate, fundedGwei } = await networkHelpers.loadFixture(withActive);
    await consolidate(first, second);
    const { anchor, proof } = await sightOf(p, [first], { slashed: true, ...leaving });
    await p.manager.write.proveSlashed([anchor, proof]);
    expect((await validatorOf(p, first)).status).to.equal(SLASHED);
    expect((await validatorOf(p, second)).depositedGwei).to.equal(40n * GWEI);
    expect(await fundedGwei()).to.equal(120n * GWEI);
    await settle(p, { exits: [pubkeyRoot(first)] });
    expect(await fundedGwei()).to.equal(80n * GWEI);
  });
});

describe("ValidatorExits, cancelConsolidation", () => {
  it("INC-35 gives source and target what they had, once a later block shows that the chain did not hear", async () => {
    const { p, owner, first, second, consolidate, cancel, fundedGwei, afterRetry } =
      await networkHelpers.loadFixture(withActive);
    await p.registry.write.addBond([1], { account: owner.account, value: parseEther("500") });
    const capacity = await p.manager.read.capacityGwei([1]);
    await consolidate(first, second);
    const retryAt = BigInt((await validatorOf(p, first)).requestedAt + p.parameters.manager.exitRetrySeconds);
    await viem.assertions.revertWithCustomErrorWithArgs(cancel([first]), p.exits, "RequestPending", [
      pubkeyRoot(first),
      retryAt,
    ]);
    await afterRetry();
    const hash = await cancel([first]);
    await viem.assertions.emitWithArgs(Promise.resolve(hash), p.manager, "ConsolidationCancelled", [
      1,
      pubkeyRoot(first),
      pubkeyRoot(second),
      40n * GWEI,
    ]);
    for (const pubkey of [first, second])
      expect(await validatorOf(p, pubkey)).to.include({
        status: ACTIVE,
        depositedGwei: 40n * GWEI,
        requestedAt: 0,
      });
    expect(await p.manager.read.capacityGwei([1])).to.equal(capacity);
    expect(await fundedGwei()).to.equal(120n * GWEI);
    await settle(p, { exits: [pubkeyRoot(first)] });
    expect(await fundedGwei()).to.equal(80n * GWEI);
  });

  it("refuses while the source is leaving, and where nothing moves", async () => {
    const { p, first, second, consolidate, cancel, afterRetry } = await networkHelpers.loadFixture(withActive);
    await consolidate(first, second);
    await afterRetry();
    await viem.assertions.revertWithCustomErrorWithArgs(cancel([first], leaving), p.exits, "Leaving", [
      pubkeyRoot(first),
    ]);
    await viem.assertions.revertWithCustomErrorWithArgs(cancel([second]), p.exits, "NotConsolidating", [
      pubkeyRoot(second),
    ]);
  });
});

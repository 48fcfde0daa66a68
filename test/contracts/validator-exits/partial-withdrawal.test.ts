import { expect } from "chai";
import { network } from "hardhat";
import { parseEther, type Hex } from "viem";

import { pubkeyRoot } from "../../../chain/ssz/domains.ts";
import type { Actor } from "../support/accounts.ts";
import type { BeaconRecord } from "../support/beacon.ts";
import { withdrawalRequestsOf } from "../support/chain-requests.ts";
import { requestExit, requestPartial } from "../support/exits.ts";
import { asContract } from "../support/impersonation.ts";
import { predeposit, startProtocol, submitBatch, validatorOf } from "../support/protocol.ts";
import { activeValidators } from "../support/scenarios.ts";
import { settle } from "../support/settlement.ts";
import { askBack } from "../support/withdrawals.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;

const GWEI = 1_000_000_000n;

/** Two validators with 50 ETH each; 120 of 220 ETH are in the buffer. */
async function withActive() {
  const p = await startProtocol(connection);
  const active = await activeValidators(p, { count: 2, amountGwei: 49n * GWEI });
  const [first, second] = active.pubkeys as [Hex, Hex];
  const ask = (pubkeys: readonly Hex[], amountsGwei: readonly bigint[], by: Actor = active.owner) =>
    requestPartial(p, pubkeys, amountsGwei, { by });
  return { p, ...active, first, second, ask };
}

describe("ValidatorExits, requestPartialWithdrawal", () => {
  it("asks EIP-7002 for a part of each balance and books it, with events", async () => {
    const { p, first, second, ask } = await networkHelpers.loadFixture(withActive);
    const hash = await ask([first, second], [2n * GWEI, 18n * GWEI]);
    const source = p.withdrawalVault.address.toLowerCase();
    expect(await withdrawalRequestsOf(p, hash)).to.deep.equal([
      { source, pubkey: first, amountGwei: 2n * GWEI, bytes: 76 },
      { source, pubkey: second, amountGwei: 18n * GWEI, bytes: 76 },
    ]);
    for (const [pubkey, amountGwei] of [
      [first, 2n * GWEI],
      [second, 18n * GWEI],
    ] as const)
      await viem.assertions.emitWithArgs(Promise.resolve(hash), p.manager, "PartialWithdrawalRequested", [
        1,
        pubkeyRoot(pubkey),
        amountGwei,
      ]);
    expect(await p.manager.read.requestedGwei()).to.equal(20n * GWEI);
    expect(await validatorOf(p, first)).to.include({ status: 2, depositedGwei: 50n * GWEI, partialGwei: 2n * GWEI });
  });

  it("refuses less than the least, which includes the zero of a full exit, and more than the chain would pay", async () => {
    const { p, first, ask } = await networkHelpers.loadFixture(withActive);
    for (const amountGwei of [0n, GWEI - 1n, 18n * GWEI + 1n, 2n ** 64n - 1n])
      await viem.assertions.revertWithCustomErrorWithArgs(ask([first], [amountGwei]), p.exits, "PartialOutOfBounds", [
        pubkeyRoot(first),
        amountGwei,
        GWEI,
        18n * GWEI,
      ]);
    await ask([first], [18n * GWEI]);
  });

  it("INC-35 counts what was asked for before until it must have been paid or ignored", async () => {
    const { p, first, ask } = await networkHelpers.loadFixture(withActive);
    await ask([first], [10n * GWEI]);
    await viem.assertions.revertWithCustomErrorWithArgs(ask([first], [9n * GWEI]), p.exits, "PartialOutOfBounds", [
      pubkeyRoot(first),
      9n * GWEI,
      GWEI,
      8n * GWEI,
    ]);
    await ask([first], [8n * GWEI]);
    expect((await validatorOf(p, first)).partialGwei).to.equal(18n * GWEI);
    await networkHelpers.time.increase(p.parameters.manager.exitRetrySeconds + 3 * p.chain.secondsPerSlot);
    await ask([first], [18n * GWEI]);
    expect((await validatorOf(p, first)).partialGwei).to.equal(18n * GWEI);
  });

  it("INC-35 asks for nothing of a validator at 32 ETH, on its way out, or active too short", async () => {
    const { p, owner, first } = await networkHelpers.loadFixture(withActive);
    const refused = (record: Partial<BeaconRecord>, error: "PartialOutOfBounds" | "Leaving" | "ActiveTooShort") =>
      viem.assertions.revertWithCustomError(requestPartial(p, [first], [GWEI], { by: owner, record }), p.exits, error);
    await refused({ effectiveBalanceGwei: 32n * GWEI }, "PartialOutOfBounds");
    await refused({ effectiveBalanceGwei: 31n * GWEI }, "PartialOutOfBounds");
    await refused({ exitEpoch: 300 }, "Leaving");
    await refused({ slashed: true }, "Leaving");
    await refused({ activationEpoch: 10_000 }, "ActiveTooShort");
    expect(await p.manager.read.requestedGwei()).to.equal(0n);
  });

  it("INC-35 refuses even the owner once anyone may exit its validators: a partial would keep them in", async () => {
    const { p, first, ask } = await networkHelpers.loadFixture(withActive);
    const breach = { operatorId: 1, uptimePpm: 1, thresholdPpm: 2, missedGweiEpochs: 0n };
    await p.registry.write.reportDowntime(
      [[1, 2, 3].map((period) => ({ ...breach, period }))],
      await asContract(p, p.distribution),
    );
    await ask([first], [GWEI]);
    await networkHelpers.time.increase(p.parameters.registry.exitDeadlineSeconds);
    await viem.assertions.revertWithCustomErrorWithArgs(ask([first], [GWEI]), p.exits, "ExitWanted", [1]);
  });

  it("lets anybody ask for the least partial where demand is less", async () => {
    const { p, first, ask } = await networkHelpers.loadFixture(withActive);
    await askBack(p, parseEther("120.01"));
    expect(await p.exits.read.exitDemandGwei()).to.equal(10_000_000n);
    await viem.assertions.revertWithCustomErrorWithArgs(
      ask([first], [GWEI + 1n], p.accounts.stranger),
      p.exits,
      "ExitNotNeeded",
      [GWEI + 1n, 10_000_000n],
    );
    await ask([first], [GWEI], p.accounts.stranger);
    await viem.assertions.revertWithCustomError(ask([first], [GWEI], p.accounts.stranger), p.exits, "ExitNotNeeded");
  });

  it("INC-35 refuses once an exit is wanted: the chain would ignore the exit", async () => {
    const { p, owner, first, ask } = await networkHelpers.loadFixture(withActive);
    await requestExit(p, [first], { by: owner });
    await viem.assertions.revertWithCustomErrorWithArgs(ask([first], [GWEI]), p.exits, "WrongStatus", [
      pubkeyRoot(first),
      3,
    ]);
  });

  it("refuses what is unknown, unproven or gone", async () => {
    const { p, first, ask, ...operator } = await networkHelpers.loadFixture(withActive);
    const refused = (pubkey: Hex, status: number) =>
      viem.assertions.revertWithCustomErrorWithArgs(ask([pubkey], [GWEI]), p.exits, "WrongStatus", [
        pubkeyRoot(pubkey),
        status,
      ]);
    await refused(`0x${"a1".repeat(48)}`, 0);
    const batch = await submitBatch(p, operator);
    await predeposit(p, batch);
    await refused(batch.keys[0]!.pubkey, 1);
    await settle(p, { exits: [pubkeyRoot(first)] });
    await refused(first, 4);
  });

  it("lets anybody ask for what the demand wants and no more", async () => {
    const { p, first, second, ask } = await networkHelpers.loadFixture(withActive);
    const { stranger } = p.accounts;
    const refused = (pubkeys: readonly Hex[], amountsGwei: bigint[], args: [bigint, bigint]) =>
      viem.assertions.revertWithCustomErrorWithArgs(
        ask(pubkeys, amountsGwei, stranger),
        p.exits,
        "ExitNotNeeded",
        args,
      );
    await refused([first], [GWEI], [GWEI, 0n]);
    await askBack(p, parseEther("125"));
    await refused([first], [5n * GWEI + 1n], [5n * GWEI + 1n, 5n * GWEI]);
    await refused([first, second], [3n * GWEI, 3n * GWEI], [3n * GWEI, 2n * GWEI]);
    await ask([first, second], [3n * GWEI, 2n * GWEI], stranger);
    expect(await p.exits.read.exitDemandGwei()).to.equal(0n);
  });

  it("refuses amounts that do not belong to the validators", async () => {
    const { p, first, ask } = await networkHelpers.loadFixture(withActive);
    for (const amounts of [[], [GWEI, GWEI]])
      await viem.assertions.revertWithCustomErrorWithArgs(ask([first], amounts), p.exits, "LengthMismatch", [
        BigInt(amounts.length),
        1n,
      ]);
  });
});

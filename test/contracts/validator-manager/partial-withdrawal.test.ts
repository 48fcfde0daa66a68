import { expect } from "chai";
import { network } from "hardhat";
import { concatHex, getAddress, parseEther, type Hex } from "viem";

import { pubkeyRoot } from "../../../chain/ssz/domains.ts";
import { withdrawalRequestsOf } from "../support/chain-requests.ts";
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
  const ask = (pubkeys: Hex, amountsGwei: bigint[], { account } = active.owner, value = BigInt(amountsGwei.length)) =>
    p.manager.write.requestPartialWithdrawal([pubkeys, amountsGwei, 1n], { account, value });
  return { p, ...active, first, second, ask };
}

describe("ValidatorManager, requestPartialWithdrawal", () => {
  it("asks EIP-7002 for a part of each balance and books it, with events", async () => {
    const { p, owner, first, second, ask } = await networkHelpers.loadFixture(withActive);
    const hash = await ask(concatHex([first, second]), [2n * GWEI, 18n * GWEI]);
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
        getAddress(owner.account.address),
      ]);
    expect(await p.manager.read.requestedGwei()).to.equal(20n * GWEI);
    expect(await validatorOf(p, first)).to.include({ status: 2, depositedGwei: 50n * GWEI, exitRequestedAt: 0 });
  });

  it("refuses less than the least, which includes the zero of a full exit, and more than was deposited", async () => {
    const { p, first, ask } = await networkHelpers.loadFixture(withActive);
    for (const amountGwei of [0n, GWEI - 1n, 50n * GWEI + 1n, 2n ** 64n - 1n])
      await viem.assertions.revertWithCustomErrorWithArgs(ask(first, [amountGwei]), p.manager, "PartialOutOfBounds", [
        pubkeyRoot(first),
        amountGwei,
        GWEI,
        50n * GWEI,
      ]);
    await ask(first, [GWEI]);
  });

  it("INC-35 refuses once an exit is wanted: the chain would ignore the exit", async () => {
    const { p, owner, first, ask } = await networkHelpers.loadFixture(withActive);
    await p.manager.write.requestExit([first, 1n], { account: owner.account, value: 1n });
    await viem.assertions.revertWithCustomErrorWithArgs(ask(first, [GWEI]), p.manager, "WrongStatus", [
      pubkeyRoot(first),
      3,
    ]);
  });

  it("refuses what is unknown, unproven or gone", async () => {
    const { p, first, ask, ...operator } = await networkHelpers.loadFixture(withActive);
    const refused = (pubkey: Hex, status: number) =>
      viem.assertions.revertWithCustomErrorWithArgs(ask(pubkey, [GWEI]), p.manager, "WrongStatus", [
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
    const refused = (pubkeys: Hex, amountsGwei: bigint[], args: [bigint, bigint]) =>
      viem.assertions.revertWithCustomErrorWithArgs(
        ask(pubkeys, amountsGwei, stranger),
        p.manager,
        "ExitNotNeeded",
        args,
      );
    await refused(first, [GWEI], [GWEI, 0n]);
    await askBack(p, parseEther("125"));
    await refused(first, [5n * GWEI + 1n], [5n * GWEI + 1n, 5n * GWEI]);
    await refused(concatHex([first, second]), [3n * GWEI, 3n * GWEI], [3n * GWEI, 2n * GWEI]);
    await ask(concatHex([first, second]), [3n * GWEI, 2n * GWEI], stranger);
    expect(await p.manager.read.exitDemandGwei()).to.equal(0n);
  });

  it("refuses lists that do not belong together", async () => {
    const { p, first, ask } = await networkHelpers.loadFixture(withActive);
    for (const [keys, amounts, got, want] of [
      [first, [], 0n, 1n],
      [first, [GWEI, GWEI], 2n, 1n],
      ["0x", [], 0n, 48n],
      [concatHex([first, "0x00"]), [GWEI], 49n, 48n],
    ] as [Hex, bigint[], bigint, bigint][])
      await viem.assertions.revertWithCustomErrorWithArgs(ask(keys, amounts), p.manager, "LengthMismatch", [got, want]);
  });
});

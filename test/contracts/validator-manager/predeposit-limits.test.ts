import { expect } from "chai";
import { network } from "hardhat";
import { parseEther } from "viem";

import { commitmentOf } from "../../../chain/keys/key-batch.ts";
import type { ManagerParameters } from "../../../deploy/parameters/types.ts";
import { asContract } from "../support/impersonation.ts";
import {
  predeposit,
  registerOperator,
  stake,
  startProtocol,
  submitBatch,
  type BatchHandle,
  type Protocol,
} from "../support/protocol.ts";
import { readyToDeposit } from "../support/scenarios.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;
const start = () => startProtocol(connection);

const PAUSE_DEPOSIT = 4;

const setManager = (p: Protocol, changes: Partial<ManagerParameters>) =>
  p.manager.write.setParameters([{ ...p.parameters.manager, ...changes }], {
    account: p.accounts.roles.PARAMETERS.account,
  });

describe("ValidatorManager, predeposit, limits", () => {
  it("INV-06 holds no more unproven validators than the stock of an operator and of all", async () => {
    const p = await networkHelpers.loadFixture(start);
    const batch = await readyToDeposit(p, { count: 4 });
    const other = await submitBatch(p, await registerOperator(p, { owner: p.accounts.operators[1] }), { count: 2 });
    await setManager(p, { maxStockPerOperator: 2, maxStock: 3 });
    const full = (call: Promise<`0x${string}`>, args: [number, bigint, bigint]) =>
      viem.assertions.revertWithCustomErrorWithArgs(call, p.manager, "StockFull", args);

    await full(predeposit(p, batch, { count: 3 }), [1, 3n, 2n]);
    await predeposit(p, batch, { count: 2 });
    await full(predeposit(p, batch, { from: 2, count: 1 }), [1, 3n, 2n]);
    await full(predeposit(p, other), [2, 4n, 3n]);
    await predeposit(p, other, { count: 1 });
    expect(await p.manager.read.unprovenCount()).to.equal(3);
  });

  it("INV-06 refuses what the bond does not cover", async () => {
    const p = await networkHelpers.loadFixture(start);
    await stake(p, parseEther("50"));
    const operator = await registerOperator(p, { bondWei: parseEther("3.2") });
    const batch = await submitBatch(p, operator, { count: 3 });
    await viem.assertions.revertWithCustomErrorWithArgs(predeposit(p, batch), p.registry, "BondTooSmall", [
      1,
      parseEther("3.2"),
      parseEther("4.8"),
    ]);
    await predeposit(p, batch, { count: 2 });
  });

  it("takes no ether that the withdrawal queue waits for", async () => {
    const p = await networkHelpers.loadFixture(start);
    const batch = await readyToDeposit(p, { count: 2 });
    const [{ account }] = p.accounts.stakers;
    // Of 220 ETH, 199 are asked back and 19.5 on their way.
    await p.token.write.approve([p.pool.address, parseEther("199")], { account });
    await p.pool.write.withdraw([parseEther("199"), account.address, 0n], { account });
    await p.pool.write.takeForDeposits([19_500_000_000n], await asContract(p, p.manager));
    await viem.assertions.revertWithCustomErrorWithArgs(predeposit(p, batch), p.pool, "BufferTooSmall", [
      parseEther("2"),
      parseEther("1.5"),
    ]);
    await predeposit(p, batch, { count: 1 });
  });

  it("INC-43 refuses while deposits are paused, and works again when the pause has expired", async () => {
    const p = await networkHelpers.loadFixture(start);
    const batch = await readyToDeposit(p);
    await p.pool.write.pause([PAUSE_DEPOSIT, 3600], { account: p.accounts.roles.GUARDIAN.account });
    const until = await p.pool.read.pausedUntil([PAUSE_DEPOSIT]);
    await viem.assertions.revertWithCustomErrorWithArgs(predeposit(p, batch), p.pool, "ActionPaused", [
      PAUSE_DEPOSIT,
      until,
    ]);
    await networkHelpers.time.increaseTo(until);
    await predeposit(p, batch);
  });

  it("INC-07 refuses a batch that is too young", async () => {
    const p = await networkHelpers.loadFixture(start);
    const { operatorId, owner, paymentAddress } = await readyToDeposit(p);
    const young = await submitBatch(p, { operatorId, owner, paymentAddress }, { young: true });
    await viem.assertions.revertWithCustomError(predeposit(p, young), p.registry, "BatchTooYoung");
  });

  it("INV-18 gives a thief with a copied commitment and the revealed keys nothing", async () => {
    const p = await networkHelpers.loadFixture(start);
    const batch = await readyToDeposit(p, { count: 2 });
    const { operatorId, owner, paymentAddress } = await registerOperator(p, { owner: p.accounts.operators[1] });
    await p.registry.write.submitValidatorSigs([operatorId, 0, commitmentOf(batch), 2], { account: owner.account });
    await networkHelpers.time.increase(p.parameters.registry.minBatchAgeSeconds);
    const harness = await viem.deployContract("KeyBatchHarness");
    const stolen: BatchHandle = { operatorId, owner, paymentAddress, batchId: 0, keys: batch.keys };
    for (const count of [1, 2])
      await viem.assertions.revertWithCustomError(predeposit(p, stolen, { count }), harness, "CommitmentMismatch");
    await predeposit(p, batch);
  });
});

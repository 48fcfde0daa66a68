import { expect } from "chai";
import { network } from "hardhat";
import { parseEther, type Hex } from "viem";

import type { BatchKey } from "../../../chain/keys/key-batch.ts";
import { sight } from "../support/beacon.ts";
import { requestExit } from "../support/exits.ts";
import {
  fund,
  predeposit,
  prove,
  registerOperator,
  stake,
  startProtocol,
  submitBatch,
  type Protocol,
} from "../support/protocol.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;

const GWEI = 1_000_000_000n;
const TURN_GWEI = 100n * GWEI;
const LEAST_GWEI = 31n * GWEI;
/** What one proven validator can take. */
const ROOM_GWEI = 2015n * GWEI;

/** Three operators with a proven validator each, turns of 100 ETH, and ether for many of them. */
async function withOperators() {
  const p = await startProtocol(connection, { manager: { turnGwei: TURN_GWEI } });
  await stake(p, parseEther("3000"));
  const keys: BatchKey[] = [];
  for (let i = 0; i < 3; i++) keys.push(await withValidator(p));
  await prove(p, await sight(p, keys));
  const serve = async (operatorId: number, amountGwei: bigint) =>
    fund(p, await sight(p, [keys[operatorId - 1]!]), amountGwei, operatorId);
  const turn = () => p.manager.read.turn();
  return { p, keys, serve, turn };
}

async function withValidator(p: Protocol, bondWei = parseEther("50")): Promise<BatchKey> {
  const owner = p.accounts.operators[((await p.registry.read.operatorCount()) % 2) as 0 | 1];
  const batch = await submitBatch(p, await registerOperator(p, { owner, bondWei }));
  await predeposit(p, batch);
  return batch.keys[0]!;
}

const notItsTurn = (p: Protocol, call: Promise<Hex>, operatorId: number, next: number) =>
  viem.assertions.revertWithCustomErrorWithArgs(call, p.manager, "NotItsTurn", [operatorId, next]);

describe("ValidatorManager, turns", () => {
  it("serves operators in the order of their numbers, so much each, and then the first again", async () => {
    const { p, serve, turn } = await networkHelpers.loadFixture(withOperators);
    await notItsTurn(p, serve(2, LEAST_GWEI), 2, 1);
    await notItsTurn(p, serve(3, LEAST_GWEI), 3, 1);
    const hash = await serve(1, 40n * GWEI);
    await viem.assertions.emitWithArgs(Promise.resolve(hash), p.manager, "TurnMoved", [1, 60n * GWEI]);
    expect(await turn()).to.deep.equal([1, 60n * GWEI]);
    await notItsTurn(p, serve(2, LEAST_GWEI), 2, 1);
    // 29 ETH are less than a new validator needs, so the turn is over.
    await viem.assertions.emitWithArgs(serve(1, 31n * GWEI), p.manager, "TurnMoved", [2, TURN_GWEI]);
    expect(await turn()).to.deep.equal([2, TURN_GWEI]);
    await notItsTurn(p, serve(1, GWEI), 1, 2);
    await serve(2, TURN_GWEI);
    await serve(3, TURN_GWEI);
    expect(await turn()).to.deep.equal([4, TURN_GWEI]);
    await notItsTurn(p, serve(2, GWEI), 2, 1);
    await serve(1, GWEI);
    expect(await turn()).to.deep.equal([1, TURN_GWEI - GWEI]);
  });

  it("gives no more in a turn than what is left of it", async () => {
    const { p, serve } = await networkHelpers.loadFixture(withOperators);
    const refused = (amountGwei: bigint, leftGwei: bigint) =>
      viem.assertions.revertWithCustomErrorWithArgs(serve(1, amountGwei), p.manager, "TurnExceeded", [
        1,
        amountGwei,
        leftGwei,
      ]);
    await refused(TURN_GWEI + 1n, TURN_GWEI);
    await serve(1, 69n * GWEI);
    await refused(LEAST_GWEI + 1n, LEAST_GWEI);
    await serve(1, LEAST_GWEI);
  });

  it("passes over who has no capacity: no bond, too large a share, no validator, or not active", async () => {
    const { p, serve, turn } = await networkHelpers.loadFixture(withOperators);
    expect(await p.manager.read.capacityGwei([1])).to.equal(50n * 25n * GWEI - GWEI);
    // Its bond covers 1 ETH and less than 31 more.
    await p.registry.write.requestBondWithdrawal([1, parseEther("48.75")], {
      account: p.accounts.operators[0].account,
    });
    expect((await p.manager.read.capacityGwei([1])) < LEAST_GWEI).to.equal(true);
    await p.registry.write.emergencySlash([2], { account: p.accounts.roles.GUARDIAN.account });
    expect(await p.manager.read.capacityGwei([2])).to.equal(0n);
    await serve(3, LEAST_GWEI);
    expect(await turn()).to.deep.equal([3, TURN_GWEI - LEAST_GWEI]);
    await p.registry.write.requestBondWithdrawal([1, 0n], { account: p.accounts.operators[0].account });
    await serve(3, 69n * GWEI);
    await notItsTurn(p, serve(3, GWEI), 3, 1);
  });

  it("counts as capacity what share, bond and validators allow together", async () => {
    const { p, keys, serve } = await networkHelpers.loadFixture(withOperators);
    const capacity = () => p.manager.read.capacityGwei([1]);
    await p.registry.write.addBond([1], { value: parseEther("100") });
    expect(await capacity()).to.equal(ROOM_GWEI);
    await serve(1, TURN_GWEI);
    expect(await capacity()).to.equal(ROOM_GWEI - TURN_GWEI);
    const { maxOperatorShareBps, ...others } = p.parameters.manager;
    expect(maxOperatorShareBps).to.equal(10_000);
    await p.manager.write.setParameters([{ ...others, maxOperatorShareBps: 1_000 }], {
      account: p.accounts.roles.PARAMETERS.account,
    });
    const pooledGwei = (await p.pool.read.totalPooledEther()) / GWEI;
    expect(await capacity()).to.equal(pooledGwei / 10n - 101n * GWEI);
    // A validator on its way out takes nothing.
    await requestExit(p, [keys[0]!.pubkey], { by: p.accounts.operators[0] });
    expect(await capacity()).to.equal(0n);
  });

  it("advanceTurn moves the turn over those without capacity, and never off one with some", async () => {
    const { p, turn } = await networkHelpers.loadFixture(withOperators);
    await p.manager.write.advanceTurn([1n]);
    expect(await turn()).to.deep.equal([1, TURN_GWEI]);
    for (const id of [1, 2])
      await p.registry.write.emergencySlash([id], { account: p.accounts.roles.GUARDIAN.account });
    await p.manager.write.advanceTurn([1n]);
    expect(await turn()).to.deep.equal([2, TURN_GWEI]);
    await p.manager.write.advanceTurn([9n]);
    expect(await turn()).to.deep.equal([3, TURN_GWEI]);
    await p.manager.write.advanceTurn([9n]);
    expect(await turn()).to.deep.equal([3, TURN_GWEI]);
  });

  it("INC-24 looks only at operators with room: numbers without validators cost nothing", async () => {
    const { p, serve } = await networkHelpers.loadFixture(withOperators);
    const gasOf = async (hash: Hex) => (await p.client.getTransactionReceipt({ hash })).gasUsed;
    for (let id = 1; id <= 3; id++) await serve(id, TURN_GWEI);
    const before = await gasOf(await serve(1, TURN_GWEI));
    for (let i = 0; i < 20; i++) await registerOperator(p, { bondWei: parseEther("2") });
    await serve(2, TURN_GWEI);
    await serve(3, TURN_GWEI);
    // The deposit contract costs more or less by its count; to look at one operator costs more than this.
    expect(Number((await gasOf(await serve(1, TURN_GWEI))) - before)).to.be.lessThan(15_000);
  });
});

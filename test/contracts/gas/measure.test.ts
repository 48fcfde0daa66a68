import { expect } from "chai";
import { parseEther } from "viem";

import { difference, measure, measureWithResult, perUnit, sum } from "../../../bench/gas/measure.ts";
import { addressOf, connection, stage } from "../support/stage.ts";

describe("Gas measurement", () => {
  it("counts each slot that was empty and is not, and no other", async () => {
    const { token, pool, client, accounts } = await stage();
    const [alice, bob, carol] = accounts.stakers;
    const world = { connection, client };
    const from = { account: alice.account };
    const stakeFor = (receiver: typeof alice) =>
      measure(world, () => pool.write.stake([addressOf(receiver), 0n], { ...from, value: parseEther("1") }));
    const approve = (shares: bigint) => measure(world, () => token.write.approve([addressOf(bob), shares], from));

    expect((await stakeFor(alice)).newSlots, "a new holder").to.equal(1);
    expect((await stakeFor(alice)).newSlots, "the same holder").to.equal(0);
    expect((await approve(1n)).newSlots, "a new allowance").to.equal(1);
    expect((await approve(2n)).newSlots, "a changed allowance").to.equal(0);
    expect((await approve(0n)).newSlots, "an emptied slot").to.equal(0);
    const all = await token.read.balanceOf([addressOf(alice)]);
    const moved = await measure(world, () => token.write.transfer([addressOf(carol), all], from));
    expect(moved.newSlots, "one filled, one emptied").to.equal(1);
  });

  it("counts the slots of every contract that a transaction reaches", async () => {
    const { token, pool, queue, client, accounts } = await stage();
    const [alice] = accounts.stakers;
    await pool.write.stake([addressOf(alice), 0n], { account: alice.account, value: parseEther("2") });
    const ask = () =>
      measure({ connection, client }, () =>
        token.write.transferAndCall([pool.address, parseEther("1")], { account: alice.account }),
      );
    const [first, second] = [await ask(), await ask()];
    expect(await queue.read.balanceOf([addressOf(alice)])).to.equal(2n);
    expect(first.newSlots, "the owner's first ticket fills one more").to.be.greaterThan(second.newSlots);
    expect(first.gas).to.be.greaterThan(second.gas);
  });

  it("tells the gas of the receipt, whatever else the step does", async () => {
    const { token, client, accounts, pool } = await stage();
    const { cost, result } = await measureWithResult({ connection, client }, async () => {
      await connection.networkHelpers.mine(2);
      const hash = await token.write.approve([pool.address, 1n], { account: accounts.stakers[0].account });
      await connection.networkHelpers.time.increase(60);
      return hash;
    });
    const { gasUsed } = await client.getTransactionReceipt({ hash: result });
    expect(cost.gas).to.equal(Number(gasUsed));
  });

  it("refuses a step that sends two transactions, none, or one that reverts", async () => {
    const { token, client, accounts, pool } = await stage();
    const world = { connection, client };
    const { account } = accounts.stakers[0];
    const approve = () => token.write.approve([pool.address, 1n], { account });
    const refused = (step: () => Promise<unknown>) =>
      measure(world, step).then(
        () => "measured",
        () => "refused",
      );
    expect(await refused(async () => [await approve(), await approve()])).to.equal("refused");
    expect(await refused(() => Promise.resolve())).to.equal("refused");
    expect(await refused(() => token.write.transfer([pool.address, 1n], { account, gas: 50_000n }))).to.equal(
      "refused",
    );
  });

  it("divides, adds and takes away", () => {
    const cost = { gas: 101, newSlots: 33 };
    expect(perUnit(cost, 32)).to.deep.equal({ gas: 4, newSlots: 1.03 });
    expect(sum([cost, cost])).to.deep.equal({ gas: 202, newSlots: 66 });
    expect(difference(cost, { gas: 100, newSlots: 33 })).to.deep.equal({ gas: 1, newSlots: 0 });
  });
});

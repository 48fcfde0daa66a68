import { expect } from "chai";
import { parseEther } from "viem";

import { KINDS, type Breakdown, type Kind } from "../../../bench/gas/breakdown.ts";
import { difference, measure, perUnit } from "../../../bench/gas/measure.ts";
import { addressOf, connection, stage } from "../support/stage.ts";

/** Part of one kind, over all contracts unless one is named. */
function partOf(breakdown: Breakdown | undefined, kind: Kind, contract?: string): { gas: number; count: number } {
  const total = { gas: 0, count: 0 };
  for (const [name, parts] of breakdown ?? []) {
    if (contract !== undefined && contract !== name) continue;
    const { gas, count } = parts.get(kind) ?? { gas: 0, count: 0 };
    total.gas += gas;
    total.count += count;
  }
  return total;
}

/** All gas that it tells. */
function gasOf(breakdown: Breakdown | undefined): number {
  return KINDS.reduce((sum, kind) => sum + partOf(breakdown, kind).gas, 0);
}

describe("Gas breakdown", () => {
  before(function () {
    // Code that counts its lines, or that was compiled in a hurry, makes calls and takes gas of its own.
    if (process.env["GAS_BOUNDS"] === "off") this.skip();
  });

  it("tells of a transfer two cold slots that are written, one event and no call", async () => {
    const { token, pool, client, accounts } = await stage();
    const [alice, bob] = accounts.stakers;
    for (const holder of [alice, bob])
      await pool.write.stake([addressOf(holder), 0n], { account: holder.account, value: parseEther("1") });
    const world = { connection, client, contractNames: new Map([[token.address.toLowerCase(), "token"]]) };
    const { gas, breakdown } = await measure(world, () =>
      token.write.transfer([addressOf(bob), 1n], { account: alice.account }),
    );
    expect(gasOf(breakdown)).to.equal(gas);
    expect(partOf(breakdown, "cold reads", "token")).to.deep.equal({ gas: 4200, count: 2 });
    expect(partOf(breakdown, "writes", "token")).to.deep.equal({ gas: 5800, count: 2 });
    expect(partOf(breakdown, "events", "token")).to.deep.equal({ gas: 1756, count: 1 });
    expect(partOf(breakdown, "cold accounts").count).to.equal(0);
    expect(partOf(breakdown, "computing").count).to.equal(0);
  });

  it("gives the caller what a call costs, the proxy what its implementation does, and refunds to nobody", async () => {
    const { token, pool, queue, client, accounts } = await stage();
    const [alice] = accounts.stakers;
    const contracts = Object.entries({ token, pool, queue });
    const contractNames = new Map(contracts.map(([name, { address }]) => [address.toLowerCase(), name]));
    const world = { connection, client, contractNames };
    const staked = await measure(world, () =>
      pool.write.stake([addressOf(alice), 0n], { account: alice.account, value: parseEther("2") }),
    );
    expect([...(staked.breakdown?.keys() ?? [])]).to.deep.equal(["transaction", "pool", "token"]);
    expect(gasOf(staked.breakdown)).to.equal(staked.gas);
    expect(partOf(staked.breakdown, "cold accounts", "pool"), "implementation and token").to.deep.equal({
      gas: 5200,
      count: 2,
    });
    const approve = (shares: bigint) =>
      measure(world, () => token.write.approve([pool.address, shares], { account: alice.account }));
    await approve(1n);
    const emptied = await approve(0n);
    expect(partOf(emptied.breakdown, "refund", "transaction").gas, "https://eips.ethereum.org/EIPS/eip-3529").to.equal(
      -4800,
    );
    expect(gasOf(emptied.breakdown)).to.equal(emptied.gas);
  });

  it("takes away part by part, and tells a unit's whole transaction", async () => {
    const { token, pool, client, accounts } = await stage();
    const { account } = accounts.stakers[0];
    const world = { connection, client, contractNames: new Map([[token.address.toLowerCase(), "token"]]) };
    const approve = (shares: bigint) => measure(world, () => token.write.approve([pool.address, shares], { account }));
    const [first, second] = [await approve(1n), await approve(2n)];
    const more = difference(first, second);
    expect(gasOf(more.breakdown)).to.equal(more.gas);
    expect(partOf(more.breakdown, "writes").gas, "a new slot against a changed one").to.equal(20_000 - 2_900);
    expect(perUnit(first, 3).breakdown).to.equal(first.breakdown);
  });

  it("breaks nothing down unless it knows names", async () => {
    const { token, pool, client, accounts } = await stage();
    const { account } = accounts.stakers[0];
    const plain = await measure({ connection, client }, () => token.write.approve([pool.address, 1n], { account }));
    expect(plain).to.not.have.property("breakdown");
  });
});

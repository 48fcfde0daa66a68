import { expect } from "chai";
import { parseEther, parseGwei } from "viem";

import { stake, totalsOf, withdraw } from "../support/pool-steps.ts";
import { networkHelpers, stage, viem } from "../support/stage.ts";

const WEI_PER_GWEI = parseGwei("1");

describe("StakingPool takeForDeposits", () => {
  it("takeForDeposits sends buffered ether and counts it as in flight", async () => {
    const s = await stage();
    await stake(s, s.accounts.stakers[0], parseEther("40"));
    const before = await totalsOf(s);
    const amountGwei = parseEther("32") / WEI_PER_GWEI;
    const sent = s.pool.write.takeForDeposits([amountGwei], { account: s.as.manager });
    await viem.assertions.emitWithArgs(sent, s.pool, "EtherDeployed", [amountGwei, amountGwei]);
    await viem.assertions.balancesHaveChanged(sent, [
      { address: s.pool.address, amount: -parseEther("32") },
      { address: s.manager.address, amount: parseEther("32") },
    ]);
    expect(await totalsOf(s)).to.deep.equal({
      ...before,
      bufferedWei: before.bufferedWei - parseEther("32"),
      balanceWei: before.balanceWei - parseEther("32"),
      inFlightGwei: amountGwei,
    });
    expect(await s.pool.read.depositedGwei()).to.equal(amountGwei);

    const again = s.pool.write.takeForDeposits([7n], { account: s.as.manager });
    await viem.assertions.emitWithArgs(again, s.pool, "EtherDeployed", [7n, amountGwei + 7n]);
  });

  it("takeForDeposits takes the last Gwei of the buffer and not one more", async () => {
    const s = await stage();
    await stake(s, s.accounts.stakers[0], parseEther("4") + 1n);
    const freeWei = parseEther("5") + 1n;
    const freeGwei = freeWei / WEI_PER_GWEI;
    expect(await s.pool.read.depositableWei()).to.equal(freeWei);
    await viem.assertions.revertWithCustomErrorWithArgs(
      s.pool.write.takeForDeposits([freeGwei + 1n], { account: s.as.manager }),
      s.pool,
      "BufferTooSmall",
      [(freeGwei + 1n) * WEI_PER_GWEI, freeWei],
    );
    await s.pool.write.takeForDeposits([freeGwei], { account: s.as.manager });
    expect(await s.pool.read.depositableWei()).to.equal(1n);
  });

  it("takeForDeposits leaves what unfinalised requests need", async () => {
    const s = await stage();
    const [alice] = s.accounts.stakers;
    await stake(s, alice, parseEther("9"));
    await withdraw(s, alice, parseEther("4"));
    expect(await s.pool.read.depositableWei()).to.equal(parseEther("6"));
    await viem.assertions.revertWithCustomErrorWithArgs(
      s.pool.write.takeForDeposits([parseEther("6") / WEI_PER_GWEI + 1n], { account: s.as.manager }),
      s.pool,
      "BufferTooSmall",
      [parseEther("6") + WEI_PER_GWEI, parseEther("6")],
    );
    await s.pool.write.takeForDeposits([parseEther("6") / WEI_PER_GWEI], { account: s.as.manager });
    await withdraw(s, alice, parseEther("2"));
    expect(await s.pool.read.depositableWei()).to.equal(0n);
  });

  it("depositedGweiAt remembers the sum of every block", async () => {
    const s = await stage();
    await stake(s, s.accounts.stakers[0], parseEther("40"));
    const now = BigInt(await networkHelpers.time.latest());
    for (const [after, amountGwei] of [
      [10n, 5n],
      [20n, 6n],
      [30n, 7n],
    ] as const) {
      await networkHelpers.time.setNextBlockTimestamp(now + after);
      await s.pool.write.takeForDeposits([amountGwei], { account: s.as.manager });
    }
    const at = (seconds: bigint) => s.pool.read.depositedGweiAt([now + seconds]);
    expect(await at(9n)).to.equal(0n);
    expect(await at(10n)).to.equal(5n);
    expect(await at(19n)).to.equal(5n);
    expect(await at(20n)).to.equal(11n);
    expect(await at(30n)).to.equal(18n);
    expect(await at(1_000_000n)).to.equal(18n);
  });

  it("depositedGweiAt sums what one block deposited twice", async () => {
    const s = await stage();
    await stake(s, s.accounts.stakers[0], parseEther("40"));
    const { mine, time } = networkHelpers;
    const test = await viem.getTestClient();
    await test.setAutomine(false);
    await s.pool.write.takeForDeposits([5n], { account: s.as.manager, gas: 500_000n });
    await s.pool.write.takeForDeposits([6n], { account: s.as.manager, gas: 500_000n });
    await mine();
    await test.setAutomine(true);
    const now = BigInt(await time.latest());
    expect(await s.pool.read.depositedGweiAt([now])).to.equal(11n);
    expect(await s.pool.read.depositedGweiAt([now - 1n])).to.equal(0n);
  });
});

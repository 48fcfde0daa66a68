import { expect } from "chai";
import { parseEther } from "viem";

import { actAs, addressOf, networkHelpers, same, stage, viem, type Stage } from "../support/stage.ts";

/** What both have in common is tested once, on each. */
const VAULTS = {
  WithdrawalVault: (s: Stage) => s.withdrawalVault.address,
  ExecutionRewardsVault: (s: Stage) => s.executionRewardsVault.address,
} as const;

for (const [name, addressOfVault] of Object.entries(VAULTS)) {
  describe(`${name} collect`, () => {
    async function prepare() {
      const s = await stage();
      const vault = await viem.getContractAt("IVault", addressOfVault(s));
      await networkHelpers.setBalance(vault.address, parseEther("5"));
      return { s, vault, pool: await actAs(s.pool.address) };
    }

    it("collect sends ether to the pool", async () => {
      const { s, vault, pool } = await prepare();
      const first = vault.write.collect([parseEther("2")], { account: pool });
      await viem.assertions.balancesHaveChanged(first, [
        { address: vault.address, amount: -parseEther("2") },
        { address: s.pool.address, amount: parseEther("2") },
      ]);
      const second = vault.write.collect([parseEther("3")], { account: pool });
      await viem.assertions.balancesHaveChanged(second, [{ address: vault.address, amount: -parseEther("3") }]);
    });

    it("collect reverts above what the vault holds", async () => {
      const { vault, pool } = await prepare();
      await viem.assertions.revert(vault.write.collect([parseEther("5") + 1n], { account: pool }));
    });

    it("INV-13 collect reverts for everybody but the pool", async () => {
      const { s, vault } = await prepare();
      const { stranger, deployer, roles } = s.accounts;
      const people = [stranger, deployer, ...Object.values(roles)].map(addressOf);
      for (const caller of [...people, ...Object.values(s.as)])
        await viem.assertions.revertWithCustomErrorWithArgs(
          vault.write.collect([1n], { account: caller }),
          vault,
          "NotProtocol",
          [same(caller)],
        );
    });
  });
}

describe("Vaults POOL", () => {
  it("POOL is where the ether goes", async () => {
    const s = await stage();
    expect(await s.withdrawalVault.read.POOL()).to.satisfy(same(s.pool.address));
    expect(await s.executionRewardsVault.read.POOL()).to.satisfy(same(s.pool.address));
  });
});

describe("ExecutionRewardsVault receive", () => {
  it("anybody may pay in, and nothing is booked until a settlement", async () => {
    const s = await stage();
    const before = await s.pool.read.totalPooledEther();
    const to = s.executionRewardsVault.address;
    await viem.assertions.balancesHaveChanged(s.accounts.stranger.sendTransaction({ to, value: 7n }), [
      { address: to, amount: 7n },
    ]);
    expect(await s.pool.read.totalPooledEther()).to.equal(before);
  });
});

describe("WithdrawalVault receive", () => {
  it("only the beacon chain pays in: a transfer reverts", async () => {
    const s = await stage();
    const to = s.withdrawalVault.address;
    await viem.assertions.revert(s.accounts.stranger.sendTransaction({ to, value: 7n, gas: 100_000n }));
  });
});

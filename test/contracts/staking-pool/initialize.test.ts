import { expect } from "chai";
import { encodeFunctionData, parseEther, toHex, zeroHash } from "viem";

import { erc7201 } from "../support/erc7201.ts";
import { totalsOf } from "../support/pool-steps.ts";
import { addressOf, same, stage, viem, type Stage } from "../support/stage.ts";

describe("StakingPool initialize", () => {
  const initOf = (s: Stage) => ({
    authority: s.accessManager.address,
    limits: s.parameters.pool,
    refSlotTimestamp: s.start.refSlotTimestamp,
  });

  /** A proxy of its own, to be initialised by the test. */
  async function freshProxy(s: Stage) {
    const proxy = await viem.deployContract("ERC1967Proxy", [
      s.seed.address,
      encodeFunctionData({ abi: s.seed.abi, functionName: "reserve" }),
    ]);
    return viem.getContractAt("ProxySeed", proxy.address);
  }

  it("initialize locks the first shares in the token, at 1 to 1", async () => {
    const s = await stage();
    const lockedWei = parseEther("1");
    expect(await s.token.read.balanceOf([s.token.address])).to.equal(lockedWei);
    expect(await totalsOf(s)).to.deep.equal({
      pooledWei: lockedWei,
      bufferedWei: lockedWei,
      consensusGwei: 0n,
      inFlightGwei: 0n,
      totalShares: lockedWei,
      circulatingShares: lockedWei,
      supply: lockedWei,
      queuedShares: 0n,
      balanceWei: lockedWei,
    });
  });

  it("initialize sets the authority, the limits and the first window", async () => {
    const s = await stage();
    const { stakeCapWei, stakeAllowanceWei, maxReportAgeSeconds } = s.parameters.pool;
    expect(await s.pool.read.authority()).to.satisfy(same(s.accessManager.address));
    expect(await s.pool.read.limits()).to.deep.equal({ stakeCapWei, stakeAllowanceWei, maxReportAgeSeconds });
    expect(await s.pool.read.staleAfter()).to.equal(s.start.refSlotTimestamp + BigInt(maxReportAgeSeconds));
    expect(await s.pool.read.stakeCeilingWei()).to.equal(stakeCapWei);
  });

  it("initialize emits the stake and the limits", async () => {
    const s = await stage();
    const proxy = await freshProxy(s);
    const value = 5n;
    const data = encodeFunctionData({ abi: s.pool.abi, functionName: "initialize", args: [initOf(s)] });
    // The token mints for its own pool only, so a second pool needs a token of its own.
    const token = await viem.deployContract("EthStake", [proxy.address]);
    const implementation = await viem.deployContract("StakingPool", [
      {
        token: token.address,
        queue: s.queue.address,
        registry: s.registry.address,
        manager: s.manager.address,
        distribution: s.distribution.address,
        withdrawalVault: s.withdrawalVault.address,
        executionRewardsVault: s.executionRewardsVault.address,
        coverFund: s.coverFund.address,
      },
    ]);
    const sent = proxy.write.upgradeToAndCall([implementation.address, data], { value });
    const pool = await viem.getContractAt("StakingPool", proxy.address);
    await viem.assertions.emitWithArgs(sent, pool, "Staked", [
      same(addressOf(s.accounts.deployer)),
      same(token.address),
      value,
      value,
    ]);
    await viem.assertions.emitWithArgs(sent, pool, "LimitsChanged", [s.parameters.pool]);
  });

  it("initialize reverts without ether", async () => {
    const s = await stage();
    const proxy = await freshProxy(s);
    const data = encodeFunctionData({ abi: s.pool.abi, functionName: "initialize", args: [initOf(s)] });
    await viem.assertions.revertWithCustomError(
      proxy.write.upgradeToAndCall([s.implementations.pool.address, data]),
      s.pool,
      "ZeroAmount",
    );
  });

  it("INC-41 initialize reverts a second time, and on the implementation", async () => {
    const s = await stage();
    for (const pool of [s.pool, s.implementations.pool])
      await viem.assertions.revertWithCustomError(
        pool.write.initialize([initOf(s)], { value: 1n }),
        s.pool,
        "InvalidInitialization",
      );
  });

  it("INC-40 the storage stands where ERC-7201 puts its name", async () => {
    const s = await stage();
    const slot = erc7201("ethstake.storage.StakingPool");
    const word = await s.client.getStorageAt({ address: s.pool.address, slot: toHex(slot) });
    const shares = parseEther("1");
    expect(BigInt(word ?? zeroHash)).to.equal((shares << 152n) | shares);
  });
});

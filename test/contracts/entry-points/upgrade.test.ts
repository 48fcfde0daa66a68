import { expect } from "chai";
import { parseEther, type Abi, type AbiFunction, type Address, type Hex } from "viem";

import { PAUSE } from "../support/pause-flags.ts";
import { deployEther, finalize, reward, stake, waitForEligibility, withdraw } from "../support/pool-steps.ts";
import { addressOf, networkHelpers, same, stage, viem, type Stage } from "../support/stage.ts";

describe("Upgrade", () => {
  /** A protocol in the middle of everything: deposits, a pause, tickets partly finalised and partly paid. */
  async function populated(): Promise<Stage> {
    const s = await stage();
    const [alice, bob] = s.accounts.stakers;
    await stake(s, alice, parseEther("50"));
    await deployEther(s, parseEther("40") / 10n ** 9n);
    await withdraw(s, alice, parseEther("4"));
    await withdraw(s, alice, parseEther("30"), addressOf(bob));
    await waitForEligibility(s);
    await reward(s, -(10n ** 8n));
    await finalize(s);
    await s.queue.write.claim([2n, 0n]);
    await s.queue.write.setClaimReceiver([1n, addressOf(bob)], { account: alice.account });
    await reward(s, 10n ** 9n);
    await s.pool.write.pause([PAUSE.withdraw, 5000], { account: s.accounts.roles.GUARDIAN.account });
    return s;
  }

  /** Every getter without arguments, and those of the first tickets. */
  async function answersOf(s: Stage, { abi, address }: { abi: Abi; address: Address }): Promise<Map<string, unknown>> {
    const answers = new Map<string, unknown>();
    const getters = abi.filter(
      (item): item is AbiFunction => item.type === "function" && ["view", "pure"].includes(item.stateMutability),
    );
    // When a ticket is expected changes with the clock.
    for (const { name: functionName, inputs } of getters.filter(({ name }) => name !== "queueStatus")) {
      const types = inputs.map(({ type }) => type).join();
      const lists = types === "" ? [[]] : types === "uint256" || types === "uint8" ? [[1n], [2n]] : [];
      for (const args of lists) {
        const answer = await s.client.readContract({ abi, address, functionName, args }).catch(() => "reverts");
        answers.set(`${functionName}(${args.join()})`, answer);
      }
    }
    return answers;
  }

  for (const name of ["pool", "queue"] as const)
    describe(name, () => {
      it("INV-15 INC-40 an upgrade in the middle of everything keeps every answer", async () => {
        const s = await populated();
        // Getters that depend on the time are asked in the same block before and after.
        const before = await answersOf(s, s[name]);
        expect(before.size).to.be.above(20);
        const { address } = await freshImplementation(s, name);
        const sent = upgrade(s, name, address);
        await viem.assertions.emitWithArgs(sent, await viem.getContractAt("ProxySeed", s[name].address), "Upgraded", [
          same(address),
        ]);
        expect(await answersOf(s, s[name])).to.deep.equal(before);
      });

      it("INC-41 the upgraded contract cannot be initialised again", async () => {
        const s = await populated();
        const { address } = await freshImplementation(s, name);
        await upgrade(s, name, address);
        const { pool, queue } = s;
        const authority = addressOf(s.accounts.stranger);
        const again =
          name === "pool"
            ? pool.write.initialize([{ authority, limits: s.parameters.pool, refSlotTimestamp: 0n }], { value: 1n })
            : queue.write.initialize([authority, s.parameters.queue]);
        await viem.assertions.revertWithCustomError(again, s[name], "InvalidInitialization");
      });

      it("only what is a UUPS implementation can take its place", async () => {
        const s = await stage();
        await viem.assertions.revertWithCustomErrorWithArgs(
          upgrade(s, name, s.token.address),
          s[name],
          "ERC1967InvalidImplementation",
          [same(s.token.address)],
        );
      });

      it("the administrator may name another authority, through the authority alone", async () => {
        const s = await stage();
        const next = await viem.deployContract("AccessManager", [addressOf(s.accounts.stranger)]);
        await s.accessManager.write.updateAuthority([s[name].address, next.address], {
          account: s.accounts.roles.ADMIN.account,
        });
        const { pool, queue } = s;
        expect(await (name === "pool" ? pool.read.authority() : queue.read.authority())).to.satisfy(same(next.address));
      });
    });

  it("INC-40 a pause, a ticket and its receiver live on after an upgrade", async () => {
    const s = await populated();
    const until = await s.pool.read.pausedUntil([PAUSE.withdraw]);
    for (const name of ["pool", "queue"] as const) await upgrade(s, name, (await freshImplementation(s, name)).address);
    const [alice, bob] = s.accounts.stakers;
    await viem.assertions.revertWithCustomErrorWithArgs(
      s.token.write.transferAndCall([s.pool.address, parseEther("1")], { account: alice.account }),
      s.pool,
      "ActionPaused",
      [PAUSE.withdraw, until],
    );
    const amount = await s.queue.read.claimableWei([1n]);
    await viem.assertions.balancesHaveChanged(s.queue.write.claim([1n, 0n]), [{ address: addressOf(bob), amount }]);
    await networkHelpers.time.increaseTo(until);
    await s.token.write.transferAndCall([s.pool.address, parseEther("1")], { account: alice.account });
  });

  async function upgrade(s: Stage, name: "pool" | "queue", implementation: Address): Promise<Hex> {
    // All proxies speak as the seed does when they are upgraded.
    const proxy = await viem.getContractAt("ProxySeed", s[name].address);
    return proxy.write.upgradeToAndCall([implementation, "0x"], { account: s.accounts.roles.UPGRADES.account });
  }

  /** The same code at another address. */
  async function freshImplementation(s: Stage, name: "pool" | "queue") {
    const { pool, token, queue, registry, manager, distribution, withdrawalVault, executionRewardsVault, coverFund } =
      s;
    if (name === "queue")
      return viem.deployContract("WithdrawalQueue", [
        {
          pool: pool.address,
          manager: manager.address,
          distribution: distribution.address,
          withdrawalVault: withdrawalVault.address,
          executionRewardsVault: executionRewardsVault.address,
        },
      ]);
    return viem.deployContract("StakingPool", [
      {
        token: token.address,
        queue: queue.address,
        registry: registry.address,
        manager: manager.address,
        distribution: distribution.address,
        withdrawalVault: withdrawalVault.address,
        executionRewardsVault: executionRewardsVault.address,
        coverFund: coverFund.address,
      },
    ]);
  }
});

import { expect } from "chai";
import { network } from "hardhat";
import { encodeFunctionData, parseEther, type Abi } from "viem";

import { ROLES, ROLE_NAMES } from "../../../deploy/roles.ts";
import { busyProtocol, type BusyProtocol } from "../support/busy-protocol.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;
const start = () => networkHelpers.loadFixture(begin);
async function begin() {
  return busyProtocol(connection);
}

describe("Role damage, UPGRADES and ADMIN", () => {
  it("INV-20 UPGRADES-1 hostile code takes the ether of the pool and mints for nothing, and no holder's shares", async () => {
    const p = await start();
    const pool = await upgraded(p, p.pool);
    const thief = p.accounts.stranger.account.address;
    const holder = p.staker.account.address;
    const held = await p.token.read.balanceOf([holder]);

    const amount = await p.client.getBalance({ address: p.pool.address });
    await viem.assertions.balancesHaveChanged(pool.write.act([thief, amount, "0x"]), [{ address: thief, amount }]);
    await pool.write.act([p.token.address, 0n, call(p.token.abi, "mint", [thief, parseEther("1000")])]);
    expect(await p.token.read.balanceOf([thief])).to.equal(parseEther("1000"));

    for (const data of [
      call(p.token.abi, "transferFrom", [holder, thief, 1n]),
      call(p.token.abi, "burnFrom", [holder, 1n]),
    ])
      expect(await refused(pool.write.act([p.token.address, 0n, data])), "the token").to.equal(true);
    expect(await p.token.read.balanceOf([holder])).to.equal(held);
  });

  it("INV-20 UPGRADES-1 a vault pays the pool and nobody else, whatever the pool has become", async () => {
    const p = await start();
    await networkHelpers.setBalance(p.withdrawalVault.address, parseEther("5"));
    const pool = await upgraded(p, p.pool);
    const collect = call(p.withdrawalVault.abi, "collect", [parseEther("5")]);
    // The pool no longer takes it in, so it stays.
    expect(await refused(pool.write.act([p.withdrawalVault.address, 0n, collect]))).to.equal(true);
    expect(await p.client.getBalance({ address: p.withdrawalVault.address })).to.equal(parseEther("5"));
  });

  it("INV-20 ADMIN-1 gives itself every role, and has them at once where it says so", async () => {
    const p = await start();
    const admin = p.accounts.roles.ADMIN.account;
    for (const role of ROLE_NAMES.filter((name) => name !== "ADMIN"))
      await p.accessManager.write.grantRole([ROLES[role].id, admin.address, 0], { account: admin });
    const flags = [1, 60] as const;
    await p.pool.write.pause(flags, { account: admin });
    await upgraded(p, p.queue, admin);
  });

  async function upgraded(
    p: BusyProtocol,
    { address }: { address: `0x${string}` },
    account = p.accounts.roles.UPGRADES.account,
  ) {
    const hostile = await viem.deployContract("HostileImplementation");
    const proxy = await viem.getContractAt("ProxySeed", address);
    await proxy.write.upgradeToAndCall([hostile.address, "0x"], { account });
    return viem.getContractAt("HostileImplementation", address);
  }

  function call(abi: Abi, functionName: string, args: unknown[]) {
    return encodeFunctionData({ abi, functionName, args });
  }

  async function refused(sent: Promise<unknown>): Promise<boolean> {
    return sent.then(
      () => false,
      () => true,
    );
  }
});

import { expect } from "chai";
import { encodeFunctionData, parseEther } from "viem";

import { addressOf, same, stage, viem, type Stage } from "../support/stage.ts";

describe("ProxySeed", () => {
  async function prepare() {
    const s = await stage();
    const reserve = encodeFunctionData({ abi: s.seed.abi, functionName: "reserve" });
    const proxy = await viem.deployContract("ERC1967Proxy", [s.seed.address, reserve]);
    return { s, proxy: await viem.getContractAt("ProxySeed", proxy.address) };
  }

  const initialization = (s: Stage) =>
    encodeFunctionData({
      abi: s.queue.abi,
      functionName: "initialize",
      args: [s.accessManager.address, s.parameters.queue],
    });

  it("reserve does nothing", async () => {
    const { s, proxy } = await prepare();
    expect(await proxy.read.reserve()).to.equal(undefined);
    const data = encodeFunctionData({ abi: proxy.abi, functionName: "reserve" });
    const hash = await s.accounts.stranger.sendTransaction({ to: proxy.address, data });
    expect((await s.client.getTransactionReceipt({ hash })).logs).to.deep.equal([]);
  });

  it("DEPLOYER is who deployed the seed, and the slot of UUPS answers", async () => {
    const { s, proxy } = await prepare();
    expect(await proxy.read.DEPLOYER()).to.satisfy(same(addressOf(s.accounts.deployer)));
    expect(await s.seed.read.proxiableUUID()).to.equal(
      "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc",
    );
    expect(await s.seed.read.UPGRADE_INTERFACE_VERSION()).to.equal("5.0.0");
  });

  it("INC-41 nobody but the deployer replaces the seed", async () => {
    const { s, proxy } = await prepare();
    const { stranger, roles } = s.accounts;
    for (const actor of [stranger, ...Object.values(roles)])
      await viem.assertions.revertWithCustomErrorWithArgs(
        proxy.write.upgradeToAndCall([s.implementations.queue.address, "0x"], { account: actor.account }),
        proxy,
        "NotDeployer",
        [same(addressOf(actor))],
      );
  });

  it("INC-41 the deployer replaces the seed once, in the call that initialises the contract", async () => {
    const { s, proxy } = await prepare();
    const { address } = s.implementations.queue;
    const sent = proxy.write.upgradeToAndCall([address, initialization(s)]);
    await viem.assertions.emitWithArgs(sent, proxy, "Upgraded", [same(address)]);
    const queue = await viem.getContractAt("WithdrawalQueue", proxy.address);
    expect(await queue.read.authority()).to.satisfy(same(s.accessManager.address));

    await viem.assertions.revertWithCustomErrorWithArgs(
      proxy.write.upgradeToAndCall([s.seed.address, "0x"]),
      queue,
      "AccessManagedUnauthorized",
      [same(addressOf(s.accounts.deployer))],
    );
  });

  it("the seed itself cannot be replaced, nor anything but a UUPS contract put in its place", async () => {
    const { s, proxy } = await prepare();
    await viem.assertions.revertWithCustomError(
      s.seed.write.upgradeToAndCall([s.implementations.queue.address, "0x"]),
      s.seed,
      "UUPSUnauthorizedCallContext",
    );
    await viem.assertions.revertWithCustomErrorWithArgs(
      proxy.write.upgradeToAndCall([s.token.address, "0x"]),
      proxy,
      "ERC1967InvalidImplementation",
      [same(s.token.address)],
    );
  });

  it("INC-41 every proxy of the deployment has its contract, and no seed is left", async () => {
    const { s } = await prepare();
    const slot = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc";
    for (const name of ["pool", "queue", "registry", "manager", "distribution"] as const) {
      const word = await s.client.getStorageAt({ address: s[name].address, slot });
      expect(`0x${word?.slice(-40)}`).to.satisfy(same(s.implementations[name].address));
      expect(await s[name].read.authority()).to.satisfy(same(s.accessManager.address));
    }
    expect(await s.client.getBalance({ address: s.pool.address })).to.equal(parseEther("1"));
  });
});

import { network } from "hardhat";
import { getAddress, type Hex } from "viem";

import type { RoleName } from "../../../deploy/roles.ts";
import { everybodyBut, type Caller } from "../support/callers.ts";
import { startProtocol, type Protocol } from "../support/protocol.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;
const start = () => startProtocol(connection);

describe("ValidatorManager, access", () => {
  it("INV-13 lets nobody but the distribution call settleExits", async () => {
    const p = await networkHelpers.loadFixture(start);
    for (const caller of await everybodyBut(p, p.distribution.address))
      await viem.assertions.revertWithCustomErrorWithArgs(
        p.manager.write.settleExits([[]], caller),
        p.manager,
        "NotProtocol",
        [getAddress(caller.account)],
      );
  });

  it("INV-13 takes ether from nobody but the pool", async () => {
    const p = await networkHelpers.loadFixture(start);
    const { stranger } = p.accounts;
    await viem.assertions.revertWithCustomErrorWithArgs(
      stranger.sendTransaction({ to: p.manager.address, value: 1n }),
      p.manager,
      "NotProtocol",
      [getAddress(stranger.account.address)],
    );
  });

  const restricted: [string, RoleName, (p: Protocol, c: Caller) => Promise<Hex>][] = [
    ["setParameters", "PARAMETERS", (p, c) => p.manager.write.setParameters([p.parameters.manager], c)],
    ["upgradeToAndCall", "UPGRADES", (p, c) => p.manager.write.upgradeToAndCall([p.seed.address, "0x"], c)],
  ];
  for (const [name, role, call] of restricted)
    it(`INV-13 lets nobody but ${role} call ${name}`, async () => {
      const p = await networkHelpers.loadFixture(start);
      for (const caller of await everybodyBut(p, p.accounts.roles[role].account.address))
        await viem.assertions.revertWithCustomErrorWithArgs(call(p, caller), p.manager, "AccessManagedUnauthorized", [
          getAddress(caller.account),
        ]);
    });

  it("INC-41 cannot be initialised again, neither the proxy nor the implementation", async () => {
    const p = await networkHelpers.loadFixture(start);
    for (const contract of [p.manager, p.implementations.manager])
      await viem.assertions.revertWithCustomError(
        contract.write.initialize([p.accessManager.address, p.parameters.manager]),
        p.manager,
        "InvalidInitialization",
      );
  });
});

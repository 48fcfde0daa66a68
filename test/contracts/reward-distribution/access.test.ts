import { network } from "hardhat";
import { getAddress, type Hex } from "viem";

import { initializeArguments } from "../../../deploy/arguments.ts";
import type { RoleName } from "../../../deploy/roles.ts";
import { everybodyBut, type Caller } from "../support/callers.ts";
import { startProtocol, type Protocol } from "../support/protocol.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;
const start = () => startProtocol(connection);

describe("RewardDistribution, access", () => {
  const restricted: [string, RoleName, (p: Protocol, c: Caller) => Promise<Hex>][] = [
    ["setParameters", "PARAMETERS", (p, c) => p.distribution.write.setParameters([p.parameters.distribution], c)],
    ["setCommittee", "COMMITTEE", (p, c) => p.distribution.write.setCommittee([p.committee.address, 2n ** 63n], c)],
    ["upgradeToAndCall", "UPGRADES", (p, c) => p.distribution.write.upgradeToAndCall([p.seed.address, "0x"], c)],
  ];
  for (const [name, role, call] of restricted)
    it(`INV-13 lets nobody but ${role} call ${name}`, async () => {
      const p = await networkHelpers.loadFixture(start);
      for (const caller of await everybodyBut(p, p.accounts.roles[role].account.address))
        await viem.assertions.revertWithCustomErrorWithArgs(
          call(p, caller),
          p.distribution,
          "AccessManagedUnauthorized",
          [getAddress(caller.account)],
        );
    });

  it("INC-41 cannot be initialised again, neither the proxy nor the implementation", async () => {
    const p = await networkHelpers.loadFixture(start);
    const { distribution } = initializeArguments(
      { authority: p.accessManager.address, committee: p.committee.address },
      p.start,
      p.parameters,
    );
    for (const contract of [p.distribution, p.implementations.distribution])
      await viem.assertions.revertWithCustomError(
        contract.write.initialize(distribution),
        p.distribution,
        "InvalidInitialization",
      );
  });
});

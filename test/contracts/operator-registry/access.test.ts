import { network } from "hardhat";
import { getAddress, keccak256, slice, type Hex } from "viem";

import type { RoleName } from "../../../deploy/roles.ts";
import { everybodyBut, type Caller } from "../support/callers.ts";
import { registerOperator, startProtocol, type Protocol } from "../support/protocol.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;

async function withOperator() {
  const p = await startProtocol(connection);
  await registerOperator(p);
  return p;
}

describe("OperatorRegistry, access", () => {
  const protocolOnly: [string, "pool" | "manager" | "distribution", (p: Protocol, c: Caller) => Promise<Hex>][] = [
    ["seizeBond", "pool", (p, c) => p.registry.write.seizeBond([1, 0n], c)],
    ["revealKeys", "manager", (p, c) => p.registry.write.revealKeys([1, 0, "0x", "0x", `0x${"00".repeat(26)}`], c)],
    ["addUnproven", "manager", (p, c) => p.registry.write.addUnproven([1, 0], c)],
    ["markProven", "manager", (p, c) => p.registry.write.markProven([1, 1], c)],
    ["markFaulty", "manager", (p, c) => p.registry.write.markFaulty([1], c)],
    ["addFunded", "manager", (p, c) => p.registry.write.addFunded([1, 0n], c)],
    ["subtractFunded", "manager", (p, c) => p.registry.write.subtractFunded([1, 0n], c)],
    ["reportDowntime", "distribution", (p, c) => p.registry.write.reportDowntime([[]], c)],
    ["takeMaturedLocks", "distribution", (p, c) => p.registry.write.takeMaturedLocks([1n], c)],
    ["drawLoss", "distribution", (p, c) => p.registry.write.drawLoss([1, 0n], c)],
  ];
  for (const [name, allowed, call] of protocolOnly)
    it(`INV-13 lets nobody but the ${allowed} call ${name}`, async () => {
      const p = await networkHelpers.loadFixture(withOperator);
      for (const caller of await everybodyBut(p, p[allowed].address))
        await viem.assertions.revertWithCustomErrorWithArgs(call(p, caller), p.registry, "NotProtocol", [
          getAddress(caller.account),
        ]);
    });

  const ownerOnly: [string, (p: Protocol, c: Caller) => Promise<Hex>][] = [
    ["setPaymentAddress", (p, c) => p.registry.write.setPaymentAddress([1, c.account], c)],
    ["requestBondWithdrawal", (p, c) => p.registry.write.requestBondWithdrawal([1, 1n], c)],
    ["withdrawBond", (p, c) => p.registry.write.withdrawBond([1], c)],
    ["submitValidatorSigs", (p, c) => p.registry.write.submitValidatorSigs([1, slice(keccak256("0x"), 0, 26), 1], c)],
  ];
  for (const [name, call] of ownerOnly)
    it(`INV-13 lets nobody but the operator's owner call ${name}`, async () => {
      const p = await networkHelpers.loadFixture(withOperator);
      await registerOperator(p, { owner: p.accounts.operators[1] });
      for (const caller of await everybodyBut(p, p.accounts.operators[0].account.address))
        await viem.assertions.revertWithCustomErrorWithArgs(call(p, caller), p.registry, "NotOperatorOwner", [
          1,
          getAddress(caller.account),
        ]);
    });

  const restricted: [string, RoleName, (p: Protocol, c: Caller) => Promise<Hex>][] = [
    ["emergencySlash", "GUARDIAN", (p, c) => p.registry.write.emergencySlash([1], c)],
    ["releaseLock", "APPEALS", (p, c) => p.registry.write.releaseLock([0n], c)],
    ["setParameters", "PARAMETERS", (p, c) => p.registry.write.setParameters([p.parameters.registry], c)],
    ["upgradeToAndCall", "UPGRADES", (p, c) => p.registry.write.upgradeToAndCall([p.seed.address, "0x"], c)],
  ];
  for (const [name, role, call] of restricted)
    it(`INV-13 lets nobody but ${role} call ${name}`, async () => {
      const p = await networkHelpers.loadFixture(withOperator);
      for (const caller of await everybodyBut(p, p.accounts.roles[role].account.address))
        await viem.assertions.revertWithCustomErrorWithArgs(call(p, caller), p.registry, "AccessManagedUnauthorized", [
          getAddress(caller.account),
        ]);
    });

  it("INC-41 cannot be initialised again, neither the proxy nor the implementation", async () => {
    const p = await networkHelpers.loadFixture(withOperator);
    for (const contract of [p.registry, p.implementations.registry])
      await viem.assertions.revertWithCustomError(
        contract.write.initialize([p.accessManager.address, p.parameters.registry]),
        p.registry,
        "InvalidInitialization",
      );
  });
});

import { network } from "hardhat";
import { getAddress, keccak256, slice, type Address, type Hex } from "viem";

import type { ROLE_NAMES } from "../../../deploy/roles.ts";
import { asContract } from "../support/impersonation.ts";
import { registerOperator, startProtocol, type Protocol } from "../support/protocol.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;

type Caller = { account: Address };

async function withOperator() {
  const p = await startProtocol(connection);
  await registerOperator(p);
  return p;
}

/** People of every kind, and every contract of the protocol but one. */
async function callersBut(p: Protocol, allowed?: keyof Protocol | "owner"): Promise<Caller[]> {
  const { roles, members, operators, stakers, stranger, deployer } = p.accounts;
  const people = [...Object.values(roles), members[0], operators[0], operators[1], stakers[0], stranger, deployer]
    .filter((actor) => allowed !== "owner" || actor !== operators[0])
    .map(({ account }) => ({ account: account.address }));
  const names = ["pool", "queue", "registry", "manager", "distribution", "token", "withdrawalVault"] as const;
  const contracts = await Promise.all(names.filter((name) => name !== allowed).map((name) => asContract(p, p[name])));
  return [...people, ...contracts];
}

describe("OperatorRegistry, access", () => {
  const protocolOnly: [string, "pool" | "manager" | "distribution", (p: Protocol, c: Caller) => Promise<Hex>][] = [
    ["seizeBond", "pool", (p, c) => p.registry.write.seizeBond([1, 0n], c)],
    ["revealKeys", "manager", (p, c) => p.registry.write.revealKeys([1, 0, "0x", "0x", `0x${"00".repeat(26)}`], c)],
    ["addUnproven", "manager", (p, c) => p.registry.write.addUnproven([1, 0], c)],
    ["markProven", "manager", (p, c) => p.registry.write.markProven([1], c)],
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
      for (const caller of await callersBut(p, allowed))
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
      for (const caller of await callersBut(p, "owner"))
        await viem.assertions.revertWithCustomErrorWithArgs(call(p, caller), p.registry, "NotOperatorOwner", [
          1,
          getAddress(caller.account),
        ]);
    });

  const restricted: [string, (typeof ROLE_NAMES)[number], (p: Protocol, c: Caller) => Promise<Hex>][] = [
    ["emergencySlash", "GUARDIAN", (p, c) => p.registry.write.emergencySlash([1], c)],
    ["releaseLock", "APPEALS", (p, c) => p.registry.write.releaseLock([0n], c)],
    ["setParameters", "PARAMETERS", (p, c) => p.registry.write.setParameters([p.parameters.registry], c)],
    ["upgradeToAndCall", "UPGRADES", (p, c) => p.registry.write.upgradeToAndCall([p.seed.address, "0x"], c)],
  ];
  for (const [name, role, call] of restricted)
    it(`INV-13 lets nobody but ${role} call ${name}`, async () => {
      const p = await networkHelpers.loadFixture(withOperator);
      const allowed = p.accounts.roles[role].account.address;
      for (const caller of await callersBut(p)) {
        if (caller.account === allowed) continue;
        await viem.assertions.revertWithCustomErrorWithArgs(call(p, caller), p.registry, "AccessManagedUnauthorized", [
          getAddress(caller.account),
        ]);
      }
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

import { expect } from "chai";
import { toFunctionSignature, type AbiFunction } from "viem";

import { abiOf, functionsOf, isRead, reachableContracts } from "../support/abi-functions.ts";
import type { EntryPoints } from "../support/entry-point-types.ts";
import { ENTRY_POINTS } from "../support/entry-points.ts";

describe("Entry points", () => {
  it("INC-13 every contract and library with a function is on the list", async () => {
    expect(Object.keys(ENTRY_POINTS).sort()).to.deep.equal((await reachableContracts()).sort());
  });

  const lists: [string, EntryPoints][] = Object.entries(ENTRY_POINTS);
  for (const [name, list] of lists)
    it(`INC-13 ${name} has no function that nobody reviewed`, async () => {
      const abi = await abiOf(name);
      const signatures = (found: AbiFunction[]) => found.map((item) => toFunctionSignature(item)).sort();

      expect(signatures(functionsOf(abi).filter(isRead))).to.deep.equal([...list.reads].sort());
      const writes = functionsOf(abi).filter((item) => !isRead(item));
      expect(signatures(writes)).to.deep.equal(Object.keys(list.writes).sort());
      expect(abi.some(({ type }) => type === "receive")).to.equal(list.receives);
      expect(abi.some(({ type }) => type === "fallback")).to.equal(false);
    });

  it("INC-13 ether comes in by these functions only", async () => {
    const payable: string[] = [];
    for (const name of Object.keys(ENTRY_POINTS))
      for (const item of functionsOf(await abiOf(name)))
        if (item.stateMutability === "payable") payable.push(`${name}.${item.name}`);
    expect(payable.sort()).to.deep.equal([
      "OperatorRegistry.addBond",
      "OperatorRegistry.registerOperator",
      "OperatorRegistry.upgradeToAndCall",
      "ProxySeed.upgradeToAndCall",
      "RewardDistribution.upgradeToAndCall",
      "StakingPool.deposit",
      "StakingPool.initialize",
      "StakingPool.receiveEther",
      "StakingPool.stake",
      "StakingPool.stakeBond",
      "StakingPool.upgradeToAndCall",
      "ValidatorExits.requestConsolidation",
      "ValidatorExits.requestExit",
      "ValidatorExits.requestPartialWithdrawal",
      "ValidatorManager.sendConsolidation",
      "ValidatorManager.sendExit",
      "ValidatorManager.sendPartialWithdrawal",
      "ValidatorManager.upgradeToAndCall",
      "WithdrawalQueue.receiveEther",
      "WithdrawalQueue.upgradeToAndCall",
      "WithdrawalVault.requestConsolidation",
      "WithdrawalVault.requestWithdrawal",
    ]);
  });
});

import { expect } from "chai";
import { artifacts } from "hardhat";
import { toFunctionSignature, type Abi, type AbiFunction } from "viem";

import { ENTRY_POINTS, type EntryPoints } from "../support/entry-points.ts";

describe("Entry points", () => {
  const lists: [string, EntryPoints][] = Object.entries(ENTRY_POINTS);
  for (const [name, list] of lists)
    it(`INC-13 ${name} has no function that nobody reviewed`, async () => {
      const abi: Abi = (await artifacts.readArtifact(name)).abi;
      const functions = abi.filter((item): item is AbiFunction => item.type === "function");
      const isRead = ({ stateMutability }: AbiFunction) => ["view", "pure"].includes(stateMutability);
      const signatures = (found: AbiFunction[]) => found.map((item) => toFunctionSignature(item)).sort();

      expect(signatures(functions.filter(isRead))).to.deep.equal([...list.reads].sort());
      expect(signatures(functions.filter((item) => !isRead(item)))).to.deep.equal(Object.keys(list.writes).sort());
      expect(abi.some(({ type }) => type === "receive")).to.equal(list.receives);
      expect(abi.some(({ type }) => type === "fallback")).to.equal(false);
    });

  it("INC-13 ether comes in by these functions only", async () => {
    const payable: string[] = [];
    for (const name of Object.keys(ENTRY_POINTS)) {
      const abi: Abi = (await artifacts.readArtifact(name)).abi;
      for (const item of abi)
        if (item.type === "function" && item.stateMutability === "payable") payable.push(`${name}.${item.name}`);
    }
    expect(payable.sort()).to.deep.equal([
      "ProxySeed.upgradeToAndCall",
      "StakingPool.initialize",
      "StakingPool.receiveEther",
      "StakingPool.stake",
      "StakingPool.stakeBond",
      "StakingPool.upgradeToAndCall",
      "WithdrawalQueue.receiveEther",
      "WithdrawalQueue.upgradeToAndCall",
      "WithdrawalVault.requestConsolidation",
      "WithdrawalVault.requestWithdrawal",
    ]);
  });
});

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import type { Abi } from "viem";

import { ENTRY_POINTS } from "../contracts/support/entry-points.ts";

const ROOT = join(import.meta.dirname, "../..");
const FOLDERS = ["", "token", "oracle", "vaults", "proofs", "proxy"];

/** The page of each contract. */
const PAGES = {
  EthStake: "eth-stake",
  StakingPool: "staking-pool",
  WithdrawalQueue: "withdrawal-queue",
  OperatorRegistry: "operator-registry",
  ValidatorManager: "validator-manager",
  ValidatorExits: "validator-manager",
  RewardDistribution: "reward-distribution",
  OracleCommittee: "oracle-committee",
  WithdrawalVault: "vaults",
  ExecutionRewardsVault: "vaults",
  CoverFund: "vaults",
  BeaconProofs: "proofs",
  DepositVerifier: "proofs",
  RebasingEthStake: "rebasing-eth-stake",
  AsyncRedeem: "async-redeem",
  ProxySeed: "common",
} as const satisfies Partial<Record<keyof typeof ENTRY_POINTS, string>>;

describe("docs/protocol", () => {
  const readPage = (name: string) => readFileSync(join(ROOT, "docs/protocol", `${name}.md`), "utf8");
  const common = readPage("common");

  for (const [contract, name] of Object.entries(PAGES))
    it(`${name}.md names every function, event and error of ${contract}`, () => {
      const page = readPage(name);
      // What is inherited is told once, and the page says where.
      const told = page.includes("(common.md)") ? page + common : page;
      const missing = abiOf(contract)
        .flatMap((item) => ("name" in item ? [item.name] : []))
        .filter((one) => !new RegExp(`\`${one}[\`(]`).test(told));
      expect([...new Set(missing)]).to.deep.equal([]);
    });

  it("says no name that no ABI has", () => {
    const known = new Set(
      Object.keys(PAGES).flatMap((contract) => abiOf(contract).flatMap((item) => ("name" in item ? [item.name] : []))),
    );
    for (const name of new Set(Object.values(PAGES))) {
      const called = [...readPage(name).matchAll(/`([a-zA-Z_]+)\([^`]*\)`/g)].map(([, one]) => one ?? "");
      expect(
        called.filter((one) => !known.has(one) && !NOT_IN_AN_ABI.includes(one)),
        name,
      ).to.deep.equal([]);
    }
  });

  it("has a page for every contract, and the index names each page", () => {
    const contracts = Object.keys(ENTRY_POINTS).filter((name) => abiPathOf(name) !== undefined);
    expect(contracts.sort()).to.deep.equal(Object.keys(PAGES).sort());
    for (const name of new Set(Object.values(PAGES))) expect(readPage("README")).to.include(`(${name}.md)`);
  });
});

/** Names that stand before brackets on these pages and are formulas, or functions of Solidity. */
const NOT_IN_AN_ABI = ["max", "min", "unwrap"];

function abiOf(contract: string): Abi {
  const path = abiPathOf(contract);
  if (path === undefined) throw new Error(`there is no artifact of ${contract}`);
  return (JSON.parse(readFileSync(path, "utf8")) as { abi: Abi }).abi;
}

function abiPathOf(contract: string): string | undefined {
  return FOLDERS.map((folder) => join(ROOT, "artifacts/contracts", folder, `${contract}.sol`, `${contract}.json`)).find(
    (path) => {
      try {
        return readFileSync(path).length > 0;
      } catch {
        return false;
      }
    },
  );
}

import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { toHex, type Address, type HDAccount } from "viem";

import { stakingPoolAbi } from "../../chain/abi/StakingPool.ts";
import { rewardDistributionAbi } from "../../chain/abi/RewardDistribution.ts";
import { devnetAccounts } from "../../deploy/devnet-people.ts";
import { IMPLEMENTATION_SLOT } from "../../deploy/verify.ts";
import { stringifyJson } from "../../runtime/json.ts";
import { contractOf, deployOnTestNetwork, type Deployed } from "../deploy/support/deployed.ts";
import { DEPLOYER_KEY } from "../deploy/support/network.ts";
import { run } from "./run.ts";

const PAUSE_STAKE = 1;

describe("ethstake admin", () => {
  let deployed: Deployed;
  let folder: string;
  let beginning: `0x${string}`;
  before(async () => (deployed = await deployOnTestNetwork()));
  after(() => deployed?.stop());
  beforeEach(async () => {
    beginning = await deployed.client.snapshot();
    folder = await mkdtemp(join(tmpdir(), "ethstake-admin-"));
    await writeFile(file("deployment.json"), stringifyJson(deployed.deployment));
    await writeFile(file("administrator.txt"), keysOf(devnetAccounts.administratorOwners()));
    await writeFile(file("guardian.txt"), keysOf(devnetAccounts.guardianOwners()));
  });
  afterEach(async () => {
    await deployed.client.revert({ id: beginning });
    await rm(folder, { recursive: true });
  });

  const file = (name: string) => join(folder, name);
  const admin = async (...argv: string[]) => {
    const { status, stdout } = await run(["admin", ...argv, "--json", "--yes"], {
      env: {
        DEPLOYMENT_FILE: file("deployment.json"),
        EXECUTION_CLIENT_URI: deployed.executionUrl,
        ETHSTAKE_PRIVATE_KEY: DEPLOYER_KEY,
      },
      pollingIntervalMs: 20,
    });
    return { status, ...(JSON.parse(stdout) as Document) };
  };
  const decide = (name: string, ...argv: string[]) => admin("decide", name, ...argv, "--out", file(name));
  const status = (name: string) => admin("status", join(file(name), "decision.json"));
  const execute = (name: string, owners: string, ...argv: string[]) =>
    admin("execute", join(file(name), "decision.json"), "--owner-keys-file", file(`${owners}.txt`), ...argv);
  const passUntil = async (name: string) => {
    const { next } = await status(name);
    const { timestamp } = await deployed.client.getBlock();
    await deployed.client.increaseTime({ seconds: Math.max(1, Number(next?.from) - Number(timestamp)) });
    await deployed.client.mine({ blocks: 1 });
  };
  const limits = () =>
    deployed.client.readContract({ address: deployed.contracts.pool, abi: stakingPoolAbi, functionName: "limits" });

  it("lets the guardian act at once, with the keys of two owners", async () => {
    const decided = await decide("pool.pause", `[${PAUSE_STAKE}, 3600]`);
    expect(decided).to.deep.include({ status: 0, role: "GUARDIAN", holder: "guardian", roleSeconds: 0 });
    const done = await execute("pool.pause", "guardian");
    expect(done).to.deep.include({ status: 0, step: "do", by: "guardian" });
    const { timestamp } = await deployed.client.getBlock();
    const until = await deployed.client.readContract({
      address: deployed.contracts.pool,
      abi: stakingPoolAbi,
      functionName: "pausedUntil",
      args: [PAUSE_STAKE],
    });
    expect(until).to.equal(Number(timestamp) + 3600);
  });

  it("writes what Safe's Transaction Builder reads, a file for each step", async () => {
    const { stakeCapWei } = await limits();
    await decide("pool.setLimits", "--set", `stakeCapWei=${stakeCapWei + 1n}`);
    expect((await readdir(file("pool.setLimits"))).sort()).to.deep.equal([
      "1-schedule-administrator.json",
      "2-announce-administrator.json",
      "3-execute-administrator.json",
      "decision.json",
    ]);
    const text = await readFile(join(file("pool.setLimits"), "1-schedule-administrator.json"), "utf8");
    const builder = JSON.parse(text) as {
      version: string;
      chainId: string;
      transactions: { to: Address; value: string }[];
    };
    expect(builder).to.include({ version: "1.0", chainId: String(deployed.deployment.chainId) });
    const timelock = contractOf(deployed, "timelock");
    expect(builder.transactions.map(({ to, value }) => ({ to, value }))).to.deep.equal([
      { to: timelock, value: "0" },
      { to: timelock, value: "0" },
    ]);
  });

  it("changes one number through both delays, and says at each time what is next", async () => {
    const before = await limits();
    await decide("pool.setLimits", "--set", `stakeCapWei=${before.stakeCapWei + 7n}`);
    expect((await status("pool.setLimits")).next).to.include({ step: "schedule", due: true });
    expect(await execute("pool.setLimits", "administrator")).to.include({ status: 0, step: "schedule" });
    expect((await status("pool.setLimits")).next).to.include({ step: "announce", due: false });
    expect((await execute("pool.setLimits", "administrator")).error?.code).to.equal("DECISION_NOT_DUE");
    await passUntil("pool.setLimits");
    expect(await execute("pool.setLimits", "administrator")).to.include({ status: 0, step: "announce" });
    await passUntil("pool.setLimits");
    expect(await execute("pool.setLimits", "administrator")).to.include({ status: 0, step: "execute" });
    expect(await limits()).to.deep.equal({ ...before, stakeCapWei: before.stakeCapWei + 7n });
    expect(await status("pool.setLimits")).to.deep.include({ end: "executed", cancellable: false });
    expect((await execute("pool.setLimits", "administrator")).error?.code).to.equal("DECISION_OVER");
    // The same once more is another decision.
    await rm(file("pool.setLimits"), { recursive: true });
    await decide("pool.setLimits", "--set", `stakeCapWei=${before.stakeCapWei + 7n}`);
    expect((await status("pool.setLimits")).next).to.include({ step: "schedule", due: true });
  });

  it("lets the guardian cancel in the timelock, and after it in the AccessManager", async () => {
    await decide("queue.setParameters", "--set", "minDelaySeconds=60");
    await execute("queue.setParameters", "administrator");
    expect(await execute("queue.setParameters", "guardian", "--step", "cancel")).to.include({
      status: 0,
      step: "cancel",
    });
    expect((await status("queue.setParameters")).next).to.include({ step: "schedule" });

    await execute("queue.setParameters", "administrator");
    await passUntil("queue.setParameters");
    await execute("queue.setParameters", "administrator");
    expect(await execute("queue.setParameters", "guardian", "--step", "cancel")).to.include({ status: 0 });
    expect(await status("queue.setParameters")).to.include({ end: "cancelled" });
  });

  it("upgrades a proxy to the code of this checkout", async () => {
    const built = await admin("deploy-implementation", "queue", "--out", file("queue.txt"));
    const implementation = await readFile(file("queue.txt"), "utf8");
    expect(built).to.include({ status: 0, address: implementation.trim() });
    await decide("queue.upgradeToAndCall", stringifyJson([implementation.trim(), "0x"]));
    for (const step of ["schedule", "announce", "execute"]) {
      await passUntil("queue.upgradeToAndCall");
      expect(await execute("queue.upgradeToAndCall", "administrator")).to.include({ status: 0, step });
    }
    const word = await deployed.client.getStorageAt({ address: deployed.contracts.queue, slot: IMPLEMENTATION_SLOT });
    expect(word?.slice(-40)).to.equal(implementation.trim().slice(2).toLowerCase());
  });

  it("names another committee, and gives the guardian its hold on it", async () => {
    const members = devnetAccounts.administratorOwners().map(({ address }) => address);
    await admin("deploy-committee", "--members", members.join(","), "--quorum", "2", "--out", file("committee.txt"));
    const committee = (await readFile(file("committee.txt"), "utf8")).trim();
    const distribution = { address: deployed.contracts.distribution, abi: rewardDistributionAbi } as const;
    const last = await deployed.client.readContract({ ...distribution, functionName: "lastRefSlot" });
    await decide("distribution.setCommittee", stringifyJson([committee, String(last + 64n)]));
    for (let step = 0; step < 3; step++) {
      await passUntil("distribution.setCommittee");
      await execute("distribution.setCommittee", "administrator");
    }
    const of = (refSlot: bigint) =>
      deployed.client.readContract({ ...distribution, functionName: "committeeFor", args: [refSlot] });
    expect([await of(last + 63n), await of(last + 64n)]).to.deep.equal([deployed.contracts.committee, committee]);

    const suspend = "0x" + "1c2b8b7e";
    await decide("accessManager.setTargetFunctionRole", stringifyJson([committee, [suspend], "3"]));
    for (let step = 0; step < 3; step++) {
      await passUntil("accessManager.setTargetFunctionRole");
      expect(await execute("accessManager.setTargetFunctionRole", "administrator")).to.include({ status: 0 });
    }
    expect(await status("accessManager.setTargetFunctionRole")).to.include({ end: "executed" });
  });

  it("refuses what would fail, before anybody signs", async () => {
    expect((await decide("pool.pause", "[255, 3600]")).error?.code).to.equal("CONTRACT_REVERTED");
    expect((await decide("pool.stake", "[]")).error?.code).to.equal("USAGE");
    expect((await decide("pool.pause", "[1]")).error?.code).to.equal("USAGE");
    expect((await decide("pool.pause", '["soon", 1]')).error?.code).to.equal("USAGE");
    expect((await decide("pool.unpause", "[1]")).error?.code).to.equal("USAGE");
    expect((await decide("pool.unpause", "[1]", "--as", "administrator")).status).to.equal(0);
    expect((await decide("pool.setLimits", "--set", "nothing=1")).error?.code).to.equal("USAGE");
  });

  it("refuses keys that are not of enough owners, and sends nothing", async () => {
    await decide("pool.pause", `[${PAUSE_STAKE}, 3600]`);
    expect((await execute("pool.pause", "administrator")).error?.code).to.equal("SIGNERS_MISSING");
    await writeFile(file("one.txt"), keysOf(devnetAccounts.guardianOwners().slice(0, 1)));
    expect((await execute("pool.pause", "one")).error?.code).to.equal("SIGNERS_MISSING");
    expect((await execute("pool.pause", "guardian", "--dry-run")).status).to.equal(0);
    const until = await deployed.client.readContract({
      address: deployed.contracts.pool,
      abi: stakingPoolAbi,
      functionName: "pausedUntil",
      args: [PAUSE_STAKE],
    });
    expect(until).to.equal(0);
  });
});

type Document = {
  error?: { code: string };
  next?: { step: string; by: string; from: number; due: boolean };
  end?: string;
  [field: string]: unknown;
};

function keysOf(accounts: readonly HDAccount[]): string {
  return accounts.map((account) => `${toHex(account.getHdKey().privateKey ?? new Uint8Array())}\n`).join("");
}

import { join } from "node:path";

import { expect } from "chai";

import { etherToGwei } from "../../chain/units.ts";
import { parseJobs, readKeeperConfig, readKeeperStoreConfig } from "../../keeper/config.ts";
import { thrownBy } from "../chain/support/thrown.ts";

const env = {
  EXECUTION_CLIENT_URI: "http://127.0.0.1:8545",
  CONSENSUS_CLIENT_URI: "http://127.0.0.1:5052,http://127.0.0.1:5053",
  DEPLOYMENT_FILE: "build/deployment-devnet.json",
};
const privateKey = "11".repeat(32);

describe("the configuration of a keeper", () => {
  it("sends nothing without a key, whatever else is set", () => {
    expect(readKeeperConfig({ ...env, DRY_RUN: "false" })).to.include({ dryRun: true, privateKey: undefined });
  });

  it("needs nodes and addresses; the rest has defaults", () => {
    const config = readKeeperConfig({ ...env, KEEPER_PRIVATE_KEY: privateKey });
    expect(config.privateKey).to.equal(`0x${privateKey}`);
    expect(config.jobs).to.deep.equal(["settle", "stale", "witness", "prove", "fund", "deposit", "exit"]);
    expect(config).to.deep.include({ dryRun: false, maxFeePerGasWei: 10n ** 11n, maxRunCostWei: 5n * 10n ** 17n });
    expect(config.policy).to.include({ targetGwei: etherToGwei(2016), stock: 1, maxRequestFeeWei: 10n ** 15n });
    expect(config.consensusUrls).to.have.length(2);
  });

  it("names everything that is missing at once", async () => {
    const error = await thrownBy(() => readKeeperConfig({}));
    expect(error.code).to.equal("CONFIG_INVALID");
    expect(error.details["names"]).to.have.members(Object.keys(env));
  });

  it("takes amounts as people write them and refuses others", async () => {
    const config = readKeeperConfig({ ...env, KEEPER_TARGET_ETH: "64", KEEPER_MAX_FEE_PER_GAS_GWEI: "1.5" });
    expect(config.policy.targetGwei).to.equal(etherToGwei(64));
    expect(config.maxFeePerGasWei).to.equal(1_500_000_000n);
    for (const changes of [{ KEEPER_TARGET_ETH: "-1" }, { KEEPER_MAX_FEE_PER_GAS_GWEI: "x" }])
      expect(await thrownBy(() => readKeeperConfig({ ...env, ...changes }))).to.include({ code: "AMOUNT_INVALID" });
  });

  it("keeps what it sends on a server before in a folder, and refuses an address of something else", async () => {
    expect(readKeeperConfig(env).store).to.equal(undefined);
    const folder = { KEEPER_DATA_DIR: "here" };
    expect(readKeeperStoreConfig(folder)).to.deep.equal({ folder: join("here", "database") });
    const url = "postgres://keeper@db/keepers";
    expect(readKeeperConfig({ ...env, ...folder, DATABASE_URL: url }).store).to.deep.equal({ url });
    const error = await thrownBy(() => readKeeperStoreConfig({ DATABASE_URL: "http://db" }));
    expect(error).to.include({ code: "CONFIG_INVALID" });
  });

  it("takes jobs in any order and refuses unknown ones", async () => {
    expect(parseJobs("exit, settle")).to.deep.equal(["settle", "exit"]);
    for (const text of ["exit,fly", ""])
      expect(await thrownBy(() => parseJobs(text))).to.include({ code: "JOB_UNKNOWN" });
  });
});

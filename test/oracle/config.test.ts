import { expect } from "chai";

import { readOracleConfig } from "../../oracle/config.ts";
import { EthStakeError } from "../../runtime/errors.ts";

const KEY = "11".repeat(32);
const least = {
  EXECUTION_CLIENT_URI: "http://127.0.0.1:8545",
  CONSENSUS_CLIENT_URI: "http://127.0.0.1:5052,https://beacon.example",
  DEPLOYMENT_FILE: "deployment.json",
};

describe("oracle/config", () => {
  it("needs nodes and a deployment, and signs nothing without a key", () => {
    expect(readOracleConfig(least)).to.deep.include({
      consensusUrls: ["http://127.0.0.1:5052", "https://beacon.example"],
      memberKey: undefined,
      databaseUrl: undefined,
      singleNode: false,
      metrics: { host: "127.0.0.1", port: 9000 },
      health: { host: "127.0.0.1", port: 9010 },
      peers: [],
      listen: { host: "127.0.0.1", port: 9020 },
      verifyStates: true,
    });
  });

  it("reads the rest", () => {
    const config = readOracleConfig({
      ...least,
      ORACLE_PRIVATE_KEY: KEY,
      ORACLE_LISTEN: "[::1]:9000",
      ORACLE_PEERS: "http://a.example:1, http://b.example",
      ORACLE_POLL_MS: "100",
      ORACLE_MAX_COST_ETH: "0.05",
      METRICS_LISTEN: "off",
      DATABASE_URL: "postgres://me:secret@db/oracle",
    });
    expect(config).to.deep.include({
      memberKey: { kind: "private-key", privateKey: `0x${KEY}` },
      metrics: undefined,
      databaseUrl: "postgres://me:secret@db/oracle",
      listen: { host: "::1", port: 9000 },
      peers: ["http://a.example:1", "http://b.example"],
      pollMs: 100,
      maxCostWei: 50_000_000_000_000_000n,
    });
  });

  it("stays dry with a key when told so", () => {
    expect(readOracleConfig({ ...least, ORACLE_PRIVATE_KEY: KEY, DRY_RUN: "true" }).memberKey).to.equal(undefined);
  });

  it("takes the key from a keystore or a remote signer too, from one place only", () => {
    const address = "0x5FbDB2315678afecb367f032d93F642f64180aa3";
    const keyOf = (env: Record<string, string>) => readOracleConfig({ ...least, ...env }).memberKey;
    expect(keyOf({ ORACLE_KEYSTORE: "key.json", ORACLE_KEYSTORE_PASSWORD: "pw" })).to.deep.equal({
      kind: "keystore",
      file: "key.json",
      password: "pw",
    });
    const remote = { ORACLE_SIGNER_URL: "http://signer:9000", ORACLE_SIGNER_ADDRESS: address.toLowerCase() };
    expect(keyOf(remote)).to.deep.equal({ kind: "remote", url: "http://signer:9000", address });
    for (const env of [
      { ...remote, ORACLE_PRIVATE_KEY: KEY },
      { ORACLE_KEYSTORE: "key.json" },
      { ORACLE_SIGNER_URL: "http://signer:9000" },
    ])
      expect(() => keyOf(env))
        .to.throw(EthStakeError)
        .with.property("code", "CONFIG_INVALID");
  });

  it("tells what to set", () => {
    const problem = (env: Record<string, string | undefined>) => {
      try {
        readOracleConfig({ ...least, ...env });
      } catch (error) {
        if (error instanceof EthStakeError) return [error.code, error.details["names"]];
      }
      return undefined;
    };
    for (const [name, value] of [
      ["EXECUTION_CLIENT_URI", undefined],
      ["DEPLOYMENT_FILE", undefined],
      ["ORACLE_LISTEN", "9020"],
      ["ORACLE_PEERS", "ftp://a"],
      ["ORACLE_PRIVATE_KEY", "0x12"],
      ["ORACLE_POLL_MS", "0"],
    ] as const)
      expect(problem({ [name]: value }), name).to.deep.equal(["CONFIG_INVALID", [name]]);
  });
});

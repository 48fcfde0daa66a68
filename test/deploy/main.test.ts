import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { loadDeployment } from "../../chain/deployment.ts";
import { DEPLOYER_KEY, startTestNetwork, type TestNetwork } from "./support/network.ts";

const MAIN = join(import.meta.dirname, "..", "..", "deploy", "main.ts");

describe("deploy/main.ts", () => {
  let network: TestNetwork;
  let folder: string;
  before(async () => {
    network = await startTestNetwork();
    folder = await mkdtemp(join(tmpdir(), "ethstake-deploy-main-"));
  });
  after(async () => {
    await network.stop();
    await rm(folder, { recursive: true });
  });

  /** Started in another folder than the repository's: a deployment does not depend on it. */
  const run = (args: string[], env: Record<string, string> = {}) =>
    new Promise<{ code: number; out: string; err: string }>((resolve) => {
      const environment = { PATH: process.env["PATH"] ?? "", ...env };
      execFile(process.execPath, [MAIN, ...args], { cwd: folder, env: environment }, (error, out, err) =>
        resolve({ code: error === null ? 0 : Number(error.code), out, err }),
      );
    });
  const nodes = () => ({ EXECUTION_CLIENT_URI: network.executionUrl, CONSENSUS_CLIENT_URI: network.consensusUrl });

  it("prints the plan of a dry run and sends nothing", async () => {
    const { code, out, err } = await run(["--network", "devnet", "--dry-run"], nodes());
    expect({ code, err }).to.deep.equal({ code: 0, err: "" });
    expect(out).to.include("chain 32382").and.include("pool.setLimits").and.include('"operatorFeeBps":500');
    expect(await network.client.getBlockNumber()).to.equal(0n);
  });

  it("deploys and writes the addresses file", async () => {
    const outFile = join(folder, "addresses.json");
    const env = { ...nodes(), DEPLOYER_PRIVATE_KEY: DEPLOYER_KEY };
    const { code, out, err } = await run(["--network", "devnet", "--out", outFile], env);
    expect(code, err).to.equal(0);
    expect(out).to.include("the deployer holds no role");
    expect((await loadDeployment(outFile)).network).to.equal("devnet");
  });

  const refusals = [
    { name: "no key", args: ["--network", "devnet"], says: "Set DEPLOYER_PRIVATE_KEY" },
    { name: "no people", args: ["--network", "hoodi"], says: "Give --people" },
    { name: "a people file that is not there", args: ["--network", "hoodi", "--people", "x.json"], says: "x.json" },
    {
      name: "a people file of another shape",
      args: ["--network", "hoodi", "--people", "bad.json"],
      says: "Correct bad.json",
    },
    {
      name: "a node of another chain",
      args: ["--network", "mainnet", "--people", "good.json"],
      says: "WRONG_CHAIN",
      env: { DEPLOYER_PRIVATE_KEY: DEPLOYER_KEY },
    },
    {
      name: "an address that is none",
      args: ["--network", "devnet", "--execution", "ftp://x"],
      says: "Correct --execution",
    },
  ];
  for (const { name, args, says, env = {} } of refusals)
    it(`ends with one line that says what to do: ${name}`, async () => {
      const address = (digit: string) => `0x${digit.repeat(40)}`;
      const committee = { members: [address("1"), address("2"), address("3")], quorum: 2 };
      const people = { administrator: { address: address("a") }, guardian: { address: address("b") }, committee };
      await writeFile(join(folder, "good.json"), JSON.stringify(people));
      await writeFile(join(folder, "bad.json"), JSON.stringify({ ...people, guardian: {} }));
      const { code, err } = await run(args, { ...nodes(), ...env });
      expect(code).to.equal(1);
      expect(err.trim().split("\n")).to.have.lengthOf(1);
      expect(err).to.include(says);
    });
});

import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect } from "chai";

import { version } from "../../cli/version.ts";
import { createWorld } from "./world.ts";

const bin = fileURLToPath(new URL("../../cli/bin.js", import.meta.url));

type Ended = { code: number | null; stdout: string; stderr: string };

/** Starts the command as users do; `stopAt` is what it prints before it is interrupted. */
function start(argv: readonly string[], env: Record<string, string> = {}, stopAt?: RegExp): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bin, ...argv], { env: { PATH: process.env["PATH"] ?? "", ...env } });
    const printed = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const)
      child[name].on("data", (chunk: Buffer) => {
        printed[name] += chunk.toString();
        if (stopAt?.test(printed.stdout + printed.stderr)) child.kill("SIGINT");
      });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, ...printed }));
  });
}

describe("the process of the command", () => {
  it("prints to standard output and ends with the status of the command", async () => {
    expect(await start(["--version"])).to.deep.equal({ code: 0, stdout: `${version}\n`, stderr: "" });
    const wrong = await start(["stake", "--amount", "-1"]);
    expect(wrong).to.include({ code: 2, stdout: "" });
    expect(wrong.stderr).to.match(/^error: .*--amount/);
  });

  it("ends in order when nobody reads on, as with `| head`", async () => {
    const child = spawn(process.execPath, [bin, "--help"]);
    child.stdout.destroy();
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: "" });
  });

  it("asks nobody when there is no terminal", async () => {
    const world = await createWorld({ "pool.convertToShares": 1n, "pool.stake": 1n });
    const { code, stderr } = await start(["stake", "--amount", "1"], {
      DEPLOYMENT_FILE: world.deploymentPath,
      EXECUTION_CLIENT_URI: world.node.url,
      ETHSTAKE_PRIVATE_KEY_FILE: world.keyPath,
    });
    await world.close();
    expect(code).to.equal(1);
    expect(stderr).to.match(/^error: Add --yes/);
  });

  it("ends a daemon in order when it is interrupted", async () => {
    const world = await createWorld();
    const env = {
      DEPLOYMENT_FILE: world.deploymentPath,
      EXECUTION_CLIENT_URI: world.node.url,
      CONSENSUS_CLIENT_URI: world.beacon.url,
      ETHSTAKE_PRIVATE_KEY_FILE: world.keyPath,
      METRICS_LISTEN: "off",
      HEALTH_LISTEN: "off",
      KEEPER_DATA_DIR: join(dirname(world.deploymentPath), "keeper"),
    };
    // What the fake contracts do not answer makes the job fail; the daemon goes on until it is told to stop.
    const { code, stderr } = await start(["keeper", "run", "--jobs", "settle"], env, /Job did not finish/);
    await world.close();
    expect(stderr).to.match(/Job did not finish/);
    expect(code).to.equal(0);
  });
});

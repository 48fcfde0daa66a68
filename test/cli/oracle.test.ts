import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { expect } from "chai";
import { z } from "zod";

import { hashReport } from "../../chain/report/encoding.ts";
import { reportJson } from "../../chain/report/json.ts";
import type { Report } from "../../chain/report/report.ts";
import type { OperatorPerformance } from "../../oracle/decide/performance.ts";
import type { OracleStatus } from "../../oracle/status.ts";
import { parsePerformance } from "../../oracle/store/performance-json.ts";

import { makeChain } from "../oracle/world/chain.ts";
import { startWorld, type World } from "../oracle/world/world.ts";
import { run } from "./run.ts";

const REF_SLOT = 63;

describe("ethstake oracle, what anyone can find out", () => {
  let world: World;
  let folder: string;
  const oracle = (args: string[], env: Record<string, string> = {}) =>
    run(["oracle", ...args], { env: { ...world.env, LOG_LEVEL: "silent", ...env } });
  before(async () => {
    world = await startWorld(await makeChain({ lastSlot: 90, missed: [5, 63] }));
    folder = await mkdtemp(join(tmpdir(), "oracle-cli-"));
  });
  after(async () => {
    await world.close();
    await rm(folder, { recursive: true, force: true });
  });

  it("builds the report of a frame, and replays it from its inputs without a node", async () => {
    const inputs = join(folder, "inputs.json");
    const built = await oracle(["report", "--slot", String(REF_SLOT), "--inputs", inputs, "--json"]);
    expect(built.status, built.stderr).to.equal(0);
    const { reportHash, report, sources } = JSON.parse(built.stdout) as {
      reportHash: string;
      report: object;
      sources: string[];
    };
    expect(report).to.include({ refSlot: "63", previousRefSlot: "31" });
    expect(sources).to.have.length(2);
    const replayed = await run(["oracle", "replay", inputs, "--report-hash", reportHash, "--json"]);
    expect(replayed.status, replayed.stderr).to.equal(0);
    expect(JSON.parse(replayed.stdout)).to.include({ reportHash, same: true });

    const text = await readFile(inputs, "utf8");
    await writeFile(inputs, text.replace('"cumulativeFeeShares":"1', '"cumulativeFeeShares":"2'));
    const changed = await run(["oracle", "replay", inputs, "--report-hash", reportHash]);
    expect(changed.status).to.equal(1);
    expect(changed.stdout).to.include("Different");
    expect((await run(["oracle", "replay", join(folder, "none.json")])).status).to.equal(1);
  });

  it("once builds the report of the present frame and signs nothing without a key", async () => {
    const off = { METRICS_LISTEN: "off", HEALTH_LISTEN: "off", ORACLE_LISTEN: "127.0.0.1:0" };
    const publish = { ORACLE_PUBLISH_DIR: join(folder, "published") };
    const { status, stdout, stderr } = await oracle(["once", "--dry-run", "--json"], { ...off, ...publish });
    expect(status, stderr).to.equal(0);
    const { status: member } = JSON.parse(stdout) as { status: OracleStatus };
    expect(member).to.deep.include({ phase: "stopped", dryRun: true, finalizedSlot: 72 });
    expect(member.frame).to.deep.include({ refSlot: REF_SLOT, signatures: 0, quorum: 2 });
    const published = await readFile(join(folder, "published", `performance-${REF_SLOT}.json`), "utf8");
    expect(hashReport(parsePerformance(published).report)).to.equal(member.frame?.reportHash);
  });

  it("run works until it is stopped", async () => {
    const stop = new AbortController();
    const off = { METRICS_LISTEN: "off", HEALTH_LISTEN: "off", ORACLE_LISTEN: "127.0.0.1:0", LOG_FORMAT: "json" };
    const lines: string[] = [];
    const write = (text: string) => {
      lines.push(text);
      if (text.includes("Report built")) stop.abort();
    };
    const env = { ...world.env, ...off, DRY_RUN: "true", LOG_LEVEL: "info" };
    const { status } = await run(["oracle", "run"], { env, signal: stop.signal, stderr: { write } });
    expect(status).to.equal(0);
    expect(lines.join("")).to.include("Oracle started");
  });

  it("says what is wrong with a slot", async () => {
    const off = await oracle(["report", "--slot", "60"]);
    expect([off.status, off.stderr]).to.deep.equal([1, "error: Give the last slot of a frame, for instance 63\n"]);
    expect((await oracle(["report", "--slot", "95"])).stderr).to.match(/is final/);
    expect((await oracle(["verify-report", "--ref-slot", "63"])).stderr).to.match(/settled frame/);
    expect((await oracle(["explain", "x"])).status).to.equal(2);
  });

  describe("of a settled report", () => {
    let report: Report;
    before(async () => {
      const { stdout } = await oracle(["report", "--slot", String(REF_SLOT), "--json"]);
      report = z.object({ report: reportJson }).parse(JSON.parse(stdout)).report;
    });
    const settle = (settled: Report) => {
      for (const node of world.executions) {
        node.settled = [settled];
        node.lies["distribution.lastRefSlot"] = () => settled.refSlot;
      }
    };
    const json = async (args: string[]) => {
      const { status, stdout } = await oracle([...args, "--json"]);
      return { status, document: JSON.parse(stdout) as Record<string, unknown> };
    };
    const performance = (...args: string[]) => {
      const argv = ["operator", "performance", "--operator", "2", ...args, "--json"];
      return run(argv, { env: { ...world.env, LOG_LEVEL: "silent" } });
    };
    beforeEach(() => settle(report));
    after(() => {
      for (const node of world.executions) Object.assign(node, { settled: [], lies: {} });
    });

    it("verify-report says same, or different and where", async () => {
      const same = await json(["verify-report", "--ref-slot", "63"]);
      expect(same.status).to.equal(0);
      expect(same.document).to.deep.include({ same: true, reportHash: hashReport(report), differences: {} });
      settle({ ...report, exitingGwei: 5n });
      const other = await json(["verify-report", "--ref-slot", "63"]);
      expect(other.status).to.equal(1);
      expect(other.document).to.deep.include({ same: false, differences: { exitingGwei: { ours: "0", theirs: "5" } } });
    });

    it("explain says in words and ETH what it changed", async () => {
      const { status, document } = await json(["explain", "63"]);
      expect(status).to.equal(0);
      expect(document["reportHash"]).to.equal(hashReport(report));
      const { stdout } = await oracle(["explain", "63"]);
      expect(stdout).to.match(/consensus balance +96\.00\d+ ETH, \+96/);
      expect(stdout).to.match(/operator rewards +1 shares were divided|operator rewards +0\.\d+ shares were divided/);
    });

    it("operator performance shows an operator's part and its proof, from nodes as from a file", async () => {
      const out = join(folder, "performance.json");
      const { status, stdout, stderr } = await performance("--ref-slot", "63", "--out", out);
      expect(status, stderr).to.equal(0);
      const document = JSON.parse(stdout) as OperatorPerformance & { problems: string[] };
      expect(document.problems).to.deep.equal([]);
      // It missed epochs 1 and 5, and the network with it: one of twelve is more than five in a hundred.
      expect(document.periods).to.deep.equal([
        {
          period: 0,
          countedEpochs: 5,
          excludedEpochs: 2,
          uptimePpm: 1_000_000,
          thresholdPpm: 997_000,
          breached: false,
        },
      ]);
      expect(document.epochs.map(({ weightGwei }) => Number(weightGwei) > 0)).to.deep.equal(
        [0, 1, 2, 3, 4, 5, 6].map((epoch) => epoch % 4 !== 1),
      );
      expect(document.epochs.map(({ epoch }) => epoch)).to.deep.equal([0, 1, 2, 3, 4, 5, 6]);
      const { cumulativeShares, proof } = document.rewards;
      const value = ["2", String(cumulativeShares)];
      expect(StandardMerkleTree.verify(report.rewardsRoot, ["uint256", "uint256"], value, [...proof])).to.equal(true);
      expect((await performance("--file", out)).stdout).to.equal(stdout);
    });

    it("operator performance says when a file does not give the settled report", async () => {
      const out = join(folder, "performance.json");
      await performance("--ref-slot", "63", "--out", out);
      const changed = join(folder, "changed.json");
      const text = await readFile(out, "utf8");
      await writeFile(changed, text.replace(/("operatorId":2,"weightGwei":")(\d)/g, "$19"));
      const { status, stdout } = await performance("--file", changed);
      expect(status).to.equal(1);
      expect(JSON.parse(stdout)).to.deep.include({ problems: ["the leaves do not follow from the epochs"] });
      settle({ ...report, consensusBalanceGwei: 1n });
      expect((await performance("--file", out)).stdout).to.include("its report is not the settled one");
      await writeFile(changed, "{}");
      expect((await performance("--file", changed)).stdout).to.include("PERFORMANCE_INVALID");
      expect((await performance("--file", join(folder, "none"))).stdout).to.include("PERFORMANCE_MISSING");
      expect((await performance()).status).to.equal(2);
    });
  });

  it("checks the set-up and says what to mend", async () => {
    const { status, stdout } = await oracle(["check", "--json"]);
    const { findings } = JSON.parse(stdout) as { findings: { what: string; ok: boolean; text: string }[] };
    const agreement = findings.find(({ what }) => what === "agreement");
    expect(agreement).to.deep.include({ ok: true, text: "lodestar, teku; 2 execution nodes" });
    expect(findings.filter(({ ok }) => !ok)).to.deep.equal([]);
    expect(status).to.equal(0);
    const [, second] = world.beacons;
    if (second !== undefined) second.lie = () => ({ status: 500, body: {} });
    const failed = await oracle(["check"], { CONSENSUS_CLIENT_URI: world.beacons[0]?.url ?? "" });
    if (second !== undefined) second.lie = () => undefined;
    expect(failed.status).to.equal(1);
    expect(failed.stdout).to.match(/MEND {2}agreement: two clients/);
  });
});

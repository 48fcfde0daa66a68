import { expect } from "chai";

import { buildReport } from "../../oracle/decide/build-report.ts";
import { healthOf, type OracleLook } from "../../oracle/health.ts";
import { createOracleMetrics } from "../../oracle/metrics.ts";
import { ORACLE_PHASES } from "../../oracle/status.ts";
import { documentedMetrics, registeredMetrics } from "../support/metrics-page.ts";
import { ourValidator, rootOf, snapshot } from "./support/snapshots.ts";

const look = (changes: Partial<OracleLook["status"]> = {}): OracleLook => ({
  status: {
    phase: "collecting",
    member: undefined,
    dryRun: true,
    balanceWei: 15n * 10n ** 17n,
    finalizedSlot: 200,
    lastSettledRefSlot: 95,
    frame: { refSlot: 127, reportHash: rootOf(1), signatures: 1, quorum: 2, disagreements: 0 },
    peers: [
      { peer: "http://a", ok: true },
      { peer: "http://b", ok: false },
    ],
    startedAt: 1_000,
    lastStepAt: 2_000,
    lastError: undefined,
    ...changes,
  },
  nodes: [
    { node: "http://c", kind: "beacon", ok: true, code: undefined },
    { node: "http://d", kind: "beacon", ok: false, code: "NODE_STALE" },
    { node: "http://e", kind: "execution", ok: true, code: undefined },
  ],
  gaps: 3,
});

describe("oracle/metrics", () => {
  it("shows what a member does, without a label for a validator or operator", async () => {
    const metrics = createOracleMetrics();
    metrics.stepDone(0.2);
    metrics.stepFailed(0.3, "NODES_DISAGREE");
    const validators = [1, 2, 3].map((key) => ourValidator(key, { operatorId: key }));
    metrics.reportBuilt(2, buildReport(snapshot({ validators, epochs: [...snapshot().epochs] })).report);
    const text = await metrics.text(look());
    const valueOf = (line: string) =>
      text
        .split("\n")
        .find((one) => one.startsWith(`ethstake_oracle_${line} `))
        ?.split(" ")[1];
    expect(valueOf('phase{phase="collecting"}')).to.equal("1");
    expect(valueOf('phase{phase="waiting"}')).to.equal("0");
    expect(valueOf("settled_ref_slot")).to.equal("95");
    expect(valueOf("member_balance_eth")).to.equal("1.5");
    expect(valueOf("report_ref_slot")).to.equal("127");
    expect(valueOf("report_consensus_balance_eth")).to.equal("96");
    expect(valueOf('report_entries{list="breaches"}')).to.equal("0");
    expect(valueOf("epoch_gaps")).to.equal("3");
    expect(valueOf('nodes{kind="beacon",in_order="false"}')).to.equal("1");
    expect(valueOf('peers{answered="true"}')).to.equal("1");
    expect(valueOf('errors_total{code="NODES_DISAGREE"}')).to.equal("1");
    expect(valueOf("step_seconds_count")).to.equal("2");
    expect(text).not.to.match(/operator=|validator=|pubkey=/);
  });
});

describe("docs/oracle/metrics.md", () => {
  it("lists every metric with its type and labels, and every phase, and nothing else", async () => {
    const { text: page, metrics: documented } = await documentedMetrics("oracle/metrics.md");
    const metrics = createOracleMetrics();
    metrics.stepFailed(0.3, "NODES_DISAGREE");
    metrics.reportBuilt(2, buildReport(snapshot()).report);
    const text = await metrics.text(look());
    const registered = registeredMetrics(text, "ethstake_oracle");
    expect(documented).to.have.members(registered);
    const phases = /doing: ([a-z, -]+)/.exec(page)?.[1]?.trim().split(", ");
    expect(phases).to.deep.equal([...ORACLE_PHASES]);
  });
});

describe("oracle/health", () => {
  it("is well while steps succeed, also right after the start", () => {
    expect(healthOf(look(), 2_100)).to.deep.equal({ ok: true, problems: [] });
    expect(healthOf(look({ lastStepAt: undefined }), 1_100).ok).to.equal(true);
  });

  it("is not when no step succeeds for long, and says what the last error was", () => {
    const lastError = { code: "NODES_DISAGREE", message: "Find out which node is wrong", at: 2_500 };
    const health = healthOf(look({ lastError }), 3_000);
    expect(health.ok).to.equal(false);
    expect(health.problems.join()).to.include("NODES_DISAGREE");
    expect(healthOf(look({ lastError }), 2_100).ok).to.equal(true);
  });

  it("is not when members signed differently, or no node is in order", () => {
    const frame = { refSlot: 127, reportHash: rootOf(1), signatures: 1, quorum: 2, disagreements: 1 };
    expect(healthOf(look({ frame }), 2_100).ok).to.equal(false);
    const { status, gaps, nodes } = look();
    expect(healthOf({ status, gaps, nodes: nodes.map((node) => ({ ...node, ok: false })) }, 2_100).ok).to.equal(false);
  });
});

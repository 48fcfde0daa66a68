import { expect } from "chai";

import { createKeeperMetrics } from "../../keeper/metrics.ts";
import { createMonitor } from "../../keeper/monitor.ts";
import type { KeeperRun } from "../../keeper/run-jobs.ts";
import { serveKeeper } from "../../keeper/serve.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { createSilentLogger } from "../../runtime/logger.ts";
import { startServer } from "../chain/support/http-server.ts";
import { documentedMetrics, registeredMetrics } from "../support/metrics-page.ts";

const reverted = new EthStakeError("TRANSACTION_REVERTED", "fund failed on chain");
const mined = { hash: "0x01" as const, gasUsed: 90_000n, costWei: 2n * 10n ** 14n };
/** A run in which `claim` sent two of three, and `fund` failed. */
const busy: KeeperRun = {
  actions: [
    { job: "claim", summary: "", intent: { requestId: 1n, hint: 1n, amountWei: 1n }, mined },
    { job: "claim", summary: "", intent: { requestId: 2n, hint: 1n, amountWei: 1n }, mined },
  ],
  results: [
    { job: "fund", actions: [], reasons: [{ code: "TURN_WAITS", message: "" }], failures: [], error: reverted },
    {
      job: "claim",
      actions: [],
      reasons: [{ code: "CONTRACT_REVERTED", message: "" }],
      failures: [new EthStakeError("CONTRACT_REVERTED", "refused")],
    },
  ],
  skipped: undefined,
  gasCostWei: 4n * 10n ** 14n,
};
const quiet: KeeperRun = { actions: [], results: [], skipped: undefined, gasCostWei: 0n };
const left = (code: string): KeeperRun => ({ ...quiet, skipped: { code, message: `${code} it is` } });

const start = (readBalanceWei?: () => Promise<bigint>) => {
  const clock = { seconds: 1_000, now: () => clock.seconds, sleep: async () => undefined };
  const monitor = createMonitor({ clock, logger: createSilentLogger(), readBalanceWei });
  const valueOf = async (line: string) =>
    (await monitor.metricsText())
      .split("\n")
      .find((one) => one.startsWith(`ethstake_keeper_${line} `))
      ?.split(" ")[1];
  return { clock, monitor, valueOf };
};

describe("keeper/metrics", () => {
  it("counts runs, decisions, waits, transactions, gas and errors, without a label for a validator or operator", async () => {
    const { monitor, valueOf } = start(async () => 15n * 10n ** 17n);
    expect(await valueOf('transactions_total{outcome="reverted"}')).to.equal("0");
    await monitor.watch(async () => busy);
    await monitor.watch(async () => left("TRANSACTION_PENDING"));
    await monitor.watch(() => Promise.reject(new EthStakeError("BEACON_NOT_READY", "syncing")));
    const expected = {
      'runs_total{outcome="done"}': "1",
      'runs_total{outcome="left-out"}': "1",
      'runs_total{outcome="failed"}': "1",
      run_seconds_count: "3",
      leading: "1",
      'decisions_total{job="claim"}': "2",
      'decisions_total{job="exit"}': "0",
      'waits_total{job="fund",code="TURN_WAITS"}': "1",
      'transactions_total{outcome="mined"}': "2",
      'transactions_total{outcome="reverted"}': "1",
      gas_used_total: "180000",
      gas_cost_gwei_total: "400000",
      account_balance_eth: "1.5",
      'errors_total{code="TRANSACTION_REVERTED"}': "1",
      'errors_total{code="CONTRACT_REVERTED"}': "1",
      'errors_total{code="BEACON_NOT_READY"}': "1",
      last_run_timestamp_seconds: "1000",
    };
    for (const [line, value] of Object.entries(expected)) expect(await valueOf(line), line).to.equal(value);
    expect(await monitor.metricsText()).not.to.match(/operator=|validator=|pubkey=|ticket=/);
  });

  it("says when another replica leads, and keeps the last balance while the node is away", async () => {
    let balance = async () => 10n ** 18n;
    const { monitor, valueOf } = start(() => balance());
    await monitor.watch(async () => quiet);
    balance = () => Promise.reject(new Error("away"));
    await monitor.watch(async () => left("NOT_LEADING"));
    expect([await valueOf("leading"), await valueOf("account_balance_eth")]).to.deep.equal(["0", "1"]);
  });
});

describe("docs/keeper/metrics.md", () => {
  it("lists every metric with its type and labels, and nothing else", async () => {
    const { metrics: documented } = await documentedMetrics("keeper/metrics.md");
    const metrics = createKeeperMetrics();
    metrics.runDone(1, busy);
    const status = { startedAt: 0, lastRunAt: 1, leading: true, balanceWei: 1n, lastProblem: undefined };
    const text = await metrics.text({ ...status, failing: new Map() });
    expect(documented).to.have.members(registeredMetrics(text, "ethstake_keeper"));
  });
});

describe("keeper/health", () => {
  it("is well while runs go through or another replica leads, also right after the start", async () => {
    const { clock, monitor } = start();
    expect(monitor.health()).to.deep.equal({ ok: true, problems: [] });
    clock.seconds += 900;
    expect(monitor.health().ok).to.equal(true);
    await monitor.watch(async () => left("NOT_LEADING"));
    clock.seconds += 900;
    expect(monitor.health().ok).to.equal(true);
    clock.seconds += 1;
    expect(monitor.health().ok).to.equal(false);
  });

  it("is not when a transaction waits, or the node is away, for a quarter of an hour, and says which", async () => {
    const { clock, monitor } = start();
    clock.seconds += 901;
    await monitor.watch(async () => left("TRANSACTION_PENDING"));
    expect(monitor.health().problems.join()).to.include("TRANSACTION_PENDING");
    await monitor.watch(() => Promise.reject(new EthStakeError("BEACON_NOT_READY", "syncing")));
    expect(monitor.health().problems.join()).to.include("BEACON_NOT_READY");
    await monitor.watch(async () => quiet);
    expect(monitor.health().ok).to.equal(true);
  });

  it("is not when a job fails for an hour, and is again when it does not", async () => {
    const { clock, monitor } = start();
    for (let i = 0; i < 7; i++) {
      await monitor.watch(async () => busy);
      expect(monitor.health().ok, String(i)).to.equal(true);
      clock.seconds += 600;
    }
    await monitor.watch(async () => busy);
    expect(monitor.health().problems.join()).to.include("fund").and.to.include("TRANSACTION_REVERTED");
    const works = busy.results.map((one) => ({ ...one, error: undefined }));
    await monitor.watch(async () => ({ ...busy, results: works as unknown as KeeperRun["results"] }));
    expect(monitor.health().ok).to.equal(true);
  });
});

async function freePort() {
  const server = await startServer(() => ({}));
  await server.close();
  return { host: "127.0.0.1", port: Number(new URL(server.url).port) };
}

describe("keeper/serve", () => {
  it("shows both, and stops; nothing where both are off", async () => {
    const { monitor } = start();
    const [metrics, health] = [await freePort(), await freePort()];
    const stop = await serveKeeper({ monitor }, { metrics, health });
    const text = await (await fetch(`http://127.0.0.1:${metrics.port}/metrics`)).text();
    expect(text).to.include("ethstake_keeper_runs_total");
    expect((await fetch(`http://127.0.0.1:${health.port}/health`)).status).to.equal(200);
    await stop();
    await (
      await serveKeeper({ monitor }, { metrics: undefined, health: undefined })
    )();
    expect(await fetch(`http://127.0.0.1:${metrics.port}/metrics`).catch(() => "gone")).to.equal("gone");
  });
});

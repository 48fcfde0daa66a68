import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import type { Command } from "commander";

import { createProgram } from "../../cli/app.ts";
import { createMonitor } from "../../keeper/monitor.ts";
import { createOracleMetrics } from "../../oracle/metrics.ts";
import { createSystemClock } from "../../runtime/clock.ts";
import { createSilentLogger } from "../../runtime/logger.ts";
import { partsOf, readRunbooks } from "../../scripts/runbooks/read.ts";

const root = join(import.meta.dirname, "..", "..");
const folder = join(root, "docs", "runbooks");
const program = createProgram({ env: {}, stdout: { write: () => undefined }, stderr: { write: () => undefined } });

describe("runbooks", () => {
  it("are all in the table, and each has commands that are tried", () => {
    const table = readFileSync(join(folder, "README.md"), "utf8");
    for (const { name, parts } of readRunbooks(folder).filter((one) => one.name !== "README.md")) {
      expect(table, name).to.include(`(${name})`);
      // A review needs a report that loses a lot: its commands are shown and tested, but not tried here.
      expect(parts.length > 0, name).to.equal(name !== "ceremonies/review-a-report.md");
    }
  });

  it("name commands and options that there are", () => {
    for (const name of pages()) {
      const text = readFileSync(join(folder, name), "utf8");
      for (const [, line = ""] of text.matchAll(/^ *(ethstake .*)$/gm))
        expect(unknownOf(line), line).to.equal(undefined);
    }
  });

  it("are cut where a delay passes, and nowhere else", () => {
    const page = [
      "before",
      "```sh",
      "one",
      "# a remark",
      "# wait: the timelock (decisions/some-thing)",
      "two",
      "```",
      "after",
    ];
    expect(partsOf(`${page.join("\n")}\n`)).to.deep.equal([
      { commands: "one\n# a remark", waitFor: "some-thing" },
      { commands: "two\n", waitFor: undefined },
    ]);
  });

  it("are named by alerts, whose figures are those of a member or a keeper", async () => {
    const alerts = readFileSync(join(folder, "alerts.yml"), "utf8");
    const rules = [...alerts.matchAll(/alert: (\w+)[^]*?runbook: (\S+) \}/g)].map(([, alert = "", page = ""]) => ({
      alert,
      page,
    }));
    expect(rules).to.have.length(12);
    for (const { alert, page } of rules) {
      expect(existsSync(join(root, page)), page).to.equal(true);
      expect(readFileSync(join(root, page), "utf8")).to.match(new RegExp(`^# ${alert}\n`));
    }
    const registered = await metricNames();
    for (const [name] of alerts.matchAll(/ethstake_(?:oracle|keeper)_\w+/g)) expect(registered, name).to.include(name);
  });
});

function pages(): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".md"));
}

/** The first word of a line that the command does not know, as a command or an option. */
function unknownOf(line: string): string | undefined {
  let command: Command = program;
  const words =
    line
      .split(/ (?:\|\||>) /)[0]
      ?.split(" ")
      .slice(1) ?? [];
  for (const word of words) {
    const child = command.commands.find((one) => one.name() === word);
    if (child !== undefined) command = child;
    else if (command.commands.length > 0 && !word.startsWith("-")) return word;
    else if (word.startsWith("--") && ![...command.options, ...program.options].some(({ long }) => long === word))
      return word;
  }
  return undefined;
}

const monitorOptions = { clock: createSystemClock(), logger: createSilentLogger(), readBalanceWei: undefined };

async function metricNames(): Promise<string[]> {
  const status = {
    phase: "starting" as const,
    member: undefined,
    dryRun: true,
    balanceWei: undefined,
    finalizedSlot: 1,
    lastSettledRefSlot: 1,
    frame: undefined,
    peers: [],
    startedAt: 0,
    lastStepAt: 1,
    lastError: undefined,
  };
  const oracle = await createOracleMetrics().text({ status: status, nodes: [], gaps: 0 });
  const text = `${oracle}\n${await createMonitor(monitorOptions).metricsText()}`;
  return [...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name = ""]) => name);
}

import { readFile } from "node:fs/promises";

import { expect } from "chai";

import { iRewardDistributionAbi } from "../../chain/abi/IRewardDistribution.ts";
import { REPORT_VERSION } from "../../chain/report/report.ts";

const read = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), "utf8");

describe("docs/oracle-report.md", () => {
  it("is of the version that contracts and code have", async () => {
    const [page, contract] = await Promise.all([
      read("docs/oracle-report.md"),
      read("contracts/types/ReportTypes.sol"),
    ]);
    expect(/^# The oracle report, version (\d+)$/m.exec(page)?.[1]).to.equal(String(REPORT_VERSION));
    expect(/REPORT_VERSION = (\d+);/.exec(contract)?.[1]).to.equal(String(REPORT_VERSION));
  });

  it("describes every field of the report in its order, and no other", async () => {
    const page = await read("docs/oracle-report.md");
    const fields = page.slice(page.indexOf("## Fields"), page.indexOf("A list may be empty."));
    const described = [...fields.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, names = ""]) =>
      [...names.matchAll(/`(\w+)`/g)].map(([, name]) => name),
    );
    const settle = iRewardDistributionAbi.find((item) => item.type === "function" && item.name === "settleRewards");
    const [report] = settle?.inputs ?? [];
    const components = report !== undefined && "components" in report ? report.components : [];
    expect(described).to.deep.equal(components.map(({ name }) => name));
  });

  it("names only functions of RewardDistribution that there are", async () => {
    const page = await read("docs/oracle-report.md");
    const functions = iRewardDistributionAbi.flatMap((item) => (item.type === "function" ? [item.name] : []));
    const called = ["lastRefSlot", "lastCutoffTimestamp", "collectedWei", "cumulativeFeeShares", "heldReport"];
    for (const name of [...called, "committeeFor", "slotsPerFrame", "framesPerPeriod"]) {
      expect(page).to.include(name);
      expect(functions).to.include(name);
    }
    expect(page).not.to.match(/cumulativeFeeSharesAt/);
  });
});

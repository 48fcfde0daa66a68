import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { createPublish } from "../../../oracle/act/publish.ts";
import { buildReport } from "../../../oracle/decide/build-report.ts";
import { performanceOf, performanceProblems } from "../../../oracle/decide/performance.ts";
import { parsePerformance } from "../../../oracle/store/performance-json.ts";
import { createLogger } from "../../../runtime/logger.ts";
import { hasCode } from "../../../runtime/errors.ts";
import { epochResults, operatorEpoch, ourValidator, snapshot } from "../support/snapshots.ts";

const given = snapshot({
  cumulativeFeeShares: 10n ** 18n,
  validators: [ourValidator(1)],
  // Period 1 has the epochs 7 to 14; operator 2 misses one of them.
  epochs: epochResults(0, 14, (epoch) => [operatorEpoch(1, 32, 32), operatorEpoch(2, 32, epoch === 9 ? 0 : 32)]),
});
const performance = performanceOf(given, buildReport(given));

describe("oracle/act/publish", () => {
  let folder: string;
  const logs: Record<string, unknown>[] = [];
  const logger = createLogger({ format: "json", write: (line) => void logs.push(JSON.parse(line) as never) });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "oracle-publish-"));
    logs.length = 0;
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("writes a file for each frame, from which the report's sums follow", async () => {
    const publish = createPublish(join(folder, "new"), logger);
    await publish(performance);
    await publish(performance);
    const read = parsePerformance(await readFile(join(folder, "new", "performance-127.json"), "utf8"));
    expect(read).to.deep.equal(performance);
    expect(read.report.breaches.map(({ operatorId }) => operatorId)).to.deep.equal([2]);
    expect(performanceProblems(read)).to.deep.equal([]);
    expect(logs).to.deep.equal([]);
  });

  it("says when it cannot write, and stops nothing", async () => {
    const file = join(folder, "file");
    await writeFile(file, "");
    await createPublish(join(file, "below"), logger)(performance);
    expect(logs.map(({ level, msg }) => [level, msg])).to.deep.equal([
      ["error", "The performance of operators could not be published"],
    ]);
    await createPublish(undefined, logger)(performance);
  });

  it("finds what does not follow", () => {
    const { report, leaves, epochs } = performance;
    const problemsOf = (changes: Partial<typeof performance>) => performanceProblems({ ...performance, ...changes });
    expect(problemsOf({ report: { ...report, breaches: [] } })).to.deep.equal([
      "the breaches do not follow from the epochs",
    ]);
    expect(problemsOf({ report: { ...report, rewardsTotalShares: 1n } })).to.deep.equal([
      "the leaves do not have the report's sum",
    ]);
    expect(problemsOf({ leaves: leaves.slice(1) })).to.include("the leaves do not have the report's root");
    // Without the epoch that operator 2 missed it has no breach, and other shares.
    expect(problemsOf({ epochs: epochs.filter(({ epoch }) => epoch !== 9) })).to.have.length(1);
    expect(problemsOf({ cumulativeFeeShares: 2n * 10n ** 18n })).to.deep.equal([
      "the leaves do not follow from the epochs",
    ]);
  });

  it("refuses a file of something else", () => {
    for (const text of ["", "{}", '{"format":"ethstake-oracle-inputs/3"}'])
      expect(() => parsePerformance(text)).to.satisfy((parse: () => unknown) => {
        try {
          parse();
        } catch (error) {
          return hasCode(error, "PERFORMANCE_INVALID");
        }
        return false;
      });
  });
});

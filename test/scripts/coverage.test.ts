import { expect } from "chai";

import { coverageTable, percentOf, readLcov, totalOf } from "../../scripts/coverage/lcov.ts";

const LCOV = `TN:
SF:contracts/B.sol
DA:3,0
DA:5,12
DA:7,0
LF:3
end_of_record
TN:
SF:contracts/A.sol
DA:1,1
LF:1
end_of_record
TN:
SF:test/contracts/harness/H.sol
DA:1,0
end_of_record
`;

describe("coverage", () => {
  it("counts the lines of contracts, and of nothing else", () => {
    expect(readLcov(LCOV, "contracts/")).to.deep.equal([
      { file: "contracts/A.sol", lines: 1, hit: 1, missed: [] },
      { file: "contracts/B.sol", lines: 3, hit: 1, missed: [3, 7] },
    ]);
  });

  it("is told of all lines together, and is nothing when nothing was counted", () => {
    expect(percentOf(totalOf(readLcov(LCOV, "contracts/")))).to.equal(50);
    expect(percentOf(totalOf(readLcov("", "contracts/")))).to.equal(0);
  });

  it("names the lines that did not run", () => {
    const [first = "", second = "", all = ""] = coverageTable(readLcov(LCOV, "contracts/")).split("\n");
    expect(first).to.match(/^contracts\/A\.sol .* 1\/1 +100\.0 %$/);
    expect(second).to.match(/^contracts\/B\.sol .* 1\/3 +33\.3 % {2}3 7$/);
    expect(all).to.match(/^all .* 2\/4 +50\.0 %$/);
  });
});

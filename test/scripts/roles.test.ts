import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { ROLES, ROLE_NAMES } from "../../deploy/roles.ts";
import { delaySeconds, rolesPage } from "../../scripts/roles/page.ts";
import { DAMAGE } from "../../scripts/roles/rows.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const DAY = 86_400;

describe("the table of damages", () => {
  it("INV-20: is what docs/roles.md says: npm run roles -- --write", () => {
    expect(readFileSync(join(ROOT, "docs", "roles.md"), "utf8")).to.equal(rolesPage());
  });

  it("INV-20: has a row for every function of every role", () => {
    for (const role of ROLE_NAMES) {
      const told = DAMAGE.filter((row) => row.role === role).map(({ by }) => by);
      expect(told, role).not.to.deep.equal([]);
      // `setParameters` of five contracts are five rows.
      for (const names of Object.values(ROLES[role].functions))
        for (const name of names)
          expect(
            told.some((by) => by.includes(name) || (name === "unpause" && by.includes("pause"))),
            name,
          ).to.equal(true);
      const contracts = Object.values(ROLES[role].functions).filter((names) => names.some((n) => n.startsWith("set")));
      expect(
        told.filter((by) => /\.set/.test(by)),
        role,
      ).to.have.length(contracts.length);
    }
  });

  it("INV-20: has a test with the id of each row", () => {
    const tests = globSync("test/contracts/role-damage/*.test.ts", { cwd: ROOT }).map((file) =>
      readFileSync(join(ROOT, file), "utf8"),
    );
    const titles = tests.join().match(/\bit\(\s*["`][^"`]*/g) ?? [];
    for (const { id } of DAMAGE)
      expect(
        titles.some((title) => title.includes(`INV-20 ${id} `)),
        id,
      ).to.equal(true);
  });

  it("INV-20: adds the timelock to the delay of what it holds", () => {
    expect(delaySeconds("UPGRADES")).to.equal(7 * DAY);
    expect(delaySeconds("APPEALS")).to.equal(DAY);
    expect(delaySeconds("GUARDIAN")).to.equal(0);
  });
});

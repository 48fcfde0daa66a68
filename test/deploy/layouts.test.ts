import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import { toHex } from "viem";

import { erc7201 } from "../contracts/support/erc7201.ts";
import { UPGRADEABLE, layoutsOf } from "../../scripts/layout/layouts.ts";
import { movesBetween, readRecords } from "../../scripts/layout/records.ts";
import { readSources, type Sources } from "../../scripts/solidity/sources.ts";

const ROOT = join(import.meta.dirname, "..", "..");

describe("storage layouts", () => {
  const sources = readSources(ROOT);

  it("INV-15 INC-40: no slot has moved since the layouts were recorded", () => {
    expect(moves(sources)).to.deep.equal({});
  });

  it("INV-15 INC-40: a member that is put before the others moves the slots of every contract", () => {
    const planted = change(sources, /(struct \w+Storage \{)/, "$1 uint256 planted;");
    expect(Object.keys(moves(planted))).to.have.members([...UPGRADEABLE]);
  });

  it("INV-15: a member that is put behind the others moves nothing", () => {
    const appended = change(sources, /(struct \w+Storage \{[^}]*)\}/, "$1 uint256 appended; }");
    expect(moves(appended)).to.deep.equal({});
  });

  it("INV-15: every namespace begins where ERC-7201 says, and no two contracts share one", () => {
    const names: string[] = [];
    for (const file of globSync("contracts/**/*.sol", { cwd: ROOT })) {
      const source = readFileSync(join(ROOT, file), "utf8");
      for (const [, name = ""] of source.matchAll(/@custom:storage-location erc7201:(\S+)/g)) {
        names.push(name);
        expect(source, `${file} begins ${name} elsewhere`).to.include(toHex(erc7201(name), { size: 32 }));
      }
    }
    expect(names).to.have.length(new Set(names).size).and.to.have.length.at.least(UPGRADEABLE.length);
  });

  /** What has moved, by contract. */
  function moves(changed: Sources): Record<string, string> {
    const recorded = readRecords(ROOT);
    const found = Object.entries(layoutsOf(changed)).map(([name, layout]) => {
      const before = recorded[name];
      if (before === undefined) throw new Error(`${name} has no record: npm run layout -- --write`);
      return [name, movesBetween(before, layout)] as const;
    });
    return Object.fromEntries(found.filter(([, told]) => told !== ""));
  }

  /** The sources with one thing done to the storage of every upgradeable contract. */
  function change(from: Sources, pattern: RegExp, replacement: string): Sources {
    return Object.fromEntries(
      Object.entries(from).map(([name, { content }]) => {
        // The storage of some is in a base with all that can be read of it.
        const ours = UPGRADEABLE.some((contract) => new RegExp(`/${contract}(Reader)?\\.sol$`).test(name));
        return [name, { content: ours ? content.replace(pattern, replacement) : content }];
      }),
    );
  }
});

import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";

import { expect } from "chai";

import { IMPLEMENTATIONS } from "../../deploy/arguments.ts";
import { HOLDERS, ROLE_NAMES, ROLES, assignments } from "../../deploy/roles.ts";

const SOURCES = join(import.meta.dirname, "..", "..", "contracts");
const CONTRACT_OF: Record<string, string> = {
  ...Object.fromEntries(Object.entries(IMPLEMENTATIONS).map(([name, contract]) => [contract, name])),
  OracleCommittee: "committee",
};

describe("the table of roles", () => {
  it("INV-13: assigns every function that is restricted in the sources, once, and nothing else", async () => {
    const assigned = assignments().flatMap(({ contract, functions }) => functions.map((name) => `${contract}.${name}`));
    expect(assigned.sort()).to.deep.equal((await restrictedFunctions()).sort());
  });

  it("gives every role a number of its own and a holder; ADMIN is the 0 of AccessManager", () => {
    expect(new Set(ROLE_NAMES.map((name) => ROLES[name].id)).size).to.equal(ROLE_NAMES.length);
    expect(ROLES.ADMIN.id).to.equal(0n);
    expect(ROLE_NAMES.flatMap((name) => ROLES[name].holders)).to.satisfy((holders: string[]) =>
      holders.every((holder) => (HOLDERS as readonly string[]).includes(holder)),
    );
  });

  it("lets the guardian cancel whatever waits, but for what AccessManager forbids", () => {
    const unguarded = ROLE_NAMES.filter((name) => !ROLES[name].guarded);
    expect(unguarded).to.have.members(["ADMIN", "GUARDIAN", "UNPAUSE"]);
  });
});

/** Every function with the modifier of OpenZeppelin's AccessManaged; the hook of UUPS stands for upgradeToAndCall. */
async function restrictedFunctions(): Promise<string[]> {
  const files = (await readdir(SOURCES, { recursive: true })).filter((file) => file.endsWith(".sol"));
  const found = await Promise.all(
    files.map(async (file) => {
      const source = (await readFile(join(SOURCES, file), "utf8")).replace(/\/\/.*$/gm, "");
      const names = [...source.matchAll(/function\s+(\w+)\s*\([^)]*\)([^{;]*)[{;]/g)]
        .filter(([, , modifiers]) => /\brestricted\b/.test(modifiers ?? ""))
        .map(([, name]) => (name === "_authorizeUpgrade" ? "upgradeToAndCall" : name));
      return names.map((name) => `${CONTRACT_OF[basename(file, ".sol")] ?? file}.${name}`);
    }),
  );
  return found.flat();
}

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { mainnet } from "../../deploy/parameters/mainnet.ts";
import { hoodi } from "../../deploy/parameters/hoodi.ts";
import { assignments, ROLE_NAMES, ROLES } from "../../deploy/roles.ts";
import { deployOnTestNetwork } from "./support/deployed.ts";

/** https://github.com/eth-clients/mainnet and https://github.com/eth-clients/hoodi, metadata/config.yaml */
const GENESIS_SECONDS = { mainnet: 1_606_824_023, hoodi: 1_742_213_400 };

describe("docs/deployment.md", () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/deployment.md"), "utf8");
  const lines = page.split("\n");
  const rowOf = (start: string) => lines.find((line) => line.startsWith(start)) ?? "";

  for (const part of ["beacon", "frame", "pool", "queue", "registry", "manager", "distribution"] as const)
    it(`has a row for each number of ${part}`, () => {
      for (const name of Object.keys(mainnet[part])) expect(rowOf(`| \`${name}\` |`), name).not.to.equal("");
    });

  it("says of each role who holds it and what it may call", () => {
    for (const name of ROLE_NAMES) {
      const row = rowOf(`| ${name} (${ROLES[name].id}) |`);
      for (const holder of ROLES[name].holders) expect(row, name).to.include(holder);
      const functions = assignments().filter(({ role }) => role === name);
      for (const one of functions.flatMap((line) => line.functions)) expect(row, name).to.include(`\`${one}\``);
    }
  });

  it("says when each closing slot is reached", () => {
    for (const [network, { beacon }] of Object.entries({ mainnet, hoodi })) {
      const seconds = GENESIS_SECONDS[network as keyof typeof GENESIS_SECONDS] + Number(beacon.closingSlot) * 12;
      const [day, time] = new Date(seconds * 1000).toISOString().split(/[T.]/);
      expect(page, network).to.include(`${beacon.closingSlot.toLocaleString("en-US")} | ${day} ${time} UTC |`);
    }
  });

  it("names every contract of the addresses file", async () => {
    const deployed = await deployOnTestNetwork();
    await deployed.stop();
    for (const name of Object.keys(deployed.contracts)) expect(page, name).to.include(`\`${name}\``);
  });
});

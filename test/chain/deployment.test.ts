import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { numberToHex } from "viem";

import { loadDeployment, parseDeployment } from "../../chain/deployment.ts";
import { thrownBy } from "./support/thrown.ts";

const names = [
  "token",
  "pool",
  "queue",
  "registry",
  "manager",
  "validatorExits",
  "distribution",
  "committee",
  "withdrawalVault",
  "executionVault",
  "accessManager",
];
const contracts: Record<string, string> = Object.fromEntries(
  names.map((name, i) => [name, numberToHex(i + 1, { size: 20 })]),
);
const sample = {
  chainId: 32382,
  network: "devnet",
  deployedAtBlock: 3,
  genesisTime: 1000,
  contracts,
  parameters: { a: 1 },
};

describe("the addresses file", () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), "ethstake-deployment-"))));
  after(() => rmSync(folder, { recursive: true }));

  it("is read, further contracts included", async () => {
    const path = join(folder, "devnet.json");
    writeFileSync(
      path,
      JSON.stringify({ ...sample, contracts: { ...contracts, timelock: numberToHex(99, { size: 20 }) } }),
    );
    const deployment = await loadDeployment(path, 32382);
    expect(deployment.contracts.pool).to.equal("0x0000000000000000000000000000000000000002");
    expect(deployment.contracts["timelock"]).to.equal("0x0000000000000000000000000000000000000063");
    expect((await thrownBy(() => loadDeployment(path, 1))).code).to.equal("WRONG_CHAIN");
    expect((await thrownBy(() => loadDeployment(join(folder, "none.json")))).code).to.equal("DEPLOYMENT_MISSING");
  });

  it("is refused when a contract is missing or no address", async () => {
    for (const name of names) {
      const { [name]: _, ...others } = contracts;
      for (const changed of [
        others,
        { ...contracts, [name]: "0x1" },
        { ...contracts, [name]: numberToHex(0, { size: 20 }) },
      ])
        expect(
          (await thrownBy(() => parseDeployment(JSON.stringify({ ...sample, contracts: changed })))).code,
        ).to.equal("DEPLOYMENT_INVALID");
    }
    expect((await thrownBy(() => parseDeployment("{"))).code).to.equal("DEPLOYMENT_INVALID");
    expect((await thrownBy(() => parseDeployment(JSON.stringify({ ...sample, network: "x" })))).code).to.equal(
      "DEPLOYMENT_INVALID",
    );
  });
});

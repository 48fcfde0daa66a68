import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { networkByName } from "../../chain/networks.ts";
import { readContext, writeContext, type ContextContent } from "../../deposits/offline/context.ts";
import { thrownBy } from "../chain/support/thrown.ts";

describe("the context of a machine without a network", () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ethstake-context-"));
    path = join(folder, "context.json");
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const content: ContextContent = {
    version: 1,
    preparedAt: "2026-01-01T00:00:00.000Z",
    network: { ...networkByName("devnet"), genesisValidatorsRoot: `0x${"0a".repeat(32)}` },
    epoch: 12,
    withdrawalVault: "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
    validators: [{ pubkey: `0x${"ab".repeat(48)}`, index: 3, withdrawalCredentials: `0x02${"00".repeat(31)}` }],
    pending: [],
  };
  const codeOf = async (sha256?: `0x${string}`) => (await thrownBy(() => readContext(path, sha256))).code;

  it("is read as it was written, with the hash that was told", async () => {
    const sha256 = await writeContext(path, content);
    expect(await readContext(path, sha256)).to.deep.equal({ ...content, sha256 });
    expect((await thrownBy(() => writeContext(path, content))).code).to.equal("FILE_EXISTS");
  });

  it("does not depend on the order of its fields", async () => {
    const sha256 = await writeContext(path, content);
    const turned = Object.fromEntries(Object.entries(JSON.parse(readFileSync(path, "utf8")) as object).reverse());
    writeFileSync(path, JSON.stringify(turned));
    expect((await readContext(path, sha256)).sha256).to.equal(sha256);
  });

  for (const [what, change] of [
    ["another epoch", (text: string) => text.replace('"epoch": 12', '"epoch": 13')],
    ["another vault", (text: string) => text.replace("0x7099", "0x7098").replace("79C8", "79c8")],
    ["another root", (text: string) => text.replace("0a0a", "0b0a")],
    ["another index", (text: string) => text.replace('"index": 3', '"index": 4')],
    ["more than it had", (text: string) => text.replace("{", '{"more": 1,')],
    ["half of it", (text: string) => text.slice(0, 200)],
    ["nothing", () => ""],
  ] as const)
    it(`with ${what} is refused`, async () => {
      await writeContext(path, content);
      writeFileSync(path, change(readFileSync(path, "utf8")));
      expect(await codeOf()).to.equal("CONTEXT_DAMAGED");
    });

  it("that is whole and another one than was prepared is refused", async () => {
    const sha256 = await writeContext(path, content);
    path = join(folder, "other.json");
    await writeContext(path, { ...content, epoch: 13 });
    expect(await codeOf(sha256)).to.equal("CONTEXT_FOREIGN");
    path = join(folder, "none.json");
    expect(await codeOf()).to.equal("CONTEXT_MISSING");
  });
});

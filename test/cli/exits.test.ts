import { readFileSync, readdirSync, writeFileSync } from "node:fs";

import { expect } from "chai";

import { credentialsOf } from "../../deposits/terms.ts";
import { address, createDepositWorld, keys, root, type DepositWorld } from "./deposit-world.ts";
import { run } from "./run.ts";

describe("commands for exits, protection and validators", () => {
  let world: DepositWorld;
  let beacon: DepositWorld["beacon"];
  let folder: string;
  const at: DepositWorld["at"] = (name) => world.at(name);
  const json: DepositWorld["json"] = (...argv) => world.json(...argv);
  const create: DepositWorld["create"] = (...extra) => world.create(...extra);
  const known: DepositWorld["known"] = (credentials) => world.known(credentials);
  beforeEach(async () => {
    world = await createDepositWorld();
    ({ beacon, folder } = world);
  });
  afterEach(() => world.close());

  describe("exits", () => {
    const source = () => ["--mnemonic-file", at("words"), "--start-index", "1"];

    it("of one key need no node where the index and the network are known", async () => {
      const argv = ["exits", "sign", ...source(), "--chain", "hoodi", "--validator-index", "7", "--epoch", "3"];
      const { status, document } = await json(...argv, "--offline", "--out", at("exits"));
      expect(status, JSON.stringify(document)).to.equal(0);
      expect(document["exits"]).to.deep.include({
        pubkey: keys[1]!.pubkey,
        validatorIndex: 7,
        epoch: 3,
        path: at(`exits/${readdirSync(at("exits"))[0]}`),
      });
    });

    it("are refused for keys that the chain does not know, and for an index that is another's", async () => {
      const sign = (...extra: string[]) =>
        json(
          "exits",
          "sign",
          ...source(),
          "--chain",
          "devnet",
          "--consensus",
          beacon.url,
          "--out",
          at("exits"),
          ...extra,
        );
      expect((await sign()).document["error"]).to.include({ code: "VALIDATOR_UNKNOWN" });
      known(credentialsOf(address, true));
      expect((await sign("--validator-index", "9")).document["error"]).to.include({ code: "USAGE" });
      expect((await sign("--recipient", "age1x")).document["error"]).to.include({ code: "RECIPIENT_INVALID" });
      expect((await sign("--encrypt")).document["error"]).to.include({ code: "USAGE" });
      expect((await sign("--validator-index", "1")).status).to.equal(0);
    });

    it("are sent only when they are right, never by a dry run, and not without being asked", async () => {
      known(credentialsOf(address, true));
      const nodes = ["--chain", "devnet", "--consensus", beacon.url];
      await json("exits", "sign", ...source(), ...nodes, "--epoch", "3", "--out", at("exits"));
      const [file = ""] = readdirSync(at("exits")).map((name) => at(`exits/${name}`));
      const posted = () => beacon.seen.filter(({ path }) => path.endsWith("/voluntary_exits")).length;
      expect((await json("exits", "send", file, ...nodes, "--dry-run")).status).to.equal(1);
      beacon.syncing = { ...beacon.syncing };
      beacon.extra["/node/syncing"] = { head_slot: "1000", ...beacon.syncing };
      expect((await json("exits", "send", file, ...nodes, "--dry-run")).status).to.equal(0);
      expect((await run(["exits", "send", file, ...nodes])).stderr).to.include("--yes");
      expect(posted()).to.equal(0);
      expect((await json("exits", "send", file, ...nodes)).status).to.equal(1);
      expect(posted()).to.equal(1);
      beacon.extra["/pool/voluntary_exits"] = null;
      const sent = await json("exits", "send", file, ...nodes);
      expect(sent.status).to.equal(0);
      expect(sent.document["exits"]).to.have.nested.property("[0].nodes[0].accepted", true);
    });
  });

  describe("slashing-protection", () => {
    const file = (slot: number) =>
      JSON.stringify({
        metadata: { interchange_format_version: "5", genesis_validators_root: root },
        data: [{ pubkey: keys[0]!.pubkey, signed_blocks: [{ slot: String(slot) }], signed_attestations: [] }],
      });
    const slots = (name: string) =>
      (JSON.parse(readFileSync(at(name), "utf8")) as { data: { signed_blocks: { slot: string }[] }[] }).data.map(
        (key) => key.signed_blocks.map(({ slot }) => slot),
      );
    beforeEach(() => {
      for (const slot of [5, 9]) writeFileSync(at(`${slot}.json`), file(slot));
    });

    it("merges, minifies, keeps and gives", async () => {
      const sp = (...argv: string[]) => json("slashing-protection", ...argv);
      expect((await sp("merge", at("5.json"), at("9.json"), "--out", at("merged.json"))).status).to.equal(0);
      expect((await sp("minify", at("9.json"), "--out", at("small.json"))).status).to.equal(0);
      expect((await sp("import", at("9.json"), at("5.json"), "--store", at("store.json"))).status).to.equal(0);
      const part = ["--store", at("store.json"), "--pubkeys", keys[0]!.pubkey, "--out", at("part.json")];
      expect((await sp("export", ...part)).document).to.deep.include({ pubkeys: [keys[0]!.pubkey] });
      for (const name of ["merged.json", "small.json", "store.json", "part.json"])
        expect(slots(name), name).to.deep.equal([["9"]]);
      expect((await sp("merge", at("5.json"), "--out", at("merged.json"))).document["error"]).to.include({
        code: "FILE_EXISTS",
      });
    });

    it("checks, and imports nothing that is wrong", async () => {
      const check = ["slashing-protection", "check", at("5.json"), "--genesis-validators-root"];
      expect((await json(...check, root)).status).to.equal(0);
      expect((await json(...check, `0x${"0b".repeat(32)}`)).status).to.equal(1);
      expect((await json("slashing-protection", "check", at("5.json"), "--network", "hoodi")).status).to.equal(1);
      const missing = await json(...check, root, "--pubkeys", keys[1]!.pubkey);
      expect(missing.document["problems"]).to.have.nested.property("[0].code", "KEY_UNPROTECTED");
      writeFileSync(at("empty.json"), file(5).replace(/"data":.*/, '"data":[]}'));
      const imported = await json("slashing-protection", "import", at("empty.json"), "--store", at("store.json"));
      expect(imported.document["error"]).to.include({ code: "PROTECTION_EMPTY" });
      expect(readdirSync(folder)).not.to.include("store.json");
    });
  });

  describe("validators migrate", () => {
    it("refuses one client under two names, a missing token, and going on without being asked", async () => {
      await create("--chain", "devnet", "--compounding");
      const migrate = (from: string, to: string, ...extra: string[]) =>
        json(
          ...["validators", "migrate", "--from", from, "--to", to, "--chain", "devnet", "--consensus", beacon.url],
          ...["--keystores", at("keys"), "--keystore-password-file", at("password")],
          ...["--folder", at("migration"), ...extra],
        );
      const same = await migrate("http://127.0.0.1:1", "http://127.0.0.1:1/");
      expect(same.document["error"]).to.include({ code: "USAGE" });
      const noToken = await migrate("http://127.0.0.1:1", "http://127.0.0.1:2");
      expect((noToken.document["error"] as { message: string }).message).to.include("--from-token-file");
      const tokens = ["--from-token-file", at("password"), "--to-token-file", at("password")];
      const gone = await migrate("http://127.0.0.1:1", "http://127.0.0.1:2", ...tokens);
      expect(gone.document["error"]).to.include({ code: "KEYMANAGER_UNREACHABLE" });
    });
  });
});

import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import type { Hex } from "viem";

import { networkByName } from "../../chain/networks.ts";
import { signDeposit } from "../../deposits/deposit-data.ts";
import { deriveSigningKeys } from "../../deposits/keys.ts";
import { credentialsOf } from "../../deposits/terms.ts";
import { startBeaconNode, type BeaconNode } from "../chain/support/beacon-node.ts";
import { run, type Ran } from "./run.ts";

const address = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const words = `${"abandon ".repeat(23)}art`;
const password = "correct horse battery";
const keys = deriveSigningKeys(words, 0, 2);
const root: Hex = `0x${"0a".repeat(32)}`;
const devnet = networkByName("devnet");

type Problem = { code: string; position: number };

describe("commands for deposits, exits and protection", () => {
  let folder: string;
  let beacon: BeaconNode;
  const at = (name: string) => join(folder, name);
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "ethstake-cli-"));
    writeFileSync(at("words"), `${words}\n`, { mode: 0o600 });
    writeFileSync(at("password"), `${password}\n`, { mode: 0o600 });
    beacon = await startBeaconNode();
    const checkpoint = { epoch: "12", root };
    beacon.extra = {
      "/states/head/finality_checkpoints": {
        previous_justified: checkpoint,
        current_justified: checkpoint,
        finalized: checkpoint,
      },
    };
  });
  afterEach(async () => {
    await beacon.close();
    rmSync(folder, { recursive: true });
  });

  const json = async (...argv: string[]) => {
    const ran = await run([...argv, "--json", "--yes"]);
    assertNoSecret(ran);
    return { status: ran.status, document: JSON.parse(ran.stdout) as Record<string, unknown> };
  };
  const create = (...extra: string[]) =>
    json(
      ...["deposits", "create", "--mnemonic-file", at("words"), "--count", "2", "--withdrawal-address", address],
      ...["--keystore-password-file", at("password"), "--kdf", "pbkdf2", "--out", at("keys"), ...extra],
    );
  const dataPath = () => at(`keys/${readdirSync(at("keys")).find((name) => name.startsWith("deposit_data"))}`);
  const verify = async (...extra: string[]) => {
    const { status, document } = await json("deposits", "verify", dataPath(), "--chain", "devnet", ...extra);
    return { status, document, problems: ((document["problems"] ?? []) as Problem[]).map(({ code }) => code) };
  };
  const prepare = async () => {
    const pubkeys = keys.map(({ pubkey }) => pubkey).join(",");
    const asked = ["--pubkeys", pubkeys, "--out", at("context.json"), "--consensus", beacon.url];
    const { document } = await json("deposits", "prepare", "--chain", "devnet", ...asked);
    return ["--offline", "--context", at("context.json"), "--context-hash", String(document["sha256"])];
  };
  const known = (credentials: Hex) => {
    beacon.validators = keys.map(({ pubkey }, index) => ({
      pubkey,
      index,
      withdrawalCredentials: credentials,
      balanceGwei: 32_000_000_000n,
    }));
  };

  function assertNoSecret({ stdout, stderr }: Ran): void {
    const text = stdout + stderr;
    for (const secret of ["abandon", password, ...keys.map(({ secretKey }) => Buffer.from(secretKey).toString("hex"))])
      expect(text.includes(secret), "a secret was printed").to.equal(false);
  }

  describe("deposits create", () => {
    it("makes keystores and deposit data, with the flags of its own and of the usual tool", async () => {
      const { status, document } = await create("--chain", "hoodi", "--compounding", "--amount", "2048");
      expect(status).to.equal(0);
      expect(document).to.include({ startIndex: 0, network: "hoodi", amountGwei: "2048000000000" });
      expect(document["pubkeys"]).to.deep.equal(keys.map(({ pubkey }) => pubkey));
      expect(document["withdrawalCredentials"]).to.equal(credentialsOf(address, true));
      const usual = await json(
        ...[
          "deposits",
          "create",
          "--mnemonic-file",
          at("words"),
          "--num_validators",
          "1",
          "--validator_start_index",
          "9",
        ],
        ...["--execution_address", address, "--pbkdf2", "--folder", at("usual"), "--chain", "sepolia"],
        ...["--regular-withdrawal", "--keystore-password-file", at("password"), "--mnemonic_language", "english"],
      );
      expect(usual.status).to.equal(0);
      expect(usual.document).to.include({ startIndex: 9, withdrawalCredentials: credentialsOf(address, false) });
      const [keystore = ""] = readdirSync(at("usual")).filter((name) => name.startsWith("keystore-m_12381_3600_9_0_0"));
      expect(JSON.parse(readFileSync(at(`usual/${keystore}`), "utf8")).crypto.kdf.function).to.equal("pbkdf2");
    });

    it("works for a network from a file, and for the vault of a context", async () => {
      const file = { network_name: "mynet", genesis_fork_version: "10000038", exit_fork_version: "40000038" };
      writeFileSync(at("net.json"), JSON.stringify(file));
      expect((await create("--network-file", at("net.json"))).document).to.include({ network: "mynet" });
      expect(JSON.parse(readFileSync(dataPath(), "utf8"))[0]).to.include({
        network_name: "mynet",
        fork_version: "10000038",
      });
    });

    it("asks for words and password where a person is there, and shows neither", async () => {
      const questions: string[] = [];
      const ran = await run(
        ["deposits", "create", "--chain", "hoodi", "--count", "1", "--withdrawal-address", address].concat([
          ...["--pbkdf2", "--out", at("keys")],
        ]),
        {
          askSecret: async (question) => {
            questions.push(question);
            return /mnemonic/.test(question) ? words : password;
          },
        },
      );
      expect(ran.status, ran.stderr).to.equal(0);
      expect(questions).to.have.length(3);
      assertNoSecret(ran);
      expect(ran.stderr).to.match(/keystore 1\/1, .* a second, .* left/);
    });

    it("makes new words in the language that was asked for", async () => {
      const argv = ["deposits", "create", "--chain", "hoodi", "--count", "1", "--withdrawal-address", address];
      const made = [...argv, "--no-keystores", "--out", at("keys"), "--new-mnemonic", at("new"), "--language"];
      expect((await json(...made, "korean")).status).to.equal(0);
      expect(readFileSync(at("new"), "utf8").normalize("NFC")).to.match(/^[\uac00-\ud7a3]+ /);
      expect(statSync(at("new")).mode & 0o777).to.equal(0o600);
      expect((await json(...made, "korean")).document["error"]).to.include({ code: "FILE_EXISTS" });
      expect((await json(...made, "klingon")).document["error"]).to.include({ code: "USAGE" });
    });

    for (const [what, code, extra] of [
      ["a network that contradicts itself", "WRONG_NETWORK", ["--network", "mainnet"]],
      ["an address in small letters", "ADDRESS_CHECKSUM", ["--withdrawal-address", address.toLowerCase()]],
      ["the zero address", "ADDRESS_INVALID", ["--withdrawal-address", `0x${"00".repeat(20)}`]],
      ["an amount off the grid", "AMOUNT_OFF_GRID", ["--amount", "32.0000000001"]],
      ["too much for credentials that do not compound", "AMOUNT_OUT_OF_RANGE", ["--amount", "33"]],
      ["too little", "AMOUNT_OUT_OF_RANGE", ["--amount", "0.5"]],
      ["too many", "COUNT_INVALID", ["--count", "10001"]],
      ["none", "COUNT_INVALID", ["--count", "0"]],
      ["a file of words that is not there", "SECRET_MISSING", ["--mnemonic-file", "/nowhere"]],
      ["no thread", "USAGE", ["--threads", "0"]],
      ["a version that is none", "USAGE", ["--deposit-cli-version", "new"]],
      ["nothing to resume", "NOTHING_TO_RESUME", ["--resume"]],
    ] as const)
      it(`refuses ${what}: ${code}, and writes nothing`, async () => {
        const { status, document } = await create("--chain", "hoodi", ...extra);
        expect(status).to.be.oneOf([1, 2]);
        expect(document["error"]).to.include({ code });
        expect(readdirSync(folder).includes("keys") ? readdirSync(at("keys")) : []).to.deep.equal([]);
      });

    for (const [what, text] of [
      ["a wrong checksum", words.replace("art", "abandon")],
      ["a wrong word", words.replace("art", "artx")],
      ["a word too few", words.replace(" art", "")],
      ["nothing", "\n"],
    ] as const)
      it(`refuses words with ${what}, and does not show them`, async () => {
        writeFileSync(at("words"), text);
        const { status, document } = await create("--chain", "hoodi");
        expect(status).to.equal(1);
        expect(document["error"]).to.have.property("code").that.is.oneOf(["MNEMONIC_INVALID", "SECRET_MISSING"]);
        expect(JSON.stringify(document)).not.to.include("artx");
      });

    it("does not take secrets as arguments, and does not repeat them", async () => {
      for (const flag of ["--mnemonic", "--keystore_password", "--mnemonic-password", "--private_key"])
        for (const argv of [[flag, words], [`${flag}=${words}`]]) {
          const ran = await run(["deposits", "create", "--count", "1", ...argv]);
          expect(ran.status).to.equal(2);
          expect(ran.stderr).to.include(`'${flag}'`).and.include("into a file");
          assertNoSecret(ran);
        }
    });

    it("tells a person who stops it how to go on", async () => {
      const controller = new AbortController();
      const argv = ["deposits", "create", "--chain", "hoodi", "--count", "3", "--withdrawal-address", address];
      const rest = [
        "--mnemonic-file",
        at("words"),
        "--keystore-password-file",
        at("password"),
        "--pbkdf2",
        "--out",
        at("k"),
      ];
      const stderr = { write: (text: string) => void (/derive/.test(text) && controller.abort()) };
      let told = "";
      const status = (
        await run([...argv, ...rest], {
          signal: controller.signal,
          stderr: { write: (text) => (stderr.write(text), (told += text)) },
        })
      ).status;
      expect(status).to.equal(1);
      expect(told).to.include("--resume");
      expect((await json(...argv, ...rest, "--resume")).document).to.include({ startIndex: 0 });
    });
  });

  describe("deposits verify", () => {
    beforeEach(async () => void (await create("--chain", "devnet", "--compounding")));

    it("finds nothing wrong with what was made, alone and against a node", async () => {
      expect(await verify()).to.deep.include({ status: 0, problems: [] });
      const asked = await verify("--consensus", beacon.url, "--withdrawal-address", address, "--amount", "32");
      expect(asked).to.deep.include({ status: 0, problems: [] });
      expect(asked.document).to.deep.include({ count: 2, totalGwei: "64000000000", sources: [beacon.url] });
    });

    it("INC-01 tells a key that exists, one with foreign credentials, and one that waits", async () => {
      known(credentialsOf(address, false));
      expect((await verify("--consensus", beacon.url)).problems).to.deep.equal(["KEY_EXISTS", "KEY_EXISTS"]);
      expect((await verify("--consensus", beacon.url, "--top-up")).problems).to.deep.equal([]);
      known(credentialsOf(`0x${"ee".repeat(20)}`, true));
      const foreign = await verify("--consensus", beacon.url);
      expect(foreign).to.deep.include({ status: 1, problems: ["CREDENTIALS_TAKEN", "CREDENTIALS_TAKEN"] });
      expect((await verify("--consensus", beacon.url, "--top-up")).problems).to.include("CREDENTIALS_TAKEN");
    });

    it("INC-01 looks at deposits that wait: a valid one decides, an invalid one does not", async () => {
      const waiting = (withdrawalCredentials: Hex, valid: boolean) => {
        const terms = {
          withdrawalCredentials,
          amountGwei: 1_000_000_000n,
          genesisForkVersion: devnet.genesisForkVersion,
        };
        const { pubkey, signature } = signDeposit(keys[1]!.secretKey, terms);
        const wrong: Hex = `0x${"00".repeat(96)}`;
        return {
          pubkey,
          withdrawal_credentials: withdrawalCredentials,
          amount: "1000000000",
          signature: valid ? signature : wrong,
          slot: "1",
        };
      };
      const mine = credentialsOf(address, true);
      const foreign = credentialsOf(`0x${"ee".repeat(20)}`, true);
      for (const [pending, problems] of [
        [[waiting(foreign, true)], ["CREDENTIALS_TAKEN"]],
        [[waiting(foreign, true), waiting(mine, true)], ["CREDENTIALS_TAKEN"]],
        [[waiting(mine, true), waiting(foreign, true)], ["KEY_PENDING"]],
        [[waiting(foreign, false)], []],
        [[], []],
      ] as const) {
        beacon.extra["/pending_deposits"] = pending;
        expect((await verify("--consensus", beacon.url)).problems).to.deep.equal(problems);
      }
      expect((await verify("--consensus", beacon.url, "--top-up")).problems).to.deep.equal([
        "KEY_UNKNOWN",
        "KEY_UNKNOWN",
      ]);
    });

    it("believes the worst of several nodes", async () => {
      const second = await startBeaconNode();
      known(credentialsOf(`0x${"ee".repeat(20)}`, true));
      second.validators = [];
      const { problems, document } = await verify("--consensus", `${second.url},${beacon.url}`);
      await second.close();
      expect(problems).to.deep.equal(["CREDENTIALS_TAKEN", "CREDENTIALS_TAKEN"]);
      expect(document["sources"]).to.have.length(2);
    });

    it("refuses another network, address and amount than was said, and a node of another network", async () => {
      const other = await json("deposits", "verify", dataPath(), "--chain", "hoodi");
      expect([other.status, (other.document["problems"] as Problem[])[0]?.code]).to.deep.equal([1, "WRONG_NETWORK"]);
      const elsewhere = ["--withdrawal-address", "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC"];
      expect((await verify(...elsewhere)).problems).to.deep.equal(["CREDENTIALS_FOREIGN", "CREDENTIALS_FOREIGN"]);
      expect((await verify("--amount", "1")).problems).to.deep.equal(["AMOUNT_WRONG", "AMOUNT_WRONG"]);
      beacon.depositChainId = 1;
      expect((await verify("--consensus", beacon.url)).document["error"]).to.include({ code: "WRONG_NETWORK" });
    });

    it("tells a file that is damaged or missing", async () => {
      writeFileSync(at("cut.json"), readFileSync(dataPath(), "utf8").slice(0, 900));
      for (const [name, code] of [
        ["cut.json", "DEPOSIT_FILE_MALFORMED"],
        ["none.json", "DEPOSIT_FILE_MISSING"],
      ] as const) {
        const { status, document } = await json("deposits", "verify", at(name), "--chain", "devnet");
        expect([status, (document["error"] as { code: string }).code]).to.deep.equal([1, code]);
      }
    });
  });

  describe("without a network", () => {
    it("does everything but sending, with a context that is checked, and asks no node", async () => {
      await create("--chain", "devnet", "--compounding");
      known(credentialsOf(address, true));
      const offline = await prepare();
      const asked = beacon.seen.length;
      const checked = await json("deposits", "verify", dataPath(), ...offline);
      expect((checked.document["problems"] as Problem[]).map(({ code }) => code)).to.deep.equal([
        "KEY_EXISTS",
        "KEY_EXISTS",
      ]);
      const source = ["--keystores", at("keys"), "--keystore-password-file", at("password")];
      const signed = await json("exits", "sign", ...source, ...offline, "--out", at("exits"));
      expect(signed.status).to.equal(0);
      expect(signed.document["exits"]).to.have.nested.property("[1].validatorIndex", 1);
      expect(signed.document["exits"]).to.have.nested.property("[1].epoch", 12);
      const files = readdirSync(at("exits")).map((name) => at(`exits/${name}`));
      expect((await json("exits", "verify", ...files, ...offline)).document).to.include({ ok: true });
      const topUp = ["deposits", "top-up", "--amount", "16", "--compounding", "--withdrawal-address", address];
      const added = await json(...topUp, ...source, ...offline, "--out", at("more"));
      expect(added.status).to.equal(0);
      const path = String(added.document["depositDataPath"]);
      expect((await json("deposits", "verify", path, "--top-up", ...offline)).status).to.equal(0);
      expect(beacon.seen.length).to.equal(asked);
    });

    it("refuses to send, a node beside it, and a context that was changed", async () => {
      await create("--chain", "devnet", "--compounding");
      const offline = await prepare();
      const code = async (...argv: string[]) => ((await json(...argv)).document["error"] as { code: string }).code;
      expect(await code("deposits", "submit", dataPath(), ...offline)).to.equal("USAGE");
      expect(await code("exits", "send", "x.json", ...offline)).to.equal("USAGE");
      expect(await code("deposits", "verify", dataPath(), ...offline, "--consensus", beacon.url)).to.equal("USAGE");
      writeFileSync(at("context.json"), readFileSync(at("context.json"), "utf8").replace('"epoch": 12', '"epoch": 99'));
      expect(await code("deposits", "verify", dataPath(), ...offline)).to.equal("CONTEXT_DAMAGED");
      expect(await code("deposits", "verify", dataPath(), "--context-hash", "ab".repeat(32))).to.equal("USAGE");
    });
  });

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
          ...["--keystores", at("keys"), "--keystore-password-file", at("password"), ...extra],
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

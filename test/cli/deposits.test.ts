import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";

import { expect } from "chai";
import type { Hex } from "viem";

import { networkByName } from "../../chain/networks.ts";
import { signDeposit } from "../../deposits/deposit-data.ts";
import { credentialsOf } from "../../deposits/terms.ts";
import { startBeaconNode } from "../chain/support/beacon-node.ts";
import {
  address,
  assertNoSecret,
  createDepositWorld,
  keys,
  password,
  words,
  type DepositWorld,
} from "./deposit-world.ts";
import { run } from "./run.ts";

const devnet = networkByName("devnet");

type Problem = { code: string; position: number };

describe("commands for deposits", () => {
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
  const dataPath = () => world.dataPath();
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
});

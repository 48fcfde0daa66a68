import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { parseKeyBatchFile } from "../../chain/keys/key-batch-file.ts";
import { commitmentOf, revealOf } from "../../chain/keys/key-batch.ts";
import { networkByName } from "../../chain/networks.ts";
import { compoundingCredentials } from "../../chain/ssz/domains.ts";
import { generateValidatorKeys, type GenerateOptions } from "../../deposits/generate.ts";
import { bookIndices, firstFreeIndex, nextIndex } from "../../deposits/index-ledger.ts";
import { deriveSigningKeys, fingerprintOf, masterKeyOf } from "../../deposits/keys.ts";
import { decryptKeystore } from "../../deposits/keystore.ts";
import { withFolderLock } from "../../deposits/run/folder-lock.ts";
import { writeFileAtomic } from "../../runtime/atomic-file.ts";
import type { Clock } from "../../runtime/clock.ts";
import { thrownBy } from "../chain/support/thrown.ts";

const mnemonic = `${"abandon ".repeat(23)}art`;
const devnet = networkByName("devnet");
const withdrawalVault = `0x${"ab".repeat(20)}` as const;
const clock: Clock = { now: () => 1_700_000_000.9, sleep: async () => undefined };

describe("generateValidatorKeys", () => {
  let folder: string;
  beforeEach(() => (folder = join(mkdtempSync(join(tmpdir(), "ethstake-keys-")), "validator_keys")));
  afterEach(() => rmSync(join(folder, ".."), { recursive: true }));
  const generate = (options: Partial<GenerateOptions> = {}) =>
    generateValidatorKeys({
      mnemonic,
      count: 2,
      network: devnet,
      withdrawalVault,
      operatorId: 3,
      folder,
      clock,
      ...options,
    });

  it("writes keystores, deposit data and a batch that only the owner can read", async () => {
    const steps: string[] = [];
    const made = await generate({
      password: "correct horse",
      kdf: "pbkdf2",
      onProgress: ({ step, done, total }) => steps.push(`${step} ${done}/${total}`),
    });
    expect(readdirSync(folder).sort()).to.deep.equal([
      "deposit_data-1700000000.json",
      "key_batch-3-1700000000.json",
      "key_index.json",
      "keystore-m_12381_3600_0_0_0-1700000000.json",
      "keystore-m_12381_3600_1_0_0-1700000000.json",
    ]);
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o077, name).to.equal(0);
    expect(statSync(folder).mode & 0o777).to.equal(0o700);
    expect(statSync(made.keystorePaths[0] ?? "").mode & 0o777).to.equal(0o400);

    const keys = deriveSigningKeys(mnemonic, 0, 2);
    expect(made.pubkeys).to.deep.equal(keys.map(({ pubkey }) => pubkey));
    const opened = await decryptKeystore(readFileSync(made.keystorePaths[1] ?? "", "utf8"), "correct horse");
    expect(opened.pubkey).to.equal(keys[1]?.pubkey);
    const batch = parseKeyBatchFile(readFileSync(made.batches[0]?.path ?? "", "utf8"));
    expect(batch).to.include({ operatorId: 3, network: "devnet", commitment: made.batches[0]?.commitment });
    expect(batch.withdrawalCredentials).to.equal(compoundingCredentials(withdrawalVault));
    expect(revealOf(batch, 0, 2).keys.map(({ pubkey }) => pubkey)).to.deep.equal(made.pubkeys);
    expect(steps).to.include.members(["derive 2/2", "keystore 2/2", "verify 4/4"]);
  });

  it("cuts more than 32 keys into batches", async () => {
    const { batches, pubkeys } = await generate({ count: 33 });
    expect(batches.map(({ count }) => count)).to.deep.equal([32, 1]);
    expect(batches.map(({ path }) => path.slice(folder.length + 1))).to.deep.equal([
      "key_batch-3-1700000000.json",
      "key_batch-3-1700000000-2.json",
    ]);
    expect(batches[1]?.commitment).to.equal(commitmentOf({ operatorId: 3, keys: batches[1]?.keys ?? [] }));
    expect(batches.flatMap(({ keys }) => keys.map(({ pubkey }) => pubkey))).to.deep.equal(pubkeys);
  });

  it("makes scrypt keystores unless told", async () => {
    const made = await generate({ count: 1, password: "correct horse" });
    expect(JSON.parse(readFileSync(made.keystorePaths[0] ?? "", "utf8")).crypto.kdf.function).to.equal("scrypt");
  });

  it("never uses an index twice, whatever it is asked, and never overwrites", async () => {
    const first = await generate();
    const second = await generate();
    expect([first.startIndex, second.startIndex]).to.deep.equal([0, 2]);
    expect(new Set([...first.pubkeys, ...second.pubkeys]).size).to.equal(4);
    expect(second.depositDataPath).not.to.equal(first.depositDataPath);
    for (const startIndex of [0, 3])
      expect((await thrownBy(() => generate({ startIndex }))).code).to.equal("INDEX_REUSED");
    expect((await generate({ startIndex: 10 })).startIndex).to.equal(10);
    expect((await generate()).startIndex).to.equal(12);
    const other = `${"abandon ".repeat(11)}about`;
    expect((await generate({ mnemonic: other })).startIndex).to.equal(0);
  });

  it("lets two runs in one folder never share an index", async () => {
    const fingerprint = fingerprintOf(masterKeyOf(mnemonic));
    const reserve = () =>
      withFolderLock(folder, async () => {
        const first = await firstFreeIndex(folder, fingerprint);
        await bookIndices(folder, fingerprint, first + 5);
        return first;
      });
    const results = await Promise.allSettled(Array.from({ length: 6 }, reserve));
    const firsts = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    expect(firsts.length).to.be.greaterThan(0);
    expect(new Set(firsts).size).to.equal(firsts.length);
    expect(await nextIndex(folder, fingerprint)).to.equal(5 * firsts.length);
  });

  it("stops when the book of indices is broken", async () => {
    await generate();
    for (const text of ["{}", "", '{"version":1,"mnemonics":[{"fingerprint":"0x12","nextIndex":0}]}']) {
      writeFileSync(join(folder, "key_index.json"), text);
      expect((await thrownBy(() => generate())).code).to.equal("LEDGER_MALFORMED");
    }
  });

  for (const [code, options] of [
    ["COUNT_INVALID", { count: 0 }],
    ["COUNT_INVALID", { count: 1.5 }],
    ["OPERATOR_INVALID", { operatorId: -1 }],
    ["VAULT_INVALID", { withdrawalVault: "0x1234" }],
    ["VAULT_INVALID", { withdrawalVault: `0x${"00".repeat(20)}` }],
    ["PASSWORD_TOO_SHORT", { password: "short" }],
    ["MNEMONIC_INVALID", { mnemonic: "not a mnemonic" }],
    ["THREADS_INVALID", { threads: 0 }],
    ["INDEX_INVALID", { startIndex: 2 ** 32 - 1, count: 2 }],
  ] as const)
    it(`refuses ${JSON.stringify(options)} before anything is written: ${code}`, async () => {
      expect((await thrownBy(() => generate(options))).code).to.equal(code);
      expect(existsSync(folder)).to.equal(false);
    });

  for (const [what, code, damage] of [
    [
      "other credentials",
      "SIGNATURE_INVALID",
      (text: string) => text.replace(/"0x02[0-9a-f]{62}"/, `"0x02${"00".repeat(31)}"`),
    ],
    ["another operator", "COMMITMENT_MISMATCH", (text: string) => text.replace('"operatorId": 3', '"operatorId": 4')],
    ["half of it", "KEY_BATCH_MALFORMED", (text: string) => text.slice(0, 400)],
    ["rights for everybody", "FILES_NOT_VERIFIED", (text: string) => text],
  ] as const)
    it(`INC-05 INC-09 reads the batch again: with ${what} on the disk it is refused, ${code}`, async () => {
      const write: GenerateOptions["write"] = (path, data, how) =>
        path.includes("key_batch")
          ? writeFileAtomic(path, damage(String(data)), what === "rights for everybody" ? { mode: 0o644 } : how)
          : writeFileAtomic(path, data, how);
      expect((await thrownBy(() => generate({ write }))).code).to.equal(code);
      // The run is not called finished.
      expect(existsSync(join(folder, "unfinished_run.json"))).to.equal(true);
    });
});

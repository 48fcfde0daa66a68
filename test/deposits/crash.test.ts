import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect } from "chai";
import { bytesToHex } from "viem";

import { networkByName } from "../../chain/networks.ts";
import { createDeposits, type CreateOptions } from "../../deposits/create.ts";
import { nextIndex } from "../../deposits/index-ledger.ts";
import { deriveSigningKeys, fingerprintOf, masterKeyOf } from "../../deposits/keys.ts";
import { decryptKeystore } from "../../deposits/keystore.ts";
import { withFolderLock } from "../../deposits/run/folder-lock.ts";
import { credentialsOf } from "../../deposits/terms.ts";
import { writeFileAtomic } from "../../runtime/atomic-file.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { thrownBy } from "../chain/support/thrown.ts";

const mnemonic = `${"abandon ".repeat(23)}art`;
const password = "correct horse";
const COUNT = 5;
const child = fileURLToPath(new URL("support/create-child.ts", import.meta.url));
const secrets = deriveSigningKeys(mnemonic, 0, 3 * COUNT).map(({ secretKey }) => bytesToHex(secretKey).slice(2));

type Made = { startIndex: number; pubkeys: string[] };

/** Runs a process to its end, or kills it so many progress lines and milliseconds after its start. */
function run(folder: string, { resume = false, killAt }: { resume?: boolean; killAt?: { lines: number; ms: number } }) {
  return new Promise<{ made: Made | undefined; stderr: string }>((resolve) => {
    const started = spawn(process.execPath, [child, folder, String(COUNT), resume ? "resume" : ""]);
    let [stdout, stderr] = ["", ""];
    let armed = killAt !== undefined;
    started.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString();
      if (!armed || killAt === undefined || stdout.split("\n").length <= killAt.lines) return;
      armed = false;
      setTimeout(() => started.kill("SIGKILL"), killAt.ms);
    });
    started.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    started.stdin.end(`${mnemonic}\n${password}\n`);
    started.on("close", () => {
      const made = /^made (.*)$/m.exec(stdout)?.[1];
      resolve({ made: made === undefined ? undefined : (JSON.parse(made) as Made), stderr });
    });
  });
}

/** Nothing in the folder is readable by others, or holds a key or the words in the open. */
function assertNothingExposed(folder: string): void {
  for (const name of readdirSync(folder)) {
    expect(statSync(join(folder, name)).mode & 0o077, name).to.equal(0);
    const text = readFileSync(join(folder, name), "latin1");
    expect(text.includes("abandon"), name).to.equal(false);
    expect(
      secrets.some((secret) => text.includes(secret)),
      name,
    ).to.equal(false);
  }
}

async function assertWhole(folder: string, pubkeys: readonly string[], startIndex: number): Promise<void> {
  const expected = deriveSigningKeys(mnemonic, startIndex, COUNT).map(({ pubkey }) => pubkey);
  expect(pubkeys).to.deep.equal(expected);
  const keystores = readdirSync(folder).filter((name) => name.startsWith("keystore-"));
  const opened = await Promise.all(
    keystores.map((name) => decryptKeystore(readFileSync(join(folder, name), "utf8"), password)),
  );
  expect(opened.map(({ pubkey }) => pubkey).filter((pubkey) => expected.includes(pubkey))).to.have.length(COUNT);
  expect(new Set(keystores.map((name) => name.split("-")[1])).size).to.equal(keystores.length);
  expect(readdirSync(folder).filter((name) => /\.tmp$|\.lock$|unfinished/.test(name))).to.deep.equal([]);
}

describe("a run that is interrupted", function () {
  this.timeout(180_000);
  let folder: string;
  beforeEach(() => (folder = join(mkdtempSync(join(tmpdir(), "ethstake-crash-")), "keys")));
  afterEach(() => rmSync(join(folder, ".."), { recursive: true }));

  const options = (changes: Partial<CreateOptions> = {}): CreateOptions => ({
    mnemonic,
    password,
    kdf: "pbkdf2",
    count: 2,
    network: networkByName("hoodi"),
    withdrawalCredentials: credentialsOf(`0x${"ab".repeat(20)}`, true),
    amountGwei: 32_000_000_000n,
    folder,
    ...changes,
  });
  const create = (changes: Partial<CreateOptions> = {}) => createDeposits(options(changes));
  const codeOf = async (changes: Partial<CreateOptions> = {}) => (await thrownBy(() => create(changes))).code;

  // Every progress line is a moment; the milliseconds after it are left to chance.
  for (const lines of [1, 2, 4, 6, 9])
    it(`INV-17 by kill -9 after ${lines} steps is resumed: no key lost, doubled or exposed`, async () => {
      const killAt = { lines, ms: randomInt(60) };
      let { made } = await run(folder, { killAt });
      if (made === undefined) {
        assertNothingExposed(folder);
        // Killed once more, then left alone.
        ({ made } = await run(folder, { resume: true, killAt: { lines: randomInt(1, 8), ms: randomInt(60) } }));
        assertNothingExposed(folder);
        if (made === undefined) {
          const last = await run(folder, { resume: true });
          expect(last.stderr).to.equal("");
          ({ made } = last);
        }
      }
      expect(made?.startIndex, JSON.stringify(killAt)).to.equal(0);
      await assertWhole(folder, made?.pubkeys ?? [], 0);
      assertNothingExposed(folder);
      const next = await create({ password: undefined });
      expect(next.startIndex).to.equal(COUNT);
    });

  it("INV-17 by a signal is resumed", async () => {
    const controller = new AbortController();
    const stop = { signal: controller.signal, onProgress: () => controller.abort("SIGINT") };
    expect(await codeOf(stop)).to.equal("ABORTED");
    expect(await codeOf({ ...stop, threads: 2, resume: true })).to.equal("ABORTED");
    expect((await create({ resume: true })).startIndex).to.equal(0);
    expect(await nextIndex(folder, fingerprintOf(masterKeyOf(mnemonic)))).to.equal(2);
  });

  it("INV-17 by a disk that is full or read-only at any file says so and is resumed", async () => {
    const fails = Object.assign(new Error("no space left"), { code: "ENOSPC" });
    let writes = 0;
    for (let failAt = 1; ; failAt++) {
      rmSync(folder, { recursive: true, force: true });
      writes = 0;
      const write: typeof writeFileAtomic = (path, data, how) =>
        ++writes === failAt
          ? Promise.reject(new EthStakeError("FILE_WRITE_FAILED", `Cannot write ${path}`, { cause: fails }))
          : writeFileAtomic(path, data, how);
      let failed = false;
      await create({ write }).catch((error: unknown) => {
        expect(error).to.include({ code: "FILE_WRITE_FAILED" });
        failed = true;
      });
      if (!failed) break;
      // Nothing was begun when not even the plan could be written.
      const made = await create(failAt === 1 ? {} : { resume: true });
      expect(made.startIndex).to.equal(0);
      expect(made.keystorePaths).to.have.length(2);
      assertNothingExposed(folder);
    }
    // The plan, the book of indices, two keystores, the deposit data.
    expect(writes).to.equal(5);
  });

  describe("and not resumed", () => {
    beforeEach(async () => {
      const stop = new Error("power cut");
      await create({
        onProgress: ({ step }) => {
          if (step === "sign") throw stop;
        },
      }).catch((error: unknown) => expect(error).to.equal(stop));
    });

    it("keeps others from beginning in the folder", async () => {
      expect(await codeOf()).to.equal("RUN_UNFINISHED");
      expect(await codeOf({ mnemonic: `${"abandon ".repeat(11)}about` })).to.equal("RUN_UNFINISHED");
    });

    for (const [what, changes] of [
      ["another mnemonic", { mnemonic: `${"abandon ".repeat(11)}about` }],
      ["another count", { count: 3 }],
      ["another network", { network: networkByName("mainnet") }],
      ["another amount", { amountGwei: 1_000_000_000n }],
      ["other credentials", { withdrawalCredentials: credentialsOf(`0x${"cd".repeat(20)}`, true) }],
      ["another way to lock keystores", { kdf: "scrypt" }],
      ["no keystores", { password: undefined }],
      ["another start", { startIndex: 7 }],
    ] as const)
      it(`refuses ${what}: nothing of two runs is mixed`, async () => {
        expect(await codeOf({ ...changes, resume: true })).to.equal("RUN_DIFFERS");
        expect((await create({ resume: true, startIndex: 0 })).deposits).to.have.length(2);
      });

    it("leaves its indices unused for ever when it is given up", async () => {
      rmSync(join(folder, "unfinished_run.json"));
      expect((await create()).startIndex).to.equal(2);
    });

    it("stops when nobody can tell what is left to do", async () => {
      writeFileSync(join(folder, "unfinished_run.json"), "{");
      expect(await codeOf({ resume: true })).to.equal("RUN_MALFORMED");
    });
  });

  it("with another password than before is found out before anything is locked with it", async () => {
    const keystores = () => readdirSync(folder).filter((name) => name.startsWith("keystore-"));
    const write: typeof writeFileAtomic = (path, data, how) =>
      path.includes("keystore-m_12381_3600_1")
        ? Promise.reject(new EthStakeError("FILE_WRITE_FAILED", "full"))
        : writeFileAtomic(path, data, how);
    expect(await codeOf({ write })).to.equal("FILE_WRITE_FAILED");
    expect(keystores()).to.have.length(1);
    expect(await codeOf({ resume: true, password: "wrong horse" })).to.equal("PASSWORD_WRONG");
    expect(keystores()).to.have.length(1);
    expect((await create({ resume: true })).keystorePaths).to.have.length(2);
  });

  it("is not resumed when none was", async () => {
    expect(await codeOf({ resume: true })).to.equal("NOTHING_TO_RESUME");
    await create();
    expect(await codeOf({ resume: true })).to.equal("NOTHING_TO_RESUME");
  });

  for (const [what, damage] of [
    ["cut off", (text: string) => text.slice(0, text.length / 2)],
    ["empty", () => ""],
    ["of another key", (text: string) => text.replace(/"pubkey": "../, '"pubkey": "aa')],
  ] as const)
    it(`with a file that is ${what} stops instead of trusting or overwriting it`, async () => {
      const stop = new Error("power cut");
      const onProgress: CreateOptions["onProgress"] = ({ step }) => {
        if (step === "verify") throw stop;
      };
      await create({ onProgress }).catch((error: unknown) => expect(error).to.equal(stop));
      for (const start of ["keystore-", "deposit_data-"]) {
        const path = join(folder, readdirSync(folder).find((name) => name.startsWith(start)) ?? "");
        const good = readFileSync(path, "utf8");
        rmSync(path);
        writeFileSync(path, damage(good), { mode: 0o600 });
        expect(await codeOf({ resume: true }), start).to.be.oneOf([
          "KEYSTORE_MALFORMED",
          "KEYSTORE_MISMATCH",
          "DEPOSIT_FILE_MALFORMED",
          "ROOT_MISMATCH",
        ]);
        expect(readFileSync(path, "utf8")).to.equal(damage(good));
        rmSync(path);
        writeFileSync(path, good, { mode: 0o600 });
      }
      expect((await create({ resume: true })).deposits).to.have.length(2);
    });

  it("with a file that others can read stops", async () => {
    const stop = new Error("power cut");
    const onProgress: CreateOptions["onProgress"] = ({ step }) => {
      if (step === "verify") throw stop;
    };
    await create({ onProgress }).catch((error: unknown) => expect(error).to.equal(stop));
    const path = join(folder, readdirSync(folder).find((name) => name.startsWith("keystore-")) ?? "");
    const text = readFileSync(path);
    rmSync(path);
    writeFileSync(path, text, { mode: 0o644 });
    expect(await codeOf({ resume: true })).to.equal("FILES_NOT_VERIFIED");
  });

  describe("the lock of a folder", () => {
    const lockFile = () => join(folder, "key_index.1234-abcdef01.lock");
    const holder = (changes: object = {}) => {
      const mine: Record<string, unknown> = {};
      return withFolderLock(folder, async () => {
        const name = readdirSync(folder).find((file) => file.endsWith(".lock")) ?? "";
        Object.assign(mine, JSON.parse(readFileSync(join(folder, name), "utf8")), changes);
      }).then(() => JSON.stringify(mine));
    };

    it("of a process that lives keeps others out", async () => {
      const text = await holder();
      writeFileSync(lockFile(), text);
      expect(await codeOf()).to.equal("FOLDER_LOCKED");
      expect(existsSync(lockFile())).to.equal(true);
    });

    for (const [what, changes] of [
      ["a process that is gone", { pid: 2 ** 22 + 1 }],
      ["a process whose number another one has now", { startedAt: "1" }],
      ["an earlier start of the machine", { boot: "00000000-0000-0000-0000-000000000000" }],
    ] as const)
      it(`of ${what} is taken away without anybody's help`, async () => {
        const text = await holder(changes);
        writeFileSync(lockFile(), text);
        expect((await create()).startIndex).to.equal(0);
        expect(existsSync(lockFile())).to.equal(false);
      });

    it("of another machine, or one that nobody can read, stays", async () => {
      for (const text of [await holder({ host: "elsewhere" }), "", "1\n"]) {
        writeFileSync(lockFile(), text);
        expect(await codeOf()).to.equal("FOLDER_LOCKED");
        expect(existsSync(lockFile())).to.equal(true);
      }
    });
  });
});

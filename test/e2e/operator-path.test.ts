import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { generateIdentity, identityToRecipient } from "age-encryption";
import { expect } from "chai";
import type { Hex } from "viem";

import { createBeaconApi, type BeaconApi } from "../../chain/beacon/api.ts";
import type { ValidatorStatus } from "../../chain/beacon/types.ts";
import { createMnemonic } from "../../deposits/mnemonic.ts";
import { deriveSigningKeys } from "../../deposits/keys.ts";
import { encodeInterchange } from "../../deposits/protection/interchange.ts";
import { fundedAccount, privateKeyOf, startDevnet, type Devnet } from "../../devnet/index.ts";
import { runCli } from "../../cli/run.ts";
import { drive } from "../../scripts/network/stage.ts";
import { TOKEN, startKeymanager } from "../deposits/support/keymanager.ts";

type Ran = { status: number; document: Record<string, unknown>; printed: string };

const PASSWORD = "correct horse battery staple";
const SLOTS_TO_ACTIVE = 200;
const SLOTS_TO_SILENCE = 24;
const owner = fundedAccount(3);

// The path of somebody who runs validators with nothing but the deposit builder, on a real network: every step is a
// command. Keys and words are made by it, and seen by nobody.
describe("the path of an operator, on a real network", () => {
  let net: Devnet;
  let beacon: BeaconApi;
  let folder: string;
  let mnemonic: string;
  let pubkeys: Hex[];
  let depositData: string;
  let context: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "ethstake-path-"));
    net = await startDevnet({ mode: "virtual" });
    beacon = createBeaconApi({ url: net.beaconUrl });
    await net.advance({ slots: 2 });
    mnemonic = createMnemonic("japanese");
    for (const [name, text] of [
      ["words", mnemonic],
      ["password", PASSWORD],
      ["key", privateKeyOf(owner)],
      ["token", TOKEN],
    ] as const)
      await writeFile(join(folder, name), `${text}\n`, { mode: 0o600 });
  });
  after(async () => {
    await net.stop();
    await rm(folder, { recursive: true });
  });

  /** Runs a command with --json, and lets slots pass while it waits. */
  const ethstake = (...argv: string[]): Promise<Ran> =>
    drive({ net, signal: new AbortController().signal }, async ({ needBlock }) => {
      let printed = "";
      let stdout = "";
      const status = await runCli([...argv, "--json", "--yes", "--network", "devnet"], {
        env: { ETHSTAKE_KEYSTORE_PASSWORD_FILE: join(folder, "password") },
        stdout: { write: (text) => (stdout += text) },
        stderr: { write: (text) => (printed += text) },
        onSent: needBlock,
        pollingIntervalMs: 20,
        clock: { now: () => net.now(), sleep: async () => void (await net.advance({ slots: 2 })) },
      });
      const document = JSON.parse(stdout) as Record<string, unknown>;
      expect(printed + stdout).not.to.include(mnemonic.slice(0, 12));
      expect(printed + stdout).not.to.include(PASSWORD);
      return { status, document, printed };
    });
  const online = () => ["--consensus", net.beaconUrl, "--execution", net.executionUrl];
  const prepare = async () => {
    context = join(folder, `context-${net.slot()}.json`);
    const asked = ["--pubkeys", pubkeys.join(","), "--out", context, "--consensus", net.beaconUrl];
    const { status, document } = await ethstake("deposits", "prepare", ...asked);
    expect(status, JSON.stringify(document)).to.equal(0);
    expect(status).to.equal(0);
    return ["--offline", "--context", context, "--context-hash", String(document["sha256"]).slice(2)];
  };
  const codes = ({ document }: Ran) => {
    expect(document, JSON.stringify(document)).to.include.keys("problems");
    return (document["problems"] as { code: string }[]).map(({ code }) => code);
  };
  const statuses = async (): Promise<ValidatorStatus[]> =>
    (await beacon.validators("head", pubkeys)).map(({ status }) => status);
  const advanceUntil = async (holds: () => Promise<boolean>) => {
    for (let slots = 0; slots < SLOTS_TO_ACTIVE && !(await holds()); slots += 4) await net.advance({ slots: 4 });
    expect(await holds()).to.equal(true);
  };

  it("makes keys and deposit data from Japanese words", async () => {
    const { status, document } = await ethstake(
      ...["deposits", "create", "--mnemonic-file", join(folder, "words"), "--count", "2", "--compounding"],
      ...["--withdrawal-address", owner.address, "--kdf", "pbkdf2", "--out", join(folder, "keys"), "--offline"],
    );
    expect(status, JSON.stringify(document)).to.equal(0);
    pubkeys = document["pubkeys"] as Hex[];
    depositData = String(document["depositDataPath"]);
    expect(pubkeys).to.have.length(2);
  });

  it("verifies them without a network and with one", async () => {
    const offline = await ethstake("deposits", "verify", depositData, ...(await prepare()));
    expect([offline.status, codes(offline)]).to.deep.equal([0, []]);
    const asked = await ethstake("deposits", "verify", depositData, "--consensus", net.beaconUrl);
    expect([asked.status, codes(asked)]).to.deep.equal([0, []]);
    expect(asked.document["sources"]).to.deep.equal([net.beaconUrl]);
  });

  it("submits them, once however often it is told to", async () => {
    const submit = ["deposits", "submit", depositData, "--private-key-file", join(folder, "key"), ...online()];
    const first = await ethstake(...submit);
    expect(first.status, JSON.stringify(first.document)).to.equal(0);
    expect(first.document["sent"]).to.have.length(2);
    const again = await ethstake(...submit);
    expect(again.document).to.deep.include({ already: pubkeys, sent: [] });
    expect(codes(await ethstake("deposits", "verify", depositData, ...online()))).to.deep.equal([
      "KEY_PENDING",
      "KEY_PENDING",
    ]);
  });

  it("sees them become active", async () => {
    const keys = deriveSigningKeys(mnemonic, 0, 2);
    expect(keys.map(({ pubkey }) => pubkey)).to.deep.equal(pubkeys);
    const feeRecipient = owner.address;
    await net.addValidators(keys.map(({ secretKey }) => ({ secretKey, feeRecipient })));
    await advanceUntil(async () => {
      const now = await statuses();
      return now.length === 2 && now.every((status) => status === "active_ongoing");
    });
    expect(codes(await ethstake("deposits", "verify", depositData, ...online()))).to.deep.equal([
      "KEY_EXISTS",
      "KEY_EXISTS",
    ]);
  });

  it("signs their exits offline: one kind locked with a password, one to a public key", async () => {
    const identity = await generateIdentity();
    await writeFile(join(folder, "identity"), `# a comment\n${identity}\n`, { mode: 0o600 });
    const keys = ["--keystores", join(folder, "keys"), ...(await prepare())];
    const recipient = await identityToRecipient(identity);
    const sealed = await ethstake("exits", "sign", ...keys, "--recipient", recipient, "--out", join(folder, "sealed"));
    expect(sealed.status, JSON.stringify(sealed.document)).to.equal(0);
    const locked = await ethstake(
      ...["exits", "sign", ...keys, "--exit-password-file", join(folder, "password"), "--out", join(folder, "locked")],
    );
    expect(locked.status, JSON.stringify(locked.document)).to.equal(0);
    for (const name of ["sealed", "locked"])
      for (const file of await readdir(join(folder, name)))
        expect(await readFile(join(folder, name, file), "utf8")).not.to.include("validator_index");
  });

  it("INC-08 does not move keys that sign elsewhere, moves them when they are silent", async () => {
    const { genesisValidatorsRoot } = await beacon.genesis();
    const protection = encodeInterchange({
      genesisValidatorsRoot,
      keys: pubkeys.map((pubkey) => ({ pubkey, blocks: [{ slot: 1n, signingRoot: undefined }], attestations: [] })),
    });
    const [old, fresh] = await Promise.all([startKeymanager(pubkeys, protection), startKeymanager([])]);
    const migrate = (state: string) =>
      ethstake(
        ...["validators", "migrate", "--from", old.url, "--to", fresh.url, "--keystores", join(folder, "keys")],
        ...["--from-token-file", join(folder, "token"), "--to-token-file", join(folder, "token")],
        ...["--folder", join(folder, state), "--epochs", "1", "--consensus", net.beaconUrl],
      );
    try {
      // The devnet's validator client goes on with them: a copy that the old client knows nothing of.
      const refused = await migrate("first");
      expect(refused.document["error"], JSON.stringify(refused.document)).to.include({ code: "KEY_SEEN_SIGNING" });
      expect(fresh.keys.size).to.equal(0);
      await net.setOffline(pubkeys);
      // The epoch in which they fell silent is among those that are looked at until three have begun after it.
      await net.advance({ slots: SLOTS_TO_SILENCE });
      const moved = await migrate("first");
      expect(moved.status, JSON.stringify(moved.document)).to.equal(0);
      expect([...fresh.keys]).to.have.members(pubkeys);
      await net.setOnline(pubkeys);
    } finally {
      await Promise.all([old.close(), fresh.close()]);
    }
  });

  it("exits with what was signed before", async () => {
    const [sealed = ""] = await readdir(join(folder, "sealed"));
    const [, locked = ""] = (await readdir(join(folder, "locked"))).sort();
    const files = [join(folder, "sealed", sealed), join(folder, "locked", locked)];
    const secrets = ["--identity-file", join(folder, "identity"), "--exit-password-file", join(folder, "password")];
    const verified = await ethstake("exits", "verify", ...files, ...secrets, "--consensus", net.beaconUrl);
    expect(verified.document, JSON.stringify(verified.document)).to.include({ ok: true });
    const { status, document } = await ethstake("exits", "send", ...files, ...secrets, "--consensus", net.beaconUrl);
    expect(status, JSON.stringify(document)).to.equal(0);
    await net.advance({ slots: 4 });
    const again = await ethstake("exits", "send", ...files, ...secrets, "--consensus", net.beaconUrl);
    expect(again.status).to.equal(0);
    expect((again.document["exits"] as { code: string }[]).map(({ code }) => code)).to.deep.equal([
      "EXITING_ALREADY",
      "EXITING_ALREADY",
    ]);
    await advanceUntil(async () =>
      (await statuses()).every((status) => status.startsWith("exited") || status.startsWith("withdrawal")),
    );
  });
});

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import type { Hex } from "viem";

import { deriveSigningKeys } from "../../deposits/keys.ts";
import { encryptKeystore } from "../../deposits/keystore.ts";
import { createKeymanager } from "../../deposits/migrate/keymanager.ts";
import { migrateValidators, type MigrateOptions } from "../../deposits/migrate/migrate.ts";
import { encodeInterchange, parseInterchange } from "../../deposits/protection/interchange.ts";
import { thrownBy } from "../chain/support/thrown.ts";
import { TOKEN, startKeymanager, type KeymanagerStub } from "./support/keymanager.ts";
import { startQuietChain, type QuietChain } from "./support/quiet-chain.ts";

const password = "correct horse";
const keys = deriveSigningKeys(`${"abandon ".repeat(23)}art`, 0, 2);
const pubkeys = keys.map(({ pubkey }) => pubkey);
const root: Hex = `0x${"04".repeat(32)}`;
const feeRecipient = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const signed = (slot: bigint, of: readonly Hex[] = pubkeys) =>
  encodeInterchange({
    genesisValidatorsRoot: root,
    keys: of.map((pubkey) => ({
      pubkey,
      blocks: [{ slot, signingRoot: undefined }],
      attestations: [{ sourceEpoch: 98n, targetEpoch: 99n, signingRoot: undefined }],
    })),
  });

describe("migrating validators", () => {
  let folder: string;
  let from: KeymanagerStub;
  let to: KeymanagerStub;
  let chain: QuietChain;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "ethstake-migrate-"));
    for (const [i, key] of keys.entries())
      writeFileSync(join(folder, `keystore-${i}.json`), await encryptKeystore(key, password, "pbkdf2"));
  });
  after(() => rmSync(folder, { recursive: true }));
  beforeEach(async () => {
    [from, to, chain] = await Promise.all([
      startKeymanager(pubkeys, signed(7n)),
      startKeymanager([]),
      startQuietChain(100),
    ]);
    chain.validators = pubkeys.map((pubkey, index) => ({ pubkey, index, activationEpoch: 5 }));
  });
  afterEach(async () => {
    await Promise.all([from.close(), to.close(), chain.close()]);
    rmSync(join(folder, "state"), { recursive: true, force: true });
  });

  const options = (changes: Partial<MigrateOptions> = {}): MigrateOptions => ({
    from: createKeymanager({ url: from.url, token: TOKEN }),
    to: createKeymanager({ url: to.url, token: TOKEN }),
    nodes: [chain.node],
    keystores: [folder],
    password,
    genesisValidatorsRoot: root,
    epochs: 2,
    folder: join(folder, "state"),
    clock: chain.clock,
    ...changes,
  });
  const codeOf = async (changes: Partial<MigrateOptions> = {}) =>
    (await thrownBy(() => migrateValidators(options(changes)))).code;

  it("INC-08 deletes, waits for silent final epochs, and imports with what was signed", async () => {
    for (const pubkey of pubkeys) from.feeRecipients.set(pubkey, feeRecipient);
    const stages: string[] = [];
    let importedAt = 0;
    to.onImport = () => void (importedAt = Math.floor(chain.slot / 8));
    from.onDelete = () => expect([...to.keys]).to.deep.equal([]);
    const migrated = await migrateValidators(
      options({ onStage: (stage, epoch) => void stages.push(epoch === undefined ? stage : `${stage} ${epoch}`) }),
    );
    expect(migrated.pubkeys).to.deep.equal(pubkeys);
    expect([...from.keys]).to.deep.equal([]);
    expect([...to.keys]).to.deep.equal(pubkeys);
    // What was signed in epoch 101 or before is not looked at; 102 and 103 are, and 105 must be final.
    expect(stages).to.deep.equal(["deleting", "proving", "quiet 102", "quiet 103", "importing", "done"]);
    expect(importedAt).to.be.at.least(107);
    const given = parseInterchange(to.importedProtection[0] ?? "");
    expect(given.keys.map(({ pubkey }) => pubkey)).to.deep.equal(pubkeys);
    expect(given.keys[0]?.blocks[0]?.slot).to.equal(7n);
    expect([...to.feeRecipients.values()]).to.deep.equal([feeRecipient, feeRecipient]);
    expect(readFileSync(migrated.protectionPath, "utf8")).to.equal(signed(7n));
    for (const server of [from, to])
      for (const { body } of server.seen)
        expect(body.includes("correct horse")).to.equal(server === to && body !== "" && body.includes("passwords"));
  });

  it("merges more protection that is known, so that the new client forbids all of it", async () => {
    const more = join(folder, "more.json");
    writeFileSync(more, signed(900n));
    await migrateValidators(options({ protectionFiles: [more] }));
    rmSync(more);
    expect(parseInterchange(to.importedProtection[0] ?? "").keys[0]?.blocks.map(({ slot }) => slot)).to.deep.equal([
      900n,
    ]);
  });

  it("INC-08 refuses a key that both clients have, and deletes nothing", async () => {
    to.keys.add(pubkeys[1]!);
    expect(await codeOf()).to.equal("KEY_IN_TWO_PLACES");
    to.keys.clear();
    to.remoteKeys.add(pubkeys[0]!);
    expect(await codeOf()).to.equal("KEY_IN_TWO_PLACES");
    expect(from.keys.size).to.equal(2);
    expect(existsSync(join(folder, "state", "migration.json"))).to.equal(false);
  });

  it("refuses keys that the old client does not have, a wrong password, and a wrong token, and deletes nothing", async () => {
    from.keys.delete(pubkeys[0]!);
    expect(await codeOf()).to.equal("KEY_NOT_THERE");
    expect(await codeOf({ password: "wrong horse" })).to.equal("PASSWORD_WRONG");
    expect(await codeOf({ epochs: 0 })).to.equal("EPOCHS_INVALID");
    expect(from.seen.filter(({ method }) => method === "DELETE")).to.deep.equal([]);
  });

  for (const [what, protection, code] of [
    ["is empty", "", "PROTECTION_MALFORMED"],
    ["has no key", encodeInterchange({ genesisValidatorsRoot: root, keys: [] }), "KEY_UNPROTECTED"],
    ["leaves one key out", signed(7n, [pubkeys[0]!]), "KEY_UNPROTECTED"],
    [
      "has a key with nothing signed",
      encodeInterchange({
        genesisValidatorsRoot: root,
        keys: pubkeys.map((pubkey) => ({ pubkey, blocks: [], attestations: [] })),
      }),
      "PROTECTION_EMPTY",
    ],
    ["is of another network", signed(7n).replace("0404", "0505"), "WRONG_NETWORK"],
  ] as const)
    it(`INC-08 refuses protection that ${what}, and imports nothing`, async () => {
      from.protection = protection;
      expect(await codeOf()).to.equal(code);
      // Not on the second try either.
      expect(await codeOf()).to.equal(code);
      expect(to.keys.size).to.equal(0);
    });

  it("takes empty protection for keys that never were active", async () => {
    from.protection = encodeInterchange({ genesisValidatorsRoot: root, keys: [] });
    chain.validators = [{ pubkey: pubkeys[0]!, index: 0, activationEpoch: Infinity, status: "pending_queued" }].map(
      (record) => ({ ...record, activationEpoch: 10_000 }),
    );
    await migrateValidators(options());
    expect([...to.keys]).to.deep.equal(pubkeys);
  });

  describe("INC-08 imports nothing when a key is seen signing", () => {
    const refuses = async () => {
      const error = await thrownBy(() => migrateValidators(options()));
      expect(error.code).to.equal("KEY_SEEN_SIGNING");
      expect(to.keys.size).to.equal(0);
      return error;
    };

    for (const epoch of [102, 103])
      it(`on the network, in epoch ${epoch}`, async () => {
        chain.live.set(epoch, 1);
        expect((await refuses()).details).to.include({ pubkey: pubkeys[1], epoch });
      });

    for (const epoch of [102, 103])
      it(`in a vote that the chain holds, of epoch ${epoch}, which nobody heard of before`, async () => {
        chain.voted.set(epoch, 0);
        expect((await refuses()).details).to.include({ pubkey: pubkeys[0], epoch });
      });

    it("in a block", async () => {
      chain.proposers.set(103 * 8 + 7, 1);
      expect((await refuses()).details).to.include({ pubkey: pubkeys[1], epoch: 103 });
    });

    it("while it waits, at once", async () => {
      chain.onWait = (epoch) => {
        if (epoch === 103) chain.live.set(103, 0);
      };
      await refuses();
      expect(Math.floor(chain.slot / 8)).to.equal(103);
    });

    it("by the second of two nodes", async () => {
      const second = await startQuietChain(100);
      second.validators = chain.validators;
      second.live.set(102, 0);
      const clock = {
        ...chain.clock,
        sleep: async () => void (await Promise.all([chain.clock.sleep(1), second.clock.sleep(1)])),
      };
      expect(await codeOf({ nodes: [chain.node, second.node], clock })).to.equal("KEY_SEEN_SIGNING");
      await second.close();
    });
  });

  it("does not mind what was signed up to the deletion, nor slots without a block", async () => {
    chain.live.set(101, 0);
    chain.voted.set(101, 0);
    for (const slot of [102 * 8 + 3, 103 * 8 + 7, 104 * 8 + 7]) chain.proposers.set(slot, undefined);
    await migrateValidators(options());
    expect(to.keys.size).to.equal(2);
  });

  it("does not take a chain that was left for a proof", async () => {
    // The block that was read for epoch 102 is replaced before it is final.
    chain.onWait = (epoch) => {
      if (epoch === 105) chain.forks.set(103 * 8 + 7, "f");
    };
    const stages: (number | undefined)[] = [];
    await migrateValidators(options({ onStage: (stage, epoch) => void (stage === "quiet" && stages.push(epoch)) }));
    expect(stages).to.deep.equal([103, 104]);
  });

  it("does not take a node's ignorance for silence", async () => {
    chain.forgetsLiveness = true;
    expect(await codeOf()).to.equal("PROOF_UNAVAILABLE");
    chain.forgetsLiveness = false;
    chain.hasNoRewards = true;
    expect(await codeOf()).to.equal("PROOF_UNAVAILABLE");
    expect(to.keys.size).to.equal(0);
  });

  it("begins to count again after an epoch that nobody can tell of", async () => {
    const epochs: (number | undefined)[] = [];
    chain.onWait = (epoch) => void (chain.forgetsLiveness = epoch === 103 || epoch === 104);
    await migrateValidators(options({ onStage: (stage, epoch) => void (stage === "quiet" && epochs.push(epoch)) }));
    expect(epochs.slice(-2)).to.deep.equal([104, 105]);
    expect(to.keys.size).to.equal(2);
  });

  it("believes no client that goes on with keys which it says are deleted", async () => {
    from.keepsKeys = true;
    expect(await codeOf()).to.equal("DELETE_FAILED");
    from.keepsKeys = false;
    from.deleteStatus = "error";
    expect(await codeOf()).to.equal("DELETE_FAILED");
    expect(to.keys.size).to.equal(0);
  });

  it("stops when the keys are put back into the old client while it waits", async () => {
    chain.onWait = () => void from.keys.add(pubkeys[0]!);
    expect(await codeOf()).to.equal("KEY_IN_TWO_PLACES");
    expect(to.keys.size).to.equal(0);
  });

  for (const [status, code] of [
    ["duplicate", "KEY_IN_TWO_PLACES"],
    ["error", "IMPORT_FAILED"],
  ] as const)
    it(`tells when the new client answers ${status}`, async () => {
      to.importStatus = status;
      expect(await codeOf()).to.equal(code);
    });

  it("INV-17 goes on where it was interrupted, whatever the moment, and imports once", async () => {
    for (const stop of ["deleting", "proving", "quiet", "importing"]) {
      const state = join(folder, `state-${stop}`);
      const [old, fresh] = await Promise.all([startKeymanager(pubkeys, signed(7n)), startKeymanager([])]);
      const again = (onStage?: (stage: string) => void) =>
        migrateValidators({
          ...options(),
          from: createKeymanager({ url: old.url, token: TOKEN }),
          to: createKeymanager({ url: fresh.url, token: TOKEN }),
          folder: state,
          ...(onStage === undefined ? {} : { onStage }),
        });
      const powerCut = new Error("power cut");
      await again((stage) => {
        if (stage === stop) throw powerCut;
      }).then(
        () => expect.fail("it was not interrupted"),
        (error: unknown) => expect(error).to.equal(powerCut),
      );
      // Longer than any node remembers.
      chain.slot += 20 * 8;
      if (stop !== "importing") expect(fresh.keys.size, stop).to.equal(0);
      await again();
      await again();
      expect([old.keys.size, fresh.keys.size], stop).to.deep.equal([0, 2]);
      expect(fresh.importedProtection, stop).to.have.length(1);
      await Promise.all([old.close(), fresh.close()]);
      rmSync(state, { recursive: true });
    }
  });

  it("a dry run looks and changes nothing", async () => {
    await migrateValidators(options({ dryRun: true }));
    expect([from.keys.size, to.keys.size]).to.deep.equal([2, 0]);
    expect(existsSync(join(folder, "state", "migration.json"))).to.equal(false);
    expect([...from.seen, ...to.seen].filter(({ method }) => method !== "GET")).to.deep.equal([]);
  });

  it("refuses to go on with other keys or clients than it began with", async () => {
    await migrateValidators(options());
    expect(await codeOf({ keystores: [join(folder, "keystore-0.json")] })).to.equal("MIGRATION_OTHER");
  });
});

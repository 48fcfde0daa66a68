import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { generateIdentity, identityToRecipient } from "age-encryption";
import { expect } from "chai";
import type { Hex } from "viem";

import { createBeaconApi } from "../../chain/beacon/api.ts";
import { createValidatorApi } from "../../chain/beacon/validator-api.ts";
import { networkByName } from "../../chain/networks.ts";
import { checkExits } from "../../chain/exits/check.ts";
import { exitDomainOf, signExit } from "../../chain/exits/exit.ts";
import { decodeExitFile, encodeExitFile, exitFileName, type ExitProtection } from "../../chain/exits/exit-file.ts";
import { preSignExits } from "../../deposits/exits/pre-sign.ts";
import { sendExit } from "../../chain/exits/send.ts";
import { listKeystores, listPubkeys, withEachKey } from "../../deposits/key-source.ts";
import { deriveSigningKeys } from "../../deposits/keys.ts";
import { encryptKeystore } from "../../deposits/keystore.ts";
import { createTopUps } from "../../deposits/top-up.ts";
import { credentialsOf } from "../../deposits/terms.ts";
import { startServer } from "../chain/support/http-server.ts";
import { thrownBy } from "../chain/support/thrown.ts";
import { startQuietChain } from "./support/quiet-chain.ts";

const mnemonic = `${"abandon ".repeat(23)}art`;
const password = "correct horse";
const keys = deriveSigningKeys(mnemonic, 0, 2);
const hoodi = networkByName("hoodi");
const domain = exitDomainOf(hoodi);
const exit = signExit(keys[0]!.secretKey, { epoch: 5, validatorIndex: 77 }, domain);
const fast = { password, kdf: "pbkdf2" } as const;

describe("exit files", () => {
  it("are what the Beacon API takes", async () => {
    const text = await encodeExitFile(exit, undefined);
    expect(JSON.parse(text)).to.deep.equal({
      message: { epoch: "5", validator_index: "77" },
      signature: exit.signature,
    });
    expect(await decodeExitFile(text)).to.deep.equal(exit);
    expect(exitFileName(exit, 9, undefined)).to.equal("signed_exit_transaction-77-9.json");
  });

  it("open again with what they were locked with, and with nothing else", async () => {
    const [identity, other] = [await generateIdentity(), await generateIdentity()];
    const locked = await encodeExitFile(exit, fast);
    const sealed = await encodeExitFile(exit, { recipients: [await identityToRecipient(identity)] });
    for (const text of [locked, sealed]) expect(text).not.to.include(exit.signature.slice(10, 40));
    expect(JSON.parse(locked)).to.include({ version: 4 });
    expect(await decodeExitFile(locked, { password })).to.deep.equal(exit);
    expect(await decodeExitFile(sealed, { identity })).to.deep.equal(exit);
    const codes = await Promise.all(
      [
        [locked, {}],
        [sealed, { password }],
        [locked, { password: "wrong horse" }],
        [sealed, { identity: other }],
        [sealed.slice(0, -60), { identity }],
        [locked.slice(0, -60), { password }],
      ].map(async ([text, secrets]) => (await thrownBy(() => decodeExitFile(text as string, secrets as object))).code),
    );
    expect(codes).to.deep.equal([
      "EXIT_ENCRYPTED",
      "EXIT_ENCRYPTED",
      "PASSWORD_WRONG",
      "IDENTITY_WRONG",
      "IDENTITY_WRONG",
      "EXIT_MALFORMED",
    ]);
  });

  it("are encrypted to several people, each of whom can open them", async () => {
    const identities = await Promise.all([generateIdentity(), generateIdentity()]);
    const recipients = await Promise.all(identities.map((identity) => identityToRecipient(identity)));
    const sealed = await encodeExitFile(exit, { recipients });
    for (const identity of identities) expect(await decodeExitFile(sealed, { identity })).to.deep.equal(exit);
    for (const recipient of ["age1abc", "", "ssh-ed25519 AAAA", identities[0]!])
      expect((await thrownBy(() => encodeExitFile(exit, { recipients: [recipient] }))).code).to.equal(
        "RECIPIENT_INVALID",
      );
  });

  it("of another shape are refused", async () => {
    for (const text of ["", "[]", '{"message":{"epoch":5,"validator_index":"77"},"signature":"0x12"}'])
      expect((await thrownBy(() => decodeExitFile(text))).code).to.equal("EXIT_MALFORMED");
  });

  it("cannot be signed where the network is not known for sure", async () => {
    expect((await thrownBy(() => exitDomainOf(networkByName("devnet")))).code).to.equal("GENESIS_ROOT_UNKNOWN");
  });
});

describe("keys that exist", () => {
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "ethstake-exits-"));
    for (const [i, key] of keys.entries())
      writeFileSync(join(folder, `keystore-${i}.json`), await encryptKeystore(key, password, "pbkdf2"));
    writeFileSync(join(folder, "deposit_data-1.json"), "[]");
  });
  after(() => rmSync(folder, { recursive: true }));
  const pubkeys = keys.map(({ pubkey }) => pubkey);

  it("are the same from keystores and from words, and are overwritten after use", async () => {
    const seen: Uint8Array[] = [];
    const look = ({ secretKey, pubkey }: { secretKey: Uint8Array; pubkey: Hex }) => {
      seen.push(secretKey);
      expect(secretKey.some((byte) => byte !== 0)).to.equal(true);
      return pubkey;
    };
    expect(await withEachKey({ keystores: [folder], password }, look)).to.deep.equal(pubkeys);
    expect(await withEachKey({ mnemonic, startIndex: 0, count: 2 }, look)).to.deep.equal(pubkeys);
    for (const key of seen) expect(key.every((byte) => byte === 0)).to.equal(true);
    expect(await listPubkeys({ keystores: [join(folder, "keystore-1.json")], password })).to.deep.equal([pubkeys[1]]);
    expect(await listPubkeys({ mnemonic, startIndex: 1, count: 1 })).to.deep.equal([pubkeys[1]]);
  });

  it("that cannot be opened are named", async () => {
    const wrong = await thrownBy(() => withEachKey({ keystores: [folder], password: "wrong horse" }, () => undefined));
    expect(wrong.code).to.equal("PASSWORD_WRONG");
    expect(wrong.message).to.include("keystore-0.json").and.not.include("wrong horse");
    for (const path of [join(folder, "none.json"), mkdtempSync(join(folder, "empty-"))])
      expect((await thrownBy(() => listKeystores([path]))).code).to.equal("KEYSTORE_MISSING");
  });

  it("sign exits, each into a file of its own that is read again", async () => {
    const protections: [string, ExitProtection][] = [
      ["open", undefined],
      ["locked", fast],
      ["sealed", { recipients: [await identityToRecipient(await generateIdentity())] }],
    ];
    for (const [name, protection] of protections) {
      const out = join(folder, name);
      const options = { domain, protection, folder: out, epoch: 5, stamp: 9, keys: { keystores: [folder], password } };
      const validatorIndices = new Map(pubkeys.map((pubkey, i) => [pubkey, 77 + i]));
      const made = await preSignExits({ ...options, validatorIndices });
      expect(made.map(({ pubkey, validatorIndex, epoch }) => [pubkey, validatorIndex, epoch])).to.deep.equal([
        [pubkeys[0], 77, 5],
        [pubkeys[1], 78, 5],
      ]);
      for (const file of readdirSync(out)) expect(statSync(join(out, file)).mode & 0o777).to.equal(0o600);
      if (name === "open") expect(await decodeExitFile(readFileSync(made[0]!.path, "utf8"))).to.deep.equal(exit);
      expect((await thrownBy(() => preSignExits({ ...options, validatorIndices }))).code).to.equal("FILE_EXISTS");
      const unknown = { ...options, validatorIndices: new Map<Hex, number>() };
      expect((await thrownBy(() => preSignExits(unknown))).code).to.equal("VALIDATOR_UNKNOWN");
    }
  });

  it("sign top-ups that are deposits of the same validators", async () => {
    const options = { network: hoodi, withdrawalCredentials: credentialsOf(`0x${"ab".repeat(20)}`, true), folder };
    const source = { keystores: [folder], password };
    const clock = { now: () => 2_000, sleep: async () => undefined };
    const { deposits, path } = await createTopUps({ ...options, clock, keys: source, amountGwei: 2_000_000_000_000n });
    expect(deposits.map(({ pubkey }) => pubkey)).to.deep.equal(pubkeys);
    expect(path).to.equal(join(folder, "deposit_data-2000.json"));
    const twice = { ...source, keystores: [folder, join(folder, "keystore-0.json")] };
    expect((await thrownBy(() => createTopUps({ ...options, keys: twice, amountGwei: 1_000_000_000n }))).code).to.equal(
      "KEY_DUPLICATE",
    );
    expect((await thrownBy(() => createTopUps({ ...options, keys: source, amountGwei: 1n }))).code).to.equal(
      "AMOUNT_OUT_OF_RANGE",
    );
  });
});

describe("exits and the chain", () => {
  it("finds what a chain would not take, by its own rules", async () => {
    const chain = await startQuietChain(300);
    const beacon = createBeaconApi({ url: chain.url });
    const at = (index: number, activationEpoch: number, exitEpoch?: number) => ({
      pubkey: keys[0]!.pubkey,
      index,
      activationEpoch,
      ...(exitEpoch === undefined ? {} : { exitEpoch }),
    });
    chain.validators = [at(1, 5), at(2, 200), at(3, 5, 310), at(4, 400), { ...at(5, 5), pubkey: keys[1]!.pubkey }];
    const signed = (validatorIndex: number, epoch = 5, of = domain) =>
      signExit(keys[0]!.secretKey, { epoch, validatorIndex }, of);
    const exits = [
      signed(1),
      signed(2),
      signed(3),
      signed(4),
      signed(5),
      signed(6),
      signed(1, 301),
      signed(1, 5, { ...domain, genesisValidatorsRoot: `0x${"01".repeat(32)}` }),
      signed(1, 5, { ...domain, capellaForkVersion: "0x05000000" }),
    ];
    const verdicts = await checkExits(beacon, exits, domain);
    await chain.close();
    expect(verdicts.map(({ problem }) => problem?.code)).to.deep.equal([
      undefined,
      "TOO_YOUNG",
      "EXITING_ALREADY",
      "NOT_ACTIVE",
      "SIGNATURE_INVALID",
      "VALIDATOR_UNKNOWN",
      "EXIT_TOO_EARLY",
      "SIGNATURE_INVALID",
      "SIGNATURE_INVALID",
    ]);
    expect(verdicts.filter(({ problem }) => problem?.done)).to.have.length(1);
  });

  it("are given to every node; what one refuses does not keep it from the others", async () => {
    const taking = await startServer(() => ({ status: 200, body: "" }));
    const refusing = await startServer(() => ({ status: 400, body: { message: "no" } }));
    const nodes = [refusing.url, taking.url, "http://127.0.0.1:1"].map((url) =>
      createValidatorApi({ url, attempts: 1 }),
    );
    const answers = await sendExit(nodes, exit);
    await Promise.all([taking.close(), refusing.close()]);
    expect(answers.map(({ accepted, code }) => code ?? accepted)).to.deep.equal([
      "BEACON_REFUSED",
      true,
      "BEACON_UNREACHABLE",
    ]);
    expect(JSON.parse(taking.seen[0]?.body ?? "")).to.deep.equal({
      message: { epoch: "5", validator_index: "77" },
      signature: exit.signature,
    });
  });
});

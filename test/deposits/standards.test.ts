// Vectors that the standards publish, and other tools.
import { createDecipheriv, createHash, pbkdf2Sync } from "node:crypto";

import { SecretKey } from "@chainsafe/blst";
import { deriveKeyFromEntropy, deriveKeyFromMaster } from "@chainsafe/bls-keygen";
import { expect } from "chai";
import { bytesToHex, hexToBytes, type Hex } from "viem";

import { deriveSigningKeys, masterKeyOf } from "../../deposits/keys.ts";
import { decryptSecret, encryptSecret } from "../../chain/keys/encrypted-secret.ts";
import { decryptKeystore, encryptKeystore } from "../../deposits/keystore.ts";
import { isExitValid, signExit } from "../../chain/exits/exit.ts";
import { depositDataRoot, depositMessageRoot, signDeposit } from "../../deposits/deposit-data.ts";
import { networkByName } from "../../chain/networks.ts";
import { LANGUAGES, createMnemonic, seedOfMnemonic } from "../../deposits/mnemonic.ts";
import { thrownBy } from "../chain/support/thrown.ts";

const about = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";
const art = `${"abandon ".repeat(23)}art`;

describe("BIP-39", () => {
  // https://github.com/trezor/python-mnemonic/blob/master/vectors.json
  for (const [mnemonic, seed] of [
    [
      about,
      "0xc55257c360c07c72029aebc1b53c05ed0362ada38ead3e3e9efa3708e53495531f09a6987599d18264c1e1c92f2cf141630c7a3c4ab7c81b2f001698e7463b04",
    ],
    [
      "legal winner thank year wave sausage worth useful legal winner thank yellow",
      "0x2e8905819b8723fe2c1d161860e5ee1830318dbf49a83bd451cfb8440c28bd6fa457fe1296106559a3c80937a1c1069be3a3a5bd381ee6260e8d9739fce1f607",
    ],
  ] as const)
    it(`seed of "${mnemonic.slice(0, 20)}..."`, () => {
      expect(bytesToHex(seedOfMnemonic(mnemonic, "TREZOR"))).to.equal(seed);
      expect(bytesToHex(seedOfMnemonic(`  ${mnemonic.toUpperCase().replaceAll(" ", "  ")}\n`, "TREZOR"))).to.equal(
        seed,
      );
    });

  // https://github.com/bip32JP/bip32JP.github.io/blob/master/test_JP_BIP39.json
  it("seed of Japanese words with wide blanks and a passphrase that must be normalised", () => {
    const words = `${"あいこくしん　".repeat(11)}あおぞら`;
    expect(bytesToHex(seedOfMnemonic(words, "㍍ガバヴァぱばぐゞちぢ十人十色"))).to.equal(
      "0xa262d6fb6122ecf45be09c50492b31f92e9beb7d9a845987a02cefda57a15f9c467a17872029a9e92299b5cbdf306e3a0ee620245cbd508959b6cb7ca637bd55",
    );
  });

  for (const language of LANGUAGES)
    it(`new words in ${language} have the seed that the standard says, composed or not`, async () => {
      const words = createMnemonic(language);
      const text = Buffer.from(words.normalize("NFKD"));
      const seed = bytesToHex(pbkdf2Sync(text, "mnemonic", 2048, 64, "sha512"));
      expect(bytesToHex(seedOfMnemonic(words))).to.equal(seed);
      expect(bytesToHex(seedOfMnemonic(words.normalize("NFC")))).to.equal(seed);
      const [first = "", ...others] = words.split(/\s+/);
      const wrong = [others.at(-1), ...others.slice(0, -1), first].join(" ");
      const error = await thrownBy(() => seedOfMnemonic(wrong.replace(others[0] ?? "", "xyzzy")));
      expect(error.code).to.equal("MNEMONIC_INVALID");
      expect(error.message).to.include("is not in the").and.not.include("xyzzy");
    });

  it("new mnemonics have 24 words and differ", () => {
    const made = [createMnemonic(), createMnemonic()];
    expect(new Set(made).size).to.equal(2);
    for (const mnemonic of made) {
      expect(mnemonic.split(" ")).to.have.length(24);
      expect(seedOfMnemonic(mnemonic)).to.have.length(64);
    }
  });

  it("a wrong mnemonic is told in one line that does not show it", async () => {
    for (const [mnemonic, problem] of [
      [about.replace("about", "abandon"), "checksum"],
      [about.replace("about", "abouut"), "word 12"],
      ["abandon abandon", "2 words"],
      ["", "word 1"],
      ["abandon ".repeat(13).trim(), "13 words"],
    ] as const) {
      const error = await thrownBy(() => seedOfMnemonic(mnemonic));
      expect(error.code).to.equal("MNEMONIC_INVALID");
      expect(error.message).to.include(problem);
      expect(error.message).not.to.match(/abandon|abouut|\n/);
    }
  });
});

describe("EIP-2333", () => {
  // https://eips.ethereum.org/EIPS/eip-2333#test-cases
  const cases = [
    [
      "0xc55257c360c07c72029aebc1b53c05ed0362ada38ead3e3e9efa3708e53495531f09a6987599d18264c1e1c92f2cf141630c7a3c4ab7c81b2f001698e7463b04",
      6083874454709270928345386274498605044986640685124978867557563392430687146096n,
      0,
      20397789859736650942317412262472558107875392172444076792671091975210932703118n,
    ],
    [
      "0x3141592653589793238462643383279502884197169399375105820974944592",
      29757020647961307431480504535336562678282505419141012933316116377660817309383n,
      3141592653,
      25457201688850691947727629385191704516744796114925897962676248250929345014287n,
    ],
    [
      "0x0099FF991111002299DD7744EE3355BBDD8844115566CC55663355668888CC00",
      27580842291869792442942448775674722299803720648445448686099262467207037398656n,
      4294967295,
      29358610794459428860402234341874281240803786294062035874021252734817515685787n,
    ],
    [
      "0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3",
      19022158461524446591288038168518313374041767046816487870552872741050760015818n,
      42,
      31372231650479070279774297061823572166496564838472787488249775572789064611981n,
    ],
  ] as const;
  for (const [i, [seed, master, index, child]] of cases.entries())
    it(`test case ${i}, and the same from a second implementation`, () => {
      const key = deriveKeyFromEntropy(hexToBytes(seed));
      expect(BigInt(bytesToHex(key))).to.equal(master);
      const other = SecretKey.deriveMasterEip2333(hexToBytes(seed));
      expect(BigInt(bytesToHex(other.deriveChildEip2333(index).toBytes()))).to.equal(child);
      // The library that derives our keys takes whole EIP-2334 paths only, so the two are compared at the end of one.
      const deep = [12381, 3600, index, 0, 0].reduce((parent, next) => parent.deriveChildEip2333(next), other);
      const path = `m/12381/3600/${index}/0/0`;
      expect(bytesToHex(deriveKeyFromMaster(key, path))).to.equal(bytesToHex(deep.toBytes()));
    });
});

describe("EIP-2334", () => {
  it("signing keys lie at m/12381/3600/i/0/0, step by step", () => {
    const master = SecretKey.deriveMasterEip2333(seedOfMnemonic(art));
    for (const key of deriveSigningKeys(art, 2, 2)) {
      expect(key.path).to.equal(`m/12381/3600/${key.index}/0/0`);
      const path = [12381, 3600, key.index, 0, 0];
      const want = path.reduce((parent, child) => parent.deriveChildEip2333(child), master);
      expect(bytesToHex(key.secretKey)).to.equal(bytesToHex(want.toBytes()));
      expect(key.pubkey).to.equal(bytesToHex(want.toPublicKey().toBytes()));
    }
    expect(bytesToHex(masterKeyOf(art))).to.equal(bytesToHex(master.toBytes()));
  });

  it("refuses indices that do not exist", async () => {
    for (const index of [-1, 0.5, 2 ** 32])
      expect((await thrownBy(() => deriveSigningKeys(art, index, 1))).code).to.equal("INDEX_INVALID");
  });
});

describe("EIP-2335", () => {
  // https://eips.ethereum.org/EIPS/eip-2335#test-cases
  const password = "𝔱𝔢𝔰𝔱𝔭𝔞𝔰𝔰𝔴𝔬𝔯𝔡🔑";
  const secret: Hex = "0x000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f";
  const salt = "d4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3";
  const keystore = (kdf: object, checksum: string, cipher: string, path: string) =>
    JSON.stringify({
      crypto: {
        kdf: { ...kdf, message: "" },
        checksum: { function: "sha256", params: {}, message: checksum },
        cipher: { function: "aes-128-ctr", params: { iv: "264daa3f303d7259501c93d997d84fe6" }, message: cipher },
      },
      description: "A published test case.",
      pubkey: "9612d7a727c9d0a22e185a1c768478dfe919cada9266988cb32359c11f2b7b27f4ae4040902382ae2910c15e2b420d07",
      path,
      uuid: "1d85ae20-35c5-4611-98e8-aa14a633906f",
      version: 4,
    });
  const cases = {
    scrypt: keystore(
      { function: "scrypt", params: { dklen: 32, n: 262144, p: 1, r: 8, salt } },
      "d2217fe5f3e9a1e34581ef8a78f7c9928e436d36dacc5e846690a5581e8ea484",
      "06ae90d55fe0a6e9c5c3bc5b170827b2e5cce3929ed3f116c2811e6366dfe20f",
      "m/12381/60/3141592653/589793238",
    ),
    pbkdf2: keystore(
      { function: "pbkdf2", params: { dklen: 32, c: 262144, prf: "hmac-sha256", salt } },
      "8a9f5d9912ed7e75ea794bc5a89bca5f193721d30868ade6f73043c6ea6febf1",
      "cee03fde2af33149775b7223e7845e4fb2c8ae1792e5f99fe9ecf474cc8c16ad",
      "m/12381/60/0/0",
    ),
  };
  for (const [name, text] of Object.entries(cases))
    it(`opens the ${name} case, with a password that must be normalised`, async () => {
      const opened = await decryptKeystore(text, password);
      expect(bytesToHex(opened.secretKey)).to.equal(secret);
      expect((await decryptKeystore(text, "testpassword🔑")).pubkey).to.equal(opened.pubkey);
    });

  it("refuses a wrong password, another key's name and other JSON", async () => {
    const { pbkdf2 } = cases;
    expect((await thrownBy(() => decryptKeystore(pbkdf2, "testpassword"))).code).to.equal("PASSWORD_WRONG");
    const renamed = pbkdf2.replace("9612d7", "9612d8");
    expect((await thrownBy(() => decryptKeystore(renamed, password))).code).to.equal("KEYSTORE_MISMATCH");
    for (const text of ["{}", "", pbkdf2.replace("aes-128-ctr", "xor")])
      expect((await thrownBy(() => decryptKeystore(text, password))).code).to.equal("KEYSTORE_MALFORMED");
  });

  it("refuses parameters that would take forever, and files that are cut off", async () => {
    const { scrypt, pbkdf2 } = cases;
    for (const text of [
      scrypt.replace("262144", "268435456"),
      pbkdf2.replace("262144", "2621440000"),
      scrypt.slice(0, -30),
    ])
      expect((await thrownBy(() => decryptKeystore(text, password))).code).to.equal("KEYSTORE_MALFORMED");
  });

  it("keystores of ours open as the standard says, and have its parameters", async () => {
    const [key] = deriveSigningKeys(art, 0, 1);
    const text = await encryptKeystore(key!, "correct horse", "pbkdf2");
    const { kdf, checksum, cipher } = JSON.parse(text).crypto;
    const bytes = (value: string) => Buffer.from(value, "hex");
    const locked = pbkdf2Sync("correct horse", bytes(kdf.params.salt), 262144, 32, "sha256");
    const sum = createHash("sha256").update(locked.subarray(16)).update(bytes(cipher.message)).digest("hex");
    expect(sum).to.equal(checksum.message);
    const opener = createDecipheriv("aes-128-ctr", locked.subarray(0, 16), bytes(cipher.params.iv));
    expect(bytesToHex(opener.update(bytes(cipher.message)))).to.equal(bytesToHex(key!.secretKey));
    expect(JSON.parse(text)).to.have.nested.property("crypto.kdf.params.c", 262144);
    expect(JSON.parse(text)).to.include({ version: 4, path: "m/12381/3600/0/0/0", pubkey: key!.pubkey.slice(2) });
    const other = await encryptKeystore(key!, "correct horse", "pbkdf2");
    for (const field of ["uuid", "crypto.kdf.params.salt", "crypto.cipher.params.iv"])
      expect(field.split(".").reduce((value, name) => value[name], JSON.parse(text))).not.to.equal(
        field.split(".").reduce((value, name) => value[name], JSON.parse(other)),
      );
  });

  it("locks bytes of any length, and refuses a wrong password for them", async () => {
    for (const length of [1, 31, 33, 300]) {
      const secret = new Uint8Array(length).fill(7);
      const text = await encryptSecret(secret, "correct horse", { kdf: "pbkdf2" });
      expect(bytesToHex(await decryptSecret(text, "correct horse"))).to.equal(bytesToHex(secret));
      expect((await thrownBy(() => decryptSecret(text, "wrong horse"))).code).to.equal("PASSWORD_WRONG");
    }
    for (const text of ["", "{}", '{"crypto":{"cipher":{"message":"xy"}}}'])
      expect((await thrownBy(() => decryptSecret(text, "correct horse"))).code).to.equal("KEYSTORE_MALFORMED");
  });
});

// https://github.com/ChorusOne/eth-staking-smith/tree/main/tests/e2e, checked there against the tool of the launchpad.
describe("from words to signatures, as other tools make them", () => {
  const words = "ski interest capable knee usual ugly duty exercise tattoo subway delay upper bid forget say";
  const [key] = deriveSigningKeys(words, 0, 1);
  const mainnet = networkByName("mainnet");

  it("deposit data", () => {
    const signed = signDeposit(key!.secretKey, {
      withdrawalCredentials: "0x0045b91b2f60b88e7392d49ae1364b55e713d06f30e563f9f99e10994b26221d",
      amountGwei: 32_000_000_000n,
      genesisForkVersion: mainnet.genesisForkVersion,
    });
    expect(signed.pubkey).to.equal(
      "0x8844cebb34d10e0e57f3c29ada375dafe14762ab85b2e408c3d6d55ce6d03317660bca9f2c2d17d8fbe14a2529ada1ea",
    );
    expect(signed.signature).to.equal(
      "0x96ebebf92967a2b187e031062f5cb5128a2bfc42559bd9dfdd1e481a056b3ef2cfddf1a0381530286013e3893e097b02129113e62a94bedd250253eb766f010824d0be7616f51b9f7609972695231bcda1cabf7a6a2d60a07e14237f2b6096ab",
    );
    expect(depositMessageRoot(signed)).to.equal("0xbfd9d2c616eb570ad3fd4d4caf169b88f80490d8923537474bf1f6c5cec5e56d");
    expect(depositDataRoot(signed)).to.equal("0x7ac103cb959b55dff155f7406393c3e6f1ba0011baee2b61bca00fdc3b2cb2c2");
  });

  for (const [network, domain, mnemonic, epoch, signature] of [
    [
      "mainnet",
      { capellaForkVersion: mainnet.capellaForkVersion, genesisValidatorsRoot: mainnet.genesisValidatorsRoot! },
      words,
      305658,
      "0xa74f22d26da9934c2a9c783799fb9e7bef49b3d7c3759a0683b52ee5d71516c0ecdbcc47703f11959c5e701a6c47194410bed800217bd4dd0dab1e0587b14551771accd04ff1c78302f9605f44c3894976c5b3537b70cb7ac9dcb5398dc22079",
    ],
    [
      "Holesky",
      {
        capellaForkVersion: "0x04017000",
        genesisValidatorsRoot: "0x9143aa7c615a7f7115e2b6aac319c03529df8242ae705fba9df39b79c59fa8b1",
      },
      "entire habit bottom mention spoil clown finger wheat motion fox axis mechanic country make garment bar blind stadium sugar water scissors canyon often ketchup",
      73682,
      "0xa418543c8bdc266e00a45d7409386fffe02ad9ce3c1e707d562b38f7160966567602c518f6615edc8ecd964b978837f30a742c535dafc33137833b3aa6c30f4fecf37449de405ed50d8e436f21c6f58c0a48407037b1985507c3221ce53ba213",
    ],
  ] as const)
    it(`an exit of validator 100 of ${network} (EIP-7044)`, () => {
      const [signer] = deriveSigningKeys(mnemonic, 0, 1);
      const exit = signExit(signer!.secretKey, { epoch, validatorIndex: 100 }, domain);
      expect(exit.signature).to.equal(signature);
      expect(isExitValid(exit, signer!.pubkey, domain)).to.equal(true);
      for (const [other, of] of [
        [{ ...exit, epoch: epoch + 1 }, signer!.pubkey],
        [{ ...exit, validatorIndex: 101 }, signer!.pubkey],
        [{ ...exit, signature: `0x${"c0"}${"00".repeat(95)}` as const }, signer!.pubkey],
        [exit, deriveSigningKeys(mnemonic, 1, 1)[0]!.pubkey],
      ] as const)
        expect(isExitValid(other, of, domain)).to.equal(false);
      expect(isExitValid(exit, signer!.pubkey, { ...domain, capellaForkVersion: "0x05000000" })).to.equal(false);
    });
});

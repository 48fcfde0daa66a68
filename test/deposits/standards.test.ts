// Vectors that the standards publish.
import { SecretKey } from "@chainsafe/blst";
import { deriveKeyFromEntropy, deriveKeyFromMaster } from "@chainsafe/bls-keygen";
import { expect } from "chai";
import { bytesToHex, hexToBytes, type Hex } from "viem";

import { deriveSigningKeys, masterKeyOf } from "../../deposits/keys.ts";
import { decryptKeystore } from "../../deposits/keystore.ts";
import { createMnemonic, seedOfMnemonic } from "../../deposits/mnemonic.ts";
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
  it("signing keys lie at m/12381/3600/i/0/0, by a second implementation", () => {
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
});

import { createCipheriv, scryptSync } from "node:crypto";

import { expect } from "chai";
import { hexToBytes, keccak256 } from "viem";

import { decryptExecutionKeystore } from "../../../chain/keys/execution-keystore.ts";
import { EthStakeError } from "../../../runtime/errors.ts";

// A test vector of the definition; password "testpassword".
// https://ethereum.org/developers/docs/data-structures-and-encoding/web3-secret-storage#test-vectors
const SECRET = "0x7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d";
const PBKDF2 = {
  crypto: {
    cipher: "aes-128-ctr",
    cipherparams: { iv: "6087dab2f9fdbbfaddc31a909735c1e6" },
    ciphertext: "5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46",
    kdf: "pbkdf2",
    kdfparams: {
      c: 262144,
      dklen: 32,
      prf: "hmac-sha256",
      salt: "ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd",
    },
    mac: "517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2",
  },
  id: "3198bc9c-6672-5ab3-d995-4942343ae5b6",
  version: 3,
};
/** The same key with the parameters that geth uses, made by the definition. */
function scryptKeystore(n = 4_096) {
  const kdfparams = { dklen: 32, n, r: 8, p: 1, salt: "ab".repeat(32) };
  const key = scryptSync("testpassword", Buffer.alloc(32, 0xab), 32, { N: 4_096, r: 8, p: 1 });
  const cipher = createCipheriv("aes-128-ctr", key.subarray(0, 16), Buffer.alloc(16, 7));
  const ciphertext = Buffer.concat([cipher.update(hexToBytes(SECRET)), cipher.final()]);
  const mac = keccak256(Buffer.concat([key.subarray(16), ciphertext])).slice(2);
  const cipherparams = { iv: "07".repeat(16) };
  const crypto = {
    cipher: "aes-128-ctr",
    cipherparams,
    ciphertext: ciphertext.toString("hex"),
    kdf: "scrypt",
    kdfparams,
    mac,
  };
  return JSON.stringify({ version: 3, crypto });
}
const codeOf = (text: string, password = "testpassword") =>
  decryptExecutionKeystore(text, password).then(
    () => undefined,
    (error: unknown) => (error instanceof EthStakeError ? error.code : String(error)),
  );

describe("chain/keys/execution-keystore", () => {
  it("opens the published vector, and what geth writes", async () => {
    expect(await decryptExecutionKeystore(JSON.stringify(PBKDF2), "testpassword")).to.equal(SECRET);
    expect(await decryptExecutionKeystore(scryptKeystore(), "testpassword")).to.equal(SECRET);
  });

  it("refuses a wrong password, other formats, and parameters that ask for all memory", async () => {
    expect(await codeOf(JSON.stringify(PBKDF2), "wrong")).to.equal("PASSWORD_WRONG");
    expect(await codeOf("{")).to.equal("KEYSTORE_MALFORMED");
    expect(await codeOf(JSON.stringify({ ...PBKDF2, version: 4 }))).to.equal("KEYSTORE_MALFORMED");
    for (const n of [2 ** 30, 1_000]) expect(await codeOf(scryptKeystore(n)), `${n}`).to.equal("KEYSTORE_MALFORMED");
  });
});

// Everything that we sign and derive, once more by a second library that shares no code with the first: @noble/curves is
// plain JavaScript, @chainsafe/blst native.
import { bls12_381 } from "@noble/curves/bls12-381.js";
import { expect } from "chai";
import fc from "fast-check";
import { bytesToHex, hexToBytes, type Hex } from "viem";

import { deriveKeyFromMaster } from "@chainsafe/bls-keygen";
import { depositSigningRoot, voluntaryExitSigningRoot } from "../../chain/ssz/domains.ts";
import { signDeposit } from "../../deposits/deposit-data.ts";
import { signExit } from "../../chain/exits/exit.ts";
import { accountKeyOf, deriveFromAccount, pubkeyOf } from "../../deposits/keys.ts";
import { isSignatureValidByHerumi } from "../../deposits/second-opinion.ts";
import { createPool } from "../../deposits/workers/pool.ts";

const { longSignatures } = bls12_381;
/** The scheme of Ethereum: proof of possession, messages hashed to the second group. */
const DST = "BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_";
const hash = (message: Uint8Array) => longSignatures.hash(message, DST);

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const hex = (length: number) => bytes(length).map((value): Hex => bytesToHex(value));
/** Below the order of the group, and not zero. */
const secretKey = bytes(32).map((value) => {
  const key = Uint8Array.from(value);
  key[0] = (key[0] ?? 0) & 0x3f;
  key[31] = (key[31] ?? 0) | 1;
  return key;
});
const terms = fc.record({
  withdrawalCredentials: hex(32),
  amountGwei: fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }),
  genesisForkVersion: hex(4),
});

describe("two BLS libraries", () => {
  it("agree on public keys and on the signature of every deposit, byte for byte", () => {
    fc.assert(
      fc.property(secretKey, terms, (key, given) => {
        const signed = signDeposit(key, given);
        const root = depositSigningRoot(signed, given.genesisForkVersion);
        const other = longSignatures.sign(hash(root), key);
        expect(signed.pubkey).to.equal(bytesToHex(longSignatures.getPublicKey(key).toBytes()));
        expect(signed.signature).to.equal(bytesToHex(longSignatures.Signature.toBytes(other)));
      }),
      { numRuns: 15 },
    );
  });

  it("agree on the signature of every exit, byte for byte", () => {
    const exit = fc.record({ epoch: fc.nat(), validatorIndex: fc.nat() });
    const domain = fc.record({ capellaForkVersion: hex(4), genesisValidatorsRoot: hex(32) });
    fc.assert(
      fc.property(secretKey, exit, domain, (key, message, of) => {
        const other = longSignatures.sign(hash(voluntaryExitSigningRoot(message, of)), key);
        expect(signExit(key, message, of).signature).to.equal(bytesToHex(longSignatures.Signature.toBytes(other)));
      }),
      { numRuns: 10 },
    );
  });

  it("agree on what is valid, whatever was changed", async () => {
    const pool = createPool({ threads: 1 });
    const change = fc.constantFrom("nothing", "pubkey", "amount", "credentials", "fork", "signature", "bit");
    await fc.assert(
      fc.asyncProperty(
        secretKey,
        secretKey,
        terms,
        change,
        fc.nat(95),
        async (key, otherKey, given, what, position) => {
          const signed = signDeposit(key, given);
          const flipped = hexToBytes(signed.signature);
          flipped[position] = (flipped[position] ?? 0) ^ 1;
          const changed = {
            ...signed,
            ...(what === "pubkey" ? { pubkey: pubkeyOf(otherKey) } : {}),
            ...(what === "amount" ? { amountGwei: signed.amountGwei ^ 1n } : {}),
            ...(what === "credentials" ? { withdrawalCredentials: `0x${"ee".repeat(32)}` as const } : {}),
            ...(what === "signature" ? { signature: signDeposit(otherKey, given).signature } : {}),
            ...(what === "bit" ? { signature: bytesToHex(flipped) } : {}),
          };
          const genesisForkVersion = what === "fork" ? "0xeeeeeeee" : given.genesisForkVersion;
          const wrong = await pool.run("verify", { deposits: [changed], genesisForkVersion });
          expect(wrong.length === 0).to.equal(verifyByNoble(changed, genesisForkVersion));
          expect(wrong.length === 0).to.equal(isSignatureValidByHerumi(changed, genesisForkVersion));
        },
      ),
      { numRuns: 15 },
    );
  });

  it("agree on every derived key, with a library that derives in JavaScript", () => {
    fc.assert(
      fc.property(secretKey, fc.integer({ min: 0, max: 2 ** 32 - 2 }), (master, index) => {
        const [first, second] = deriveFromAccount(accountKeyOf(master), index, 2);
        for (const key of [first!, second!])
          expect(bytesToHex(key.secretKey)).to.equal(bytesToHex(deriveKeyFromMaster(master, key.path)));
      }),
      { numRuns: 10 },
    );
  });
});

function verifyByNoble(deposit: ReturnType<typeof signDeposit>, genesisForkVersion: Hex): boolean {
  try {
    const signature = longSignatures.Signature.fromBytes(hexToBytes(deposit.signature));
    const root = depositSigningRoot(deposit, genesisForkVersion);
    return longSignatures.verify(signature, hash(root), hexToBytes(deposit.pubkey));
  } catch {
    return false;
  }
}

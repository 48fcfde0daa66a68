import { concatHex, getAddress, isHex, recoverAddress, size, sliceHex, type Address, type Hex } from "viem";

import { EthStakeError } from "../../runtime/errors.ts";

/** Half of the order of secp256k1: contracts refuse a greater s (EIP-2). */
const MAX_S = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;

/**
 * Who signed. Only the one form of a signature that contracts accept is let through: 65 bytes, low s, v 27 or 28. A
 * peer could otherwise hand on a form that recovers here and makes the settlement revert.
 */
export async function recoverSigner(digest: Hex, signature: Hex): Promise<Address> {
  if (!isHex(signature) || size(signature) !== 65) throw invalid("it does not have 65 bytes");
  if (BigInt(sliceHex(signature, 32, 64)) > MAX_S) throw invalid("its s is in the upper half");
  const v = Number(BigInt(sliceHex(signature, 64)));
  if (v !== 27 && v !== 28) throw invalid("its v is neither 27 nor 28");
  try {
    return getAddress(await recoverAddress({ hash: digest, signature }));
  } catch (cause) {
    throw invalid("no key can have made it", cause);
  }
}

/** Signatures one after the other, in ascending order of member, as `OracleCommittee.isAgreed` wants them. */
export function packSignatures(signatures: Iterable<readonly [Address, Hex]>): Hex {
  const sorted = [...signatures].sort(([a], [b]) => (BigInt(a) < BigInt(b) ? -1 : 1));
  return sorted.length === 0 ? "0x" : concatHex(sorted.map(([, signature]) => signature));
}

function invalid(problem: string, cause?: unknown): EthStakeError {
  return new EthStakeError("SIGNATURE_INVALID", `Ask the peer to sign again: a signature is not valid, ${problem}`, {
    cause,
    details: { problem },
  });
}

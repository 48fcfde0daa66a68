import { createHash } from "node:crypto";

import { SecretKey } from "@chainsafe/blst";
import { bytesToHex, type Hex } from "viem";

import { computeDomain, signingRoot } from "../../chain/ssz/domains.ts";
import { headerRoot } from "../../chain/ssz/proofs.ts";
import { bytesOfSize } from "../../chain/hex.ts";
import type { BeaconBlockHeader } from "../../chain/beacon/types.ts";

/** Order of the group of BLS12-381. */
const GROUP_ORDER = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001n;
/** https://github.com/ethereum/consensus-specs/blob/master/specs/phase0/beacon-chain.md#domain-types */
const DOMAIN_BEACON_PROPOSER: Hex = "0x00000000";

/** The key of the n-th genesis validator, which everybody knows: https://github.com/ethereum/eth2.0-pm/blob/master/interop/mocked_start/README.md */
export function interopKey(index: number): Uint8Array {
  const seed = Buffer.alloc(32);
  seed.writeUInt32LE(index);
  const digest = createHash("sha256").update(seed).digest().reverse();
  const scalar = BigInt(bytesToHex(digest)) % GROUP_ORDER;
  return bytesOfSize(`0x${scalar.toString(16).padStart(64, "0")}`, 32);
}

/** The public key of a secret one. */
export function pubkeyOf(secretKey: Uint8Array): Hex {
  return bytesToHex(SecretKey.fromBytes(secretKey).toPublicKey().toBytes());
}

export type SignedHeader = { message: BeaconBlockHeader; signature: Hex };

/** Signs the header of a block as its proposer does. */
export function signHeader(
  secretKey: Uint8Array,
  message: BeaconBlockHeader,
  fork: { version: Hex; genesisValidatorsRoot: Hex },
): SignedHeader {
  const domain = computeDomain(DOMAIN_BEACON_PROPOSER, fork.version, fork.genesisValidatorsRoot);
  const root = signingRoot(bytesOfSize(headerRoot(message), 32), domain);
  return { message, signature: bytesToHex(SecretKey.fromBytes(secretKey).sign(root).toBytes()) };
}

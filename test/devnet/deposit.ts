import "./lodestar-set-up.ts";

import { SecretKey } from "@chainsafe/blst";
import { DOMAIN_DEPOSIT } from "@lodestar/params";
import { computeDomain, computeSigningRoot } from "@lodestar/state-transition";
import { ssz } from "@lodestar/types";
import { bytesToHex, hexToBytes, parseAbi, type Hex } from "viem";

export const DEPOSIT_ABI = parseAbi([
  "function deposit(bytes pubkey, bytes withdrawal_credentials, bytes signature, bytes32 deposit_data_root) payable",
  "function get_deposit_count() view returns (bytes)",
]);

const GENESIS_FORK_VERSION = Uint8Array.of(0, 0, 0, 1);

/** A validator key for tests. */
export function testKey(seed: number): { secretKey: SecretKey; pubkey: Hex } {
  const secretKey = SecretKey.fromKeygen(new Uint8Array(32).fill(seed));
  return { secretKey, pubkey: bytesToHex(secretKey.toPublicKey().toBytes()) };
}

/** The arguments of the deposit contract for compounding credentials (0x02) that pay to `withdrawalAddress`. */
export function depositArguments(secretKey: SecretKey, withdrawalAddress: Hex, amountGwei: bigint) {
  const amount = Number(amountGwei);
  const pubkey = secretKey.toPublicKey().toBytes();
  const withdrawalCredentials = hexToBytes(`0x02${"00".repeat(11)}${withdrawalAddress.slice(2)}`);
  const domain = computeDomain(DOMAIN_DEPOSIT, GENESIS_FORK_VERSION, new Uint8Array(32));
  const message = { pubkey, withdrawalCredentials, amount };
  const signature = secretKey.sign(computeSigningRoot(ssz.phase0.DepositMessage, message, domain)).toBytes();
  const root = ssz.phase0.DepositData.hashTreeRoot({ ...message, signature });
  const [a, b, c, d] = [pubkey, withdrawalCredentials, signature, root].map((bytes) => bytesToHex(bytes));
  return [a ?? "0x", b ?? "0x", c ?? "0x", d ?? "0x"] as const;
}

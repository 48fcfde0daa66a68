// What a transaction asked of the beacon chain, read where the beacon chain reads it.
import { parseAbi, parseEventLogs, size, slice, type Hex } from "viem";

import { SYSTEM_CONTRACTS } from "../../../chain/networks.ts";
import type { Protocol } from "./protocol.ts";

const depositAbi = parseAbi([
  "event DepositEvent(bytes pubkey, bytes withdrawal_credentials, bytes amount, bytes signature, bytes index)",
]);

/** Deposits that the deposit contract accepted. */
export async function depositsOf(p: Protocol, hash: Hex) {
  const { logs } = await p.client.waitForTransactionReceipt({ hash });
  return parseEventLogs({ abi: depositAbi, logs }).map(({ args }) => ({
    pubkey: args.pubkey,
    withdrawalCredentials: args.withdrawal_credentials,
    amountGwei: Buffer.from(args.amount.slice(2), "hex").readBigUInt64LE(),
    signature: args.signature,
  }));
}

/** Withdrawal requests that EIP-7002 queued: it logs the source, the key and the amount, packed. */
export async function withdrawalRequestsOf(p: Protocol, hash: Hex) {
  const { logs } = await p.client.waitForTransactionReceipt({ hash });
  return logs
    .filter(({ address }) => address.toLowerCase() === SYSTEM_CONTRACTS.withdrawalRequests.toLowerCase())
    .map(({ data }) => ({
      source: slice(data, 0, 20),
      pubkey: slice(data, 20, 68),
      amountGwei: BigInt(slice(data, 68, 76)),
      bytes: size(data),
    }));
}

/**
 * Fee of one request: `fake_exponential` of https://eips.ethereum.org/EIPS/eip-7002, which is e^(excess / 17) term by
 * term, each rounded down.
 */
export function requestFeeWei(excess: bigint): bigint {
  let sum = 0n;
  let term = 17n;
  for (let i = 1n; term > 0n; i++) {
    sum += term;
    term = (term * excess) / (17n * i);
  }
  return sum / 17n;
}

/** Consolidation requests that EIP-7251 queued: it logs the source, and the two keys. */
export async function consolidationRequestsOf(p: Protocol, hash: Hex) {
  const { logs } = await p.client.waitForTransactionReceipt({ hash });
  return logs
    .filter(({ address }) => address.toLowerCase() === SYSTEM_CONTRACTS.consolidationRequests.toLowerCase())
    .map(({ data }) => ({ source: slice(data, 0, 20), from: slice(data, 20, 68), to: slice(data, 68, 116) }));
}

/** Sets how far requests ran ahead of what the chain takes. */
export async function setRequestExcess(p: Protocol, excess: bigint): Promise<void> {
  await p.networkHelpers.setStorageAt(SYSTEM_CONTRACTS.withdrawalRequests, 0n, excess);
}

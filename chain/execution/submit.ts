// From here on a transaction may be on its way. Whatever fails then, the caller must not send another in its place: a
// failure after signing is TRANSACTION_PENDING with the hash, never retryable, unless the node clearly refused it.
import {
  BaseError,
  HttpRequestError,
  TimeoutError,
  keccak256,
  type Address,
  type Hex,
  type LocalAccount,
  type TransactionReceipt,
} from "viem";

import { EthStakeError } from "../../runtime/errors.ts";
import type { Execution } from "./client.ts";
import type { Fees } from "./cost.ts";

export type Transaction = { to: Address; data: Hex; value: bigint; gas: bigint } & Fees;

/** Signs, so that the hash is known before anything leaves, and hands the transaction to the node. */
export async function submit(
  { client, chain }: Execution,
  account: LocalAccount,
  what: string,
  transaction: Transaction,
): Promise<Hex> {
  const nonce = await client.getTransactionCount({ address: account.address, blockTag: "pending" });
  const signed = await account.signTransaction({ ...transaction, chainId: chain.id, type: "eip1559", nonce });
  const hash = keccak256(signed);
  try {
    await client.sendRawTransaction({ serializedTransaction: signed });
  } catch (error) {
    if (isAlreadyKnown(error)) return hash;
    if (isLostOnTheWire(error)) throw pending(what, hash, error);
    throw error;
  }
  return hash;
}

/** Waits until the transaction is in a block and refuses a reverted one. */
export async function waitMined(
  { client }: Execution,
  what: string,
  hash: Hex,
  timeoutMs: number,
): Promise<TransactionReceipt> {
  const receipt = await client.waitForTransactionReceipt({ hash, timeout: timeoutMs }).catch((error: unknown) => {
    throw pending(what, hash, error);
  });
  if (receipt.status === "success") return receipt;
  throw new EthStakeError("TRANSACTION_REVERTED", `${what} failed on chain; look at ${hash}`, {
    details: { what, hash, blockNumber: receipt.blockNumber },
  });
}

/** A second copy of the same transaction is no failure: our own retry, or a node that answered too late. */
function isAlreadyKnown(error: unknown): boolean {
  return error instanceof BaseError && /already known|already imported|known transaction/i.test(error.message);
}

function isLostOnTheWire(error: unknown): boolean {
  if (!(error instanceof BaseError)) return true;
  return error.walk((inner) => inner instanceof TimeoutError || inner instanceof HttpRequestError) !== null;
}

function pending(what: string, hash: Hex, cause: unknown): EthStakeError {
  return new EthStakeError("TRANSACTION_PENDING", `Look for ${hash} before sending again: ${what} may be on its way`, {
    cause,
    details: { what, hash },
  });
}

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

/** A transaction that is signed and not sent yet. */
export type Signed = { account: Address; nonce: number; hash: Hex; raw: Hex; what: string };
/** Writes a transaction down before it leaves; when it throws, nothing leaves. */
export type RecordSigned = (signed: Signed) => Promise<void>;

export type Transaction = { to: Address; data: Hex; value: bigint; gas: bigint } & Fees;

/** Signs, so that the hash is known before anything leaves, has it written down, and hands it to the node. */
export async function submit(
  { client, chain }: Execution,
  account: LocalAccount,
  what: string,
  transaction: Transaction,
  record?: RecordSigned,
): Promise<Hex> {
  const nonce = await client.getTransactionCount({ address: account.address, blockTag: "pending" });
  const signed = await account.signTransaction({ ...transaction, chainId: chain.id, type: "eip1559", nonce });
  const hash = keccak256(signed);
  await record?.({ account: account.address, nonce, hash, raw: signed, what });
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
  execution: Execution,
  what: string,
  hash: Hex,
  timeoutMs: number,
): Promise<TransactionReceipt> {
  const receipt = await waitIncluded(execution, what, hash, timeoutMs);
  refuseReverted(what, receipt);
  return receipt;
}

/** Waits until the transaction is in a block, whatever came of it there. */
export function waitIncluded(
  { client }: Execution,
  what: string,
  hash: Hex,
  timeoutMs: number,
): Promise<TransactionReceipt> {
  return client.waitForTransactionReceipt({ hash, timeout: timeoutMs }).catch((error: unknown) => {
    throw pending(what, hash, error);
  });
}

/** Throws TRANSACTION_REVERTED for one that failed on chain. */
export function refuseReverted(what: string, receipt: TransactionReceipt): void {
  if (receipt.status === "success") return;
  const hash = receipt.transactionHash;
  throw new EthStakeError("TRANSACTION_REVERTED", `${what} failed on chain; look at ${hash}`, {
    details: { what, hash, blockNumber: receipt.blockNumber },
  });
}

/** A second copy of the same transaction is no failure: our own retry, or a node that answered too late. */
export function isAlreadyKnown(error: unknown): boolean {
  return error instanceof BaseError && /already known|already imported|known transaction/i.test(error.message);
}

/** True when the node may have taken the transaction although no answer came. */
export function isLostOnTheWire(error: unknown): boolean {
  if (!(error instanceof BaseError)) return true;
  return error.walk((inner) => inner instanceof TimeoutError || inner instanceof HttpRequestError) !== null;
}

function pending(what: string, hash: Hex, cause: unknown): EthStakeError {
  return new EthStakeError("TRANSACTION_PENDING", `Look for ${hash} before sending again: ${what} may be on its way`, {
    cause,
    details: { what, hash },
  });
}

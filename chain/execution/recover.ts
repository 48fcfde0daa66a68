import { BaseError, parseTransaction, TransactionReceiptNotFoundError, type Hex, type LocalAccount } from "viem";

import type { Clock } from "../../runtime/clock.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { cancelWaiting } from "./cancel.ts";
import type { Execution } from "./client.ts";
import { gasCost } from "./cost.ts";
import { includedOutcome, type OpenTransaction, type TransactionLedger } from "./ledger.ts";
import { toExecutionError } from "./revert.ts";
import { isAlreadyKnown, isLostOnTheWire } from "./submit.ts";

export type RecoverOptions = {
  execution: Execution;
  account: LocalAccount;
  ledger: TransactionLedger;
  clock: Clock;
  /** How long a transaction may wait before one that does nothing takes its place. */
  stuckAfterMs: number;
  /** The most that such a replacement may cost. */
  maxCostWei?: bigint | undefined;
  onSent?: ((hash: Hex) => void | Promise<void>) | undefined;
};

/**
 * Finds out what became of the transactions that are open in the ledger, after a crash or a wait that was given up, and
 * answers those that still are. A young one is handed to the node again, byte for byte: that is no second transaction.
 * An old one is replaced with its own nonce by one that does nothing, so that it can never come later. While any is open
 * nothing else is sent: its effect is not on chain yet.
 */
export async function recoverTransactions(options: RecoverOptions): Promise<OpenTransaction[]> {
  const { ledger, clock, stuckAfterMs, account } = options;
  await closeIncluded(options, await ledger.open());
  const waiting = await ledger.open();
  for (const transaction of waiting) {
    const isOld = (clock.now() - transaction.recordedAt) * 1000 >= stuckAfterMs;
    if (!isOld) await sendAgain(options, transaction);
    else if (transaction.account.toLowerCase() === account.address.toLowerCase()) await replace(options, transaction);
  }
  if (waiting.length === 0) return [];
  const left = await ledger.open();
  await closeIncluded(options, left);
  return ledger.open();
}

/** Closes what is in a block, and what another transaction of the same nonce has taken the place of. */
async function closeIncluded(
  { execution, ledger, clock, stuckAfterMs }: RecoverOptions,
  open: readonly OpenTransaction[],
): Promise<void> {
  const included = new Map<string, Hex>();
  for (const { hash, account, nonce, raw } of open) {
    const receipt = await receiptOf(execution, hash);
    if (receipt === undefined) continue;
    const { maxFeePerGas = 0n, maxPriorityFeePerGas = 0n } = parseTransaction(raw);
    const costWei = await gasCost(execution, receipt, { maxFeePerGas, maxPriorityFeePerGas });
    await ledger.close(hash, includedOutcome(receipt, costWei));
    included.set(keyOf(account, nonce), hash);
  }
  for (const { hash, account, nonce, recordedAt } of open) {
    const by = included.get(keyOf(account, nonce));
    if (by === hash) continue;
    if (by !== undefined) await ledger.close(hash, { kind: "replaced", by });
    else if ((clock.now() - recordedAt) * 1000 >= stuckAfterMs && (await countOf(execution, account, "latest")) > nonce)
      // Somebody else has sent with this account. Before that time the node may only be late with the receipt.
      await ledger.close(hash, { kind: "replaced" });
  }
}

/** The same bytes: a node that has them already says so, and nothing changes. */
async function sendAgain({ execution, ledger, onSent }: RecoverOptions, transaction: OpenTransaction): Promise<void> {
  try {
    await execution.client.sendRawTransaction({ serializedTransaction: transaction.raw });
  } catch (error) {
    if (isAlreadyKnown(error) || isLostOnTheWire(error)) return;
    // Its nonce is free: the next one takes it, and this one can never be in a block beside it.
    if ((await countOf(execution, transaction.account, "pending")) <= transaction.nonce)
      await ledger.close(transaction.hash, { kind: "refused" });
    return;
  }
  await onSent?.(transaction.hash);
}

async function replace(options: RecoverOptions, { nonce, hash }: OpenTransaction): Promise<void> {
  const { execution, account, ledger, maxCostWei, onSent } = options;
  if (await receiptOf(execution, hash)) return;
  await cancelWaiting(execution, account, { nonce, maxCostWei, record: ledger.recordReplacement, onSent });
}

async function receiptOf({ client }: Execution, hash: Hex) {
  return client.getTransactionReceipt({ hash }).catch((error: unknown) => {
    if (error instanceof BaseError && error.walk((inner) => inner instanceof TransactionReceiptNotFoundError))
      return undefined;
    throw toExecutionError(error, "Asking for a receipt");
  });
}

async function countOf({ client }: Execution, address: Hex, blockTag: "latest" | "pending"): Promise<number> {
  return client.getTransactionCount({ address, blockTag }).catch((error: unknown) => {
    throw toExecutionError(error, "Counting transactions");
  });
}

function keyOf(account: string, nonce: number): string {
  return `${account.toLowerCase()}/${nonce}`;
}

/** Why nothing is sent while transactions are open. */
export function openTransactionsError(open: readonly OpenTransaction[]): EthStakeError {
  const [first] = open;
  const message = `${open.length} transactions may be on their way, the first with nonce ${first?.nonce}: nothing else is sent before they are known`;
  return new EthStakeError("TRANSACTION_PENDING", message, {
    details: { hashes: open.map(({ hash }) => hash), account: first?.account },
  });
}

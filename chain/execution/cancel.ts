// A transaction whose fee has become too low keeps all later ones of its account waiting. It is taken out by another with
// the same nonce that does nothing and pays more: at most one of the two is ever in a block.
import { BaseError, keccak256, type Hex, type LocalAccount } from "viem";

import { EthStakeError } from "../../runtime/errors.ts";
import type { Execution } from "./client.ts";
import { feesPerGas, refuseAboveLimit, type Fees } from "./cost.ts";
import { toExecutionError } from "./revert.ts";
import { waitMined, type RecordSigned } from "./submit.ts";

const TRANSFER_GAS = 21_000n;
/** Nodes want at least 10 % more to replace a transaction, in both fees. */
const RAISE_PERCENT = 30n;
const MAX_RAISES = 12;

export type CancelOptions = {
  /** The most that the transaction in its place may cost. */
  maxCostWei?: bigint | undefined;
  timeoutMs?: number;
  /** The nonce to take; that of the first that waits in the node's pool unless given. */
  nonce?: number;
  /** Writes each replacement down before it leaves. */
  record?: RecordSigned;
  /** Called when a replacement has left, before its receipt is waited for. In virtual time: make a block. */
  onSent?: ((hash: Hex) => void | Promise<void>) | undefined;
};

/** How many transactions of an account wait, and the nonce of the first of them. */
export async function waitingOf(
  { client }: Pick<Execution, "client">,
  { address }: Pick<LocalAccount, "address">,
): Promise<{ count: number; nonce: number }> {
  const [pending, mined] = await Promise.all([
    client.getTransactionCount({ address, blockTag: "pending" }),
    client.getTransactionCount({ address, blockTag: "latest" }),
  ]).catch((error: unknown) => {
    throw toExecutionError(error, "Counting transactions");
  });
  return { count: Math.max(0, pending - mined), nonce: mined };
}

/**
 * Puts a transaction that does nothing in the place of the first that waits, and resolves when either is in a block.
 * Answers undefined when none waits. Its fee is raised step by step until the node takes it.
 */
export async function cancelWaiting(
  execution: Execution,
  account: LocalAccount,
  { maxCostWei, timeoutMs = 180_000, nonce: given, record, onSent }: CancelOptions = {},
): Promise<Hex | undefined> {
  const what = "Replacing a transaction that is stuck";
  const waiting = await waitingOf(execution, account);
  const nonce = given ?? waiting.nonce;
  if (given === undefined ? waiting.count === 0 : waiting.nonce > given) return undefined;
  let fees = await feesPerGas(execution);
  for (let i = 0; i < MAX_RAISES; i++) {
    fees = raised(fees);
    refuseAboveLimit(maxCostWei, what, TRANSFER_GAS * fees.maxFeePerGas);
    const signed = await account.signTransaction({
      chainId: execution.chain.id,
      type: "eip1559",
      nonce,
      to: account.address,
      value: 0n,
      gas: TRANSFER_GAS,
      ...fees,
    });
    const hash = keccak256(signed);
    await record?.({ account: account.address, nonce, hash, raw: signed, what });
    try {
      await execution.client.sendRawTransaction({ serializedTransaction: signed });
      await onSent?.(hash);
      await waitMined(execution, what, hash, timeoutMs);
      return hash;
    } catch (error) {
      // The one that waited made it after all.
      if ((await waitingOf(execution, account)).nonce > nonce) return undefined;
      if (!isUnderpriced(error)) throw toExecutionError(error, what);
    }
  }
  throw new EthStakeError("TRANSACTION_STUCK", "Replace the waiting transaction by hand: no fee was high enough", {
    details: { nonce, ...fees },
  });
}

function raised({ maxFeePerGas, maxPriorityFeePerGas }: Fees): Fees {
  const raise = (value: bigint) => (value * (100n + RAISE_PERCENT)) / 100n + 1n;
  return { maxFeePerGas: raise(maxFeePerGas), maxPriorityFeePerGas: raise(maxPriorityFeePerGas) };
}

function isUnderpriced(error: unknown): boolean {
  return error instanceof BaseError && /underpriced|fee too low|gas price too low/i.test(error.message);
}

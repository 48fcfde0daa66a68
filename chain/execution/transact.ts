import {
  encodeFunctionData,
  type Abi,
  type Address,
  type ContractFunctionArgs,
  type ContractFunctionName,
  type Hex,
  type LocalAccount,
  type TransactionReceipt,
} from "viem";

import type { Execution } from "./client.ts";
import { feesPerGas, gasCost, refuseAboveLimit, refuseWithoutFunds } from "./cost.ts";
import { toExecutionError } from "./revert.ts";
import { includedOutcome, type TransactionLedger } from "./ledger.ts";
import { refuseReverted, submit, waitIncluded } from "./submit.ts";

type Writing = "nonpayable" | "payable";

/** A call of a contract, typed by its ABI as viem types it. */
export type ContractCall<
  TAbi extends Abi,
  TName extends ContractFunctionName<TAbi, Writing>,
  TArgs extends ContractFunctionArgs<TAbi, Writing, TName>,
> = { address: Address; abi: TAbi; functionName: TName; args: TArgs; valueWei?: bigint };

/** A transaction that is in a block. */
export type Mined = {
  hash: Hex;
  receipt: TransactionReceipt;
  gasUsed: bigint;
  /** Gas alone, without the value sent. */
  costWei: bigint;
};

export type TransactorOptions = {
  execution: Execution;
  account: LocalAccount;
  /** The most that the gas of one transaction may cost. Above it nothing is sent and COST_LIMIT is thrown (retryable). */
  maxCostWei?: bigint;
  /** Errors of contracts further down the call, so that they are named too. */
  errorAbi?: Abi;
  /** Tip per gas, in wei; what the node suggests unless given. */
  priorityFeePerGasWei?: bigint;
  /** Extra gas over the estimate, in percent. Default 20. */
  gasMarginPercent?: bigint;
  receiptTimeoutMs?: number;
  /** Where transactions are written down before they leave, and what became of them after. */
  ledger?: TransactionLedger | undefined;
  /** Called when a transaction has left, before its receipt is waited for. In virtual time: make a block. */
  onSent?: (hash: Hex) => void | Promise<void>;
};

/** Sends transactions of one account, one after the other. */
export type Transactor = {
  readonly account: LocalAccount;
  /** Runs the call on the node without sending; throws what the contract would answer. Enough for a dry run. */
  simulate<
    const TAbi extends Abi,
    TName extends ContractFunctionName<TAbi, Writing>,
    const TArgs extends ContractFunctionArgs<TAbi, Writing, TName>,
  >(
    call: ContractCall<TAbi, TName, TArgs>,
  ): Promise<void>;
  /** Simulates, checks the cost, sends, waits for the receipt, and refuses a reverted one. */
  sendAndWait<
    const TAbi extends Abi,
    TName extends ContractFunctionName<TAbi, Writing>,
    const TArgs extends ContractFunctionArgs<TAbi, Writing, TName>,
  >(
    call: ContractCall<TAbi, TName, TArgs>,
  ): Promise<Mined>;
  /** The same for plain ether or raw data. */
  sendRaw(request: { to: Address; valueWei?: bigint; data?: Hex }): Promise<Mined>;
};

type Request = { what: string; to: Address; data: Hex; value: bigint };

/**
 * Makes the one way in which programs send transactions.
 *
 * @example
 * const transactor = createTransactor({ execution, account: privateKeyToAccount(key), maxCostWei: 10n ** 16n });
 * const { hash } = await transactor.sendAndWait({ address: pool, abi: poolAbi, functionName: "stake",
 *   args: [receiver, minShares], valueWei: parseEtherText("32") });
 */
export function createTransactor(options: TransactorOptions): Transactor {
  const { execution, account, errorAbi = [] } = options;
  let last: Promise<unknown> = Promise.resolve();

  /** One at a time: the nonce of the next is asked for when the one before is in a block. */
  const queued = <T>(action: () => Promise<T>): Promise<T> => {
    const result = last.then(action, action);
    last = result.catch(() => undefined);
    return result;
  };

  const simulate: Transactor["simulate"] = async (call) => {
    const { valueWei, ...rest } = { ...call };
    await execution.client
      .simulateContract({ ...rest, account, ...(valueWei ? { value: valueWei } : {}) } as never)
      .catch((error: unknown) => {
        throw toExecutionError(error, call.functionName, [...errorAbi, ...call.abi]);
      });
  };

  return {
    account,
    simulate,
    sendAndWait: (call) =>
      queued(async () => {
        await refuseWithoutFunds(execution, account.address, call.functionName, call.valueWei ?? 0n);
        await simulate(call);
        const data = encodeFunctionData(call as never);
        const request = { what: call.functionName, to: call.address, data, value: call.valueWei ?? 0n };
        return send({ ...options, errorAbi: [...errorAbi, ...call.abi] }, request);
      }),
    sendRaw: ({ to, valueWei = 0n, data = "0x" }) =>
      queued(async () => {
        const what = `The transaction to ${to}`;
        await refuseWithoutFunds(execution, account.address, what, valueWei);
        await execution.client.call({ account, to, data, value: valueWei }).catch((error: unknown) => {
          throw toExecutionError(error, what, errorAbi);
        });
        return send(options, { what, to, data, value: valueWei });
      }),
  };
}

async function send(options: TransactorOptions, { what, ...request }: Request): Promise<Mined> {
  const { execution, account, receiptTimeoutMs = 180_000, onSent } = options;
  try {
    const gas = await gasLimit(options, request);
    const fees = await feesPerGas(execution, options.priorityFeePerGasWei);
    refuseAboveLimit(options.maxCostWei, what, gas * fees.maxFeePerGas);
    await refuseWithoutFunds(execution, account.address, what, request.value + gas * fees.maxFeePerGas);
    const hash = await submit(execution, account, what, { ...request, gas, ...fees }, options.ledger?.record);
    await onSent?.(hash);
    const receipt = await waitIncluded(execution, what, hash, receiptTimeoutMs);
    const costWei = await gasCost(execution, receipt, fees);
    await options.ledger?.close(hash, includedOutcome(receipt, costWei));
    refuseReverted(what, receipt);
    return { hash, receipt, gasUsed: receipt.gasUsed, costWei };
  } catch (error) {
    throw toExecutionError(error, what, options.errorAbi);
  }
}

async function gasLimit(options: TransactorOptions, request: Omit<Request, "what">): Promise<bigint> {
  const { execution, account, gasMarginPercent = 20n } = options;
  const estimate = await execution.client.estimateGas({ account, ...request });
  return (estimate * (100n + gasMarginPercent)) / 100n;
}

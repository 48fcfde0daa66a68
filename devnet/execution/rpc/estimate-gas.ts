import { createBlock, type Block } from "@ethereumjs/block";
import type { EthereumClient } from "@ethereumjs/client/dist/esm/src/client.js";
import { createLegacyTx, createAccessList2930Tx } from "@ethereumjs/tx";
import { bigIntToHex, bytesToHex } from "@ethereumjs/util";
import { runTx, type RunTxResult } from "@ethereumjs/vm";
import { blockOption, findBlock } from "./blocks.ts";
import { executionError, parseCallRequest, type CallRequest } from "./call-request.ts";
import { SERVER_ERROR, RpcError, type RpcMethodMaker } from "./method.ts";
import { onStateAfter } from "./past-state.ts";

/** The search stops when the answer is known to 1.5 %, as in geth. */
const TOLERANCE_PERMILLE = 15n;

/**
 * eth_estimateGas. The client's own refuses EIP-1559 fields, answers what a transaction *used* (refunds and the
 * 63/64 rule make it need more) and estimates transactions that revert. This one finds the gas *limit* with
 * which the transaction succeeds in the next block, or says why none does.
 */
export const estimateGas: RpcMethodMaker = (client) => async (params) => {
  const request = parseCallRequest(params[0]);
  const parent = await findBlock(client, blockOption.parse(params[1]));
  await requireFunds(client, parent, request);
  const cap = request.gas ?? parent.header.gasLimit;
  const first = await execute(client, parent, request, cap);
  const { exceptionError, returnValue } = first.execResult;
  if (exceptionError !== undefined) throw executionError(exceptionError.error, bytesToHex(returnValue));

  let fails = first.totalGasSpent - 1n;
  let succeeds = cap;
  // Nearly always what was used, before refunds, is enough.
  let attempt = first.totalGasSpent + (first.gasRefund ?? 0n);
  while (succeeds - fails > 1n && (succeeds - fails) * 1000n > succeeds * TOLERANCE_PERMILLE) {
    if (attempt >= succeeds || attempt <= fails) attempt = (fails + succeeds) / 2n;
    const { execResult } = await execute(client, parent, request, attempt);
    if (execResult.exceptionError !== undefined) fails = attempt;
    else if (fails === first.totalGasSpent - 1n && attempt < cap) return bigIntToHex(attempt);
    else succeeds = attempt;
    attempt = (fails + succeeds) / 2n;
  }
  return bigIntToHex(succeeds);
};

async function requireFunds(client: EthereumClient, block: Block, { from, valueWei }: CallRequest): Promise<void> {
  if (valueWei === 0n) return;
  const account = await onStateAfter(client, block, ({ stateManager }) => stateManager.getAccount(from));
  const balanceWei = account?.balance ?? 0n;
  if (balanceWei < valueWei) {
    throw new RpcError(
      SERVER_ERROR,
      `insufficient funds for transfer: address ${from} have ${balanceWei} want ${valueWei}`,
    );
  }
}

function execute(
  client: EthereumClient,
  parent: Block,
  { from, to, valueWei, data, accessList }: CallRequest,
  gasLimit: bigint,
): Promise<RunTxResult> {
  return onStateAfter(client, parent, (vm) => {
    const { number, timestamp, gasLimit: blockGasLimit, mixHash, coinbase } = parent.header;
    const baseFeePerGas = parent.header.calcNextBaseFee();
    const block = createBlock(
      {
        header: {
          parentHash: parent.hash(),
          number: number + 1n,
          timestamp: timestamp + 1n,
          gasLimit: blockGasLimit,
          mixHash,
          coinbase,
          baseFeePerGas,
        },
      },
      { common: vm.common, setHardfork: true },
    );
    const fields = { ...(to === undefined ? {} : { to }), value: valueWei, data, gasLimit, gasPrice: baseFeePerGas };
    // Not frozen: the sender is put in below instead of a signature.
    const options = { common: vm.common, freeze: false };
    const tx =
      accessList === undefined
        ? createLegacyTx(fields, options)
        : createAccessList2930Tx({ ...fields, accessList }, options);
    tx.getSenderAddress = () => from;
    return runTx(vm, { tx, block, skipNonce: true, skipBalance: true, skipBlockGasLimitValidation: true });
  });
}

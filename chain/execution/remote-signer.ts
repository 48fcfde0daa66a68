// An account whose key is in a signer such as Web3Signer (eth1 mode): https://docs.web3signer.consensys.io/reference/api/json-rpc
import {
  getAddress,
  isHex,
  numberToHex,
  type Address,
  type Hex,
  type LocalAccount,
  type TransactionSerializable,
} from "viem";
import { toAccount } from "viem/accounts";
import { z } from "zod";

import { parseForeignJson, readBoundedText } from "../../runtime/bounded-body.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { stringifyJson } from "../../runtime/json.ts";
import { originOf } from "../../runtime/redact.ts";

const MAX_ANSWER_BYTES = 1_000_000;
const TIMEOUT_MS = 10_000;

const answer = z.union([
  z.object({ result: z.unknown(), error: z.undefined().optional() }),
  z.object({ error: z.object({ message: z.string() }) }),
]);

/** Connects to the signer, which must hold the key of this address. Only what the signer signs ever leaves it. */
export async function connectRemoteSigner(url: string, address: Address): Promise<LocalAccount> {
  const accounts = z.array(z.string()).safeParse(await ask(url, "eth_accounts", []));
  const held = accounts.success ? accounts.data.map((item) => getAddress(item)) : [];
  if (!held.includes(address))
    throw new EthStakeError("SIGNER_WITHOUT_KEY", `Load the key of ${address} into the signer: it does not hold it`, {
      details: { address, held },
    });
  const sign = async (method: string, parameters: unknown[]): Promise<Hex> => {
    const result = await ask(url, method, parameters);
    if (isHex(result)) return result;
    throw failed(url, `it answers ${method} with something else than hex`);
  };
  return toAccount({
    address,
    signMessage: () => Promise.reject(failed(url, "messages are not signed here")),
    signTransaction: (transaction) => sign("eth_signTransaction", [transactionJson(address, transaction)]),
    signTypedData: ({ domain, types, primaryType, message }) => {
      const data = { domain, types: { EIP712Domain, ...types }, primaryType, message };
      return sign("eth_signTypedData", [address, JSON.parse(stringifyJson(data))]);
    },
  }) as LocalAccount;
}

const EIP712Domain = [
  { name: "name", type: "string" },
  { name: "version", type: "string" },
  { name: "chainId", type: "uint256" },
  { name: "verifyingContract", type: "address" },
];

function transactionJson(from: Address, transaction: TransactionSerializable): Record<string, unknown> {
  const quantity = (value: bigint | number | undefined) => (value === undefined ? undefined : numberToHex(value));
  return {
    from,
    to: transaction.to ?? undefined,
    data: transaction.data,
    gas: quantity(transaction.gas),
    value: quantity(transaction.value ?? 0n),
    nonce: quantity(transaction.nonce),
    maxFeePerGas: quantity(transaction.maxFeePerGas),
    maxPriorityFeePerGas: quantity(transaction.maxPriorityFeePerGas),
  };
}

async function ask(url: string, method: string, parameters: unknown[]): Promise<unknown> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: parameters }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((cause: unknown) => {
    throw new EthStakeError("SIGNER_UNREACHABLE", `Start the signer at ${originOf(url)}: it does not answer`, {
      cause,
      retryable: true,
    });
  });
  const text = response.body === null ? "" : await readBoundedText(response.body, MAX_ANSWER_BYTES);
  const result = answer.safeParse(response.ok ? parseForeignJson(text) : undefined);
  if (!result.success) throw failed(url, `it answers ${method} with status ${response.status}`);
  if (result.data.error !== undefined) throw failed(url, result.data.error.message);
  return result.data.result;
}

function failed(url: string, problem: string): EthStakeError {
  return new EthStakeError("SIGNER_REFUSED", `Look at the signer at ${originOf(url)}: ${problem}`, {
    details: { problem },
  });
}

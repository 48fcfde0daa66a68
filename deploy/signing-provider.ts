import type { EIP1193Provider } from "@nomicfoundation/ignition-core";
import { hexToBigInt, http, numberToHex, type Hex, type LocalAccount } from "viem";
import { z } from "zod";

/** No transaction may ask for more on Osaka and later: https://eips.ethereum.org/EIPS/eip-7825 */
const MAX_TRANSACTION_GAS = 2n ** 24n;
/** An estimate is of the state now; a block later the same call may cost a little more. */
const GAS_MARGIN_PERCENT = 20n;

const hex = z.custom<Hex>((value) => typeof value === "string" && value.startsWith("0x"));
const quantity = hex.transform((value) => hexToBigInt(value));
const transactionRequest = z.object({
  to: hex.optional(),
  data: hex.optional(),
  value: quantity.default(0n),
  nonce: quantity,
  gas: quantity,
  maxFeePerGas: quantity,
  maxPriorityFeePerGas: quantity,
});
const answer = z.object({
  result: z.unknown().optional(),
  error: z.object({ code: z.number().optional(), message: z.string(), data: z.unknown().optional() }).optional(),
});

export type SigningProviderOptions = { url: string; account: LocalAccount; chainId: number };

/**
 * A node as Ignition wants it (EIP-1193), with one account of ours: transactions are signed here and sent raw, so that
 * the node needs no key. Everything else passes through.
 */
export function createSigningProvider({ url, account, chainId }: SigningProviderOptions): EIP1193Provider {
  const node = http(url, { raw: true, timeout: 30_000, retryCount: 3 })({});

  const ask = async (method: string, params: unknown): Promise<unknown> => {
    const { error, result } = answer.parse(await node.request({ method, params } as never));
    // Ignition decodes the reason of a revert from `data`.
    if (error !== undefined) throw Object.assign(new Error(error.message), { code: error.code, data: error.data });
    return result;
  };

  const sendTransaction = async (params: readonly unknown[]): Promise<unknown> => {
    const { nonce, to, ...request } = transactionRequest.parse(params[0]);
    const signed = await account.signTransaction({
      ...request,
      ...(to === undefined ? {} : { to }),
      nonce: Number(nonce),
      chainId,
      type: "eip1559",
    });
    return ask("eth_sendRawTransaction", [signed]);
  };

  return {
    request: async ({ method, params = [] }) => {
      if (method === "eth_accounts") return [account.address];
      if (method === "eth_sendTransaction" && Array.isArray(params)) return sendTransaction(params);
      if (method === "eth_estimateGas") return withMargin(hex.parse(await ask(method, params)));
      return ask(method, params);
    },
  };
}

function withMargin(estimate: Hex): Hex {
  const gas = (hexToBigInt(estimate) * (100n + GAS_MARGIN_PERCENT)) / 100n;
  return numberToHex(gas < MAX_TRANSACTION_GAS ? gas : MAX_TRANSACTION_GAS);
}

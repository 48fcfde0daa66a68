import { createPublicClient, defineChain, fallback, http, type Chain, type PublicClient, type Transport } from "viem";

import { EthStakeError } from "../../runtime/errors.ts";
import { originOf } from "../../runtime/redact.ts";
import type { AnyNetwork } from "../networks.ts";
import { toExecutionError } from "./revert.ts";

export type ExecutionOptions = {
  /** One or more nodes of the same chain; the next is asked when one fails. */
  urls: readonly string[];
  network: Pick<AnyNetwork, "name" | "chainId">;
  timeoutMs?: number;
  /** How often a receipt is looked for. The virtual network wants it small. */
  pollingIntervalMs?: number;
};

/** A connection to the execution chain. `client` is viem's. */
export type Execution = {
  readonly client: PublicClient<Transport, Chain>;
  readonly chain: Chain;
  readonly transport: Transport;
  /** Refuses nodes of another chain, each by its address. Call it once at the start. */
  assertChain(): Promise<void>;
};

/**
 * Connects to the execution chain.
 *
 * @example
 * const execution = createExecution({ urls: ["http://127.0.0.1:8545"], network: networkByName("devnet") });
 * await execution.assertChain();
 * const block = await execution.client.getBlock();
 */
export function createExecution(options: ExecutionOptions): Execution {
  const { urls, network, timeoutMs = 20_000, pollingIntervalMs = 1_000 } = options;
  if (urls.length === 0) throw new EthStakeError("CONFIG_INVALID", "Name at least one execution node");
  const chain = defineChain({
    id: network.chainId,
    name: network.name,
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: urls } },
  });
  const transports = urls.map((url) => http(url, { timeout: timeoutMs, retryCount: 2 }));
  const transport = transports.length === 1 && transports[0] ? transports[0] : fallback(transports);
  const client = createPublicClient({ chain, transport, pollingInterval: pollingIntervalMs });
  return { client, chain, transport, assertChain: () => assertChain(urls, chain, timeoutMs) };
}

async function assertChain(urls: readonly string[], chain: Chain, timeoutMs: number): Promise<void> {
  const ids = await Promise.all(
    urls.map((url) =>
      createPublicClient({ transport: http(url, { timeout: timeoutMs }) })
        .getChainId()
        .catch((error: unknown) => toExecutionError(error, `Execution node ${originOf(url)}`)),
    ),
  );
  ids.forEach((id, i) => {
    const node = originOf(urls[i] ?? "");
    if (typeof id === "number" && id !== chain.id)
      throw new EthStakeError(
        "WRONG_CHAIN",
        `Use an execution node of ${chain.name} (chain ${chain.id}): ${node} answers chain ${id}`,
        { details: { want: chain.id, got: id, node } },
      );
  });
  const first = ids[0];
  if (ids.every((id) => id instanceof EthStakeError) && first instanceof EthStakeError) throw first;
}

import type { EIP1193Provider } from "@nomicfoundation/ignition-core";

/** Makes the next block of a network whose time stands still by itself. */
export type MakeBlock = () => Promise<unknown>;

/** After these Ignition asks for the newest block to learn a fee or to count confirmations, not because it waits. */
const NOT_WAITING = ["eth_getTransactionCount", "eth_getTransactionByHash"];

/**
 * Makes a block whenever Ignition waits for one: everything that can be sent was sent, and something of it has no
 * receipt yet. So a deployment takes as few blocks as it can, and the same ones every time.
 */
export function withBlocksOnDemand(provider: EIP1193Provider, makeBlock: MakeBlock): EIP1193Provider {
  const waiting = new Set<unknown>();
  let before = "";

  return {
    request: async (request) => {
      const { method } = request;
      const isWaiting = method === "eth_getBlockByNumber" && waiting.size > 0 && !NOT_WAITING.includes(before);
      before = method;
      if (isWaiting) await makeBlock();
      const answer = await provider.request(request);
      if (method === "eth_sendTransaction") waiting.add(answer);
      if (method === "eth_getTransactionReceipt" && answer !== null && Array.isArray(request.params))
        waiting.delete(request.params[0]);
      return answer;
    },
  };
}

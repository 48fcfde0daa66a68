import { keccak256, parseTransaction, toHex, type Hex, type TransactionSerialized } from "viem";

import { startServer, type TestServer } from "../support/http-server.ts";

type RpcError = { code: number; message: string; data?: Hex };
export type FakeNode = TestServer & {
  /** Raw transactions in the order in which they came. */
  sent: { hash: Hex; nonce: number; gas: bigint; tip: bigint }[];
  /** What the next calls answer; a revert is an error with data. */
  behaviour: {
    call: Hex | RpcError;
    estimate: Hex | RpcError;
    balanceWei: bigint;
    /** What happens to transactions; "never" leaves them waiting. */
    status: "0x1" | "0x0" | "never";
    /** What sending answers instead of the hash; "lost" takes it and does not answer. */
    sending: RpcError | "lost" | undefined;
    down: boolean;
  };
};

const BASE_FEE = 10n ** 9n;
const zero32 = `0x${"00".repeat(32)}` as const;

/** Just enough of an execution node: one chain id, one balance, every transaction mined at once. */
export async function startFakeNode(chainId: number): Promise<FakeNode> {
  const sent: FakeNode["sent"] = [];
  const behaviour: FakeNode["behaviour"] = {
    call: "0x",
    estimate: toHex(100_000),
    balanceWei: 10n ** 18n,
    status: "0x1",
    sending: undefined,
    down: false,
  };
  const block = {
    number: "0x10",
    hash: zero32,
    parentHash: zero32,
    timestamp: "0x5",
    baseFeePerGas: toHex(BASE_FEE),
    gasLimit: toHex(60_000_000),
    gasUsed: "0x0",
    transactions: [],
  };
  const methods: Record<string, (params: unknown[]) => unknown> = {
    eth_chainId: () => toHex(chainId),
    eth_blockNumber: () => "0x10",
    eth_getBalance: () => toHex(behaviour.balanceWei),
    eth_getBlockByNumber: () => block,
    eth_maxPriorityFeePerGas: () => toHex(10n ** 8n),
    eth_getTransactionCount: () => toHex(sent.length),
    eth_call: () => behaviour.call,
    eth_estimateGas: () => behaviour.estimate,
    eth_sendRawTransaction: ([raw]) => {
      const text = raw as TransactionSerialized;
      const {
        nonce = 0,
        gas = 0n,
        maxPriorityFeePerGas: tip = 0n,
      } = parseTransaction(text) as {
        nonce?: number;
        gas?: bigint;
        maxPriorityFeePerGas?: bigint;
      };
      sent.push({ hash: keccak256(text), nonce, gas, tip });
      return behaviour.sending ?? keccak256(text);
    },
    eth_getTransactionReceipt: ([hash]) =>
      behaviour.status !== "never" && {
        transactionHash: hash,
        transactionIndex: "0x0",
        blockHash: zero32,
        blockNumber: "0x10",
        from: `0x${"11".repeat(20)}`,
        to: `0x${"22".repeat(20)}`,
        gasUsed: toHex(80_000),
        cumulativeGasUsed: toHex(80_000),
        // As EthereumJS answers it: the tip alone.
        effectiveGasPrice: "0x0",
        contractAddress: null,
        logs: [],
        logsBloom: `0x${"00".repeat(256)}`,
        status: behaviour.status,
        type: "0x2",
      },
  };
  const server = await startServer(({ body }) => {
    if (behaviour.down) return { status: 502, body: "" };
    const { id, method, params } = JSON.parse(body) as { id: number; method: string; params: unknown[] };
    const answer = methods[method]?.(params ?? []) || null;
    if (answer === "lost") return { status: 504, body: "" };
    const failed = typeof answer === "object" && answer !== null && "code" in answer;
    return {
      headers: { "content-type": "application/json" },
      body: { jsonrpc: "2.0", id, ...(failed ? { error: answer } : { result: answer }) },
    };
  });
  return Object.assign(server, { sent, behaviour });
}

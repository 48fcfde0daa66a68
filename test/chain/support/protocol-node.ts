import {
  decodeFunctionData,
  encodeAbiParameters,
  encodeErrorResult,
  encodeEventTopics,
  encodeFunctionResult,
  getAddress,
  keccak256,
  numberToHex,
  parseTransaction,
  toHex,
  type Abi,
  type AbiEvent,
  type Address,
  type Hex,
  type TransactionSerialized,
} from "viem";

import { iStakingPoolAbi } from "../../../chain/abi/IStakingPool.ts";
import { iEthStakeAbi } from "../../../chain/abi/IEthStake.ts";
import { iOperatorRegistryAbi } from "../../../chain/abi/IOperatorRegistry.ts";
import { iOracleCommitteeAbi } from "../../../chain/abi/IOracleCommittee.ts";
import { iRewardDistributionAbi } from "../../../chain/abi/IRewardDistribution.ts";
import { iValidatorExitsAbi } from "../../../chain/abi/IValidatorExits.ts";
import { iValidatorManagerAbi } from "../../../chain/abi/IValidatorManager.ts";
import { iVaultAbi } from "../../../chain/abi/IVault.ts";
import { iWithdrawalQueueAbi } from "../../../chain/abi/IWithdrawalQueue.ts";
import { iWithdrawalVaultAbi } from "../../../chain/abi/IWithdrawalVault.ts";
import type { Deployment } from "../../../chain/deployment.ts";
import { protocolErrorAbi } from "../../../chain/protocol/error-abi.ts";
import { startServer, type TestServer } from "./http-server.ts";

const abis = {
  token: iEthStakeAbi,
  pool: iStakingPoolAbi,
  queue: iWithdrawalQueueAbi,
  registry: iOperatorRegistryAbi,
  manager: iValidatorManagerAbi,
  validatorExits: iValidatorExitsAbi,
  distribution: iRewardDistributionAbi,
  committee: iOracleCommitteeAbi,
  withdrawalVault: iWithdrawalVaultAbi,
  executionVault: iVaultAbi,
  accessManager: [],
} as const satisfies Record<string, Abi>;
type Name = keyof typeof abis;

/** A deployment on the devnet whose contracts are at made-up addresses. */
export const fakeDeployment: Deployment = {
  chainId: 32382,
  network: "devnet",
  deployedAtBlock: 1,
  genesisTime: 1_000_000,
  contracts: Object.fromEntries(
    Object.keys(abis).map((name, i) => [name, getAddress(numberToHex(0xc0de00 + i, { size: 20 }))]),
  ) as Record<Name, Address>,
  parameters: {},
};

/** What contracts answer, by "contract.function": a value, or a function of the arguments. */
export type Answers = Record<string, unknown>;
export type Refusal = { errorName: string; args: readonly unknown[] };
export type SentCall = { contract: string; functionName: string; args: readonly unknown[]; valueWei: bigint };

/** An execution node that holds the protocol as a test says; transactions are mined at once. */
export type ProtocolNode = TestServer & {
  answers: Answers;
  /** Functions that the contracts refuse, by "contract.function". */
  refusals: Record<string, Refusal>;
  logs: Log[];
  sent: SentCall[];
  chainId: number;
  balanceWei: bigint;
  /** Transactions of the account that wait in the pool of the node. */
  waiting: number;
  timestamp: number;
  parentBeaconRoot: Hex;
};
type Log = { address: Address; topics: Hex[]; data: Hex };

const BLOCK = "0x64";
const zero32: Hex = `0x${"00".repeat(32)}`;

/** An event as the node keeps it. */
export function logOf(contract: Name, eventName: string, args: Record<string, unknown>): Log {
  const abi: Abi = abis[contract];
  const event = abi.find((item): item is AbiEvent => item.type === "event" && item.name === eventName);
  if (event === undefined) throw new Error(`${contract} has no event ${eventName}`);
  const plain = event.inputs.filter((input) => input.indexed !== true);
  const values = plain.map((input) => args[input.name ?? ""]);
  return {
    address: fakeDeployment.contracts[contract],
    topics: encodeEventTopics({ abi: [event], args } as never) as Hex[],
    data: encodeAbiParameters(plain, values),
  };
}

/** Starts the node. */
export async function startProtocolNode(answers: Answers = {}): Promise<ProtocolNode> {
  const state = {
    answers,
    refusals: {} as Record<string, Refusal>,
    logs: [] as Log[],
    sent: [] as SentCall[],
    chainId: fakeDeployment.chainId,
    balanceWei: 10n ** 20n,
    waiting: 0,
    timestamp: 2_000_000,
    parentBeaconRoot: zero32,
  };
  const methods: Record<string, (params: never) => unknown> = {
    eth_chainId: () => toHex(state.chainId),
    eth_blockNumber: () => BLOCK,
    eth_getBalance: () => toHex(state.balanceWei),
    eth_getBlockByNumber: () => blockOf(state.timestamp, state.parentBeaconRoot),
    eth_getTransactionCount: ([, tag]: [Address, string]) =>
      toHex(state.sent.length + (tag === "pending" ? state.waiting : 0)),
    eth_maxPriorityFeePerGas: () => toHex(10n ** 8n),
    // A node runs the call to find out, so that a refusal shows here too.
    eth_estimateGas: ([{ to, data }]: [{ to: Address; data?: Hex }]) => {
      if (isContract(to)) answerCall(state, to, data ?? "0x");
      return toHex(100_000);
    },
    eth_call: ([{ to, data }]: [{ to: Address; data: Hex }]) => answerCall(state, to, data),
    eth_getLogs: ([{ address, topics = [] }]: [{ address: Address; topics?: (Hex | Hex[] | null)[] }]) =>
      state.logs.filter((log) => matches(log, address, topics)).map(toRpcLog),
    eth_sendRawTransaction: ([raw]: [TransactionSerialized]) => {
      const { to, data, value = 0n } = parseTransaction(raw);
      const { contract, functionName, args } = decode(to ?? zero32, data ?? "0x");
      state.sent.push({ contract, functionName, args, valueWei: value });
      return keccak256(raw);
    },
    eth_getTransactionReceipt: ([hash]: [Hex]) => receiptOf(hash),
  };
  const server = await startServer(({ body }) => {
    const { id, method, params } = JSON.parse(body) as { id: number; method: string; params?: never };
    try {
      const result = methods[method]?.(params ?? ([] as never)) ?? null;
      return { headers: { "content-type": "application/json" }, body: { jsonrpc: "2.0", id, result } };
    } catch (error) {
      const data = error instanceof Reverted ? error.data : undefined;
      const message = error instanceof Error ? error.message : String(error);
      return { body: { jsonrpc: "2.0", id, error: { code: 3, message, data } } };
    }
  });
  return Object.assign(state, server);
}

class Reverted extends Error {
  readonly data: Hex;
  constructor(data: Hex) {
    super("execution reverted");
    this.data = data;
  }
}

/** Makes a function of a contract refuse, where its answer is a function of its arguments. */
export function refuse(errorName: string, ...args: readonly unknown[]): never {
  throw new Reverted(encodeErrorResult({ abi: protocolErrorAbi, errorName, args }));
}

function isContract(address: Address): boolean {
  return Object.values(fakeDeployment.contracts).includes(getAddress(address));
}

function decode(to: string, data: Hex) {
  const entry = Object.entries(fakeDeployment.contracts).find(([, address]) => getAddress(to) === address);
  if (entry === undefined) throw new Error(`nothing is at ${to}`);
  const contract = entry[0] as Name;
  const abi: Abi = abis[contract];
  const { functionName, args = [] } = decodeFunctionData({ abi, data });
  return { contract, abi, functionName, args: args as readonly unknown[] };
}

function answerCall(state: { answers: Answers; refusals: Record<string, Refusal> }, to: Address, data: Hex): Hex {
  const { contract, abi, functionName, args } = decode(to, data);
  const key = `${contract}.${functionName}`;
  const refusal = state.refusals[key];
  if (refusal !== undefined) throw new Reverted(encodeErrorResult({ abi: protocolErrorAbi, ...refusal }));
  if (!(key in state.answers)) throw new Error(`the test says nothing of ${key}`);
  const answer = state.answers[key];
  const result =
    typeof answer === "function" ? (answer as (...values: readonly unknown[]) => unknown)(...args) : answer;
  return encodeFunctionResult({ abi, functionName, result });
}

function matches(log: Log, address: Address, topics: readonly (Hex | Hex[] | null)[]): boolean {
  if (getAddress(address) !== log.address) return false;
  return topics.every((topic, i) => topic === null || [topic].flat().includes(log.topics[i] ?? "0x"));
}

function toRpcLog(log: Log, index: number) {
  const place = { blockNumber: "0x10", blockHash: zero32, transactionHash: zero32, transactionIndex: "0x0" };
  return { ...log, ...place, logIndex: toHex(index), removed: false };
}

function blockOf(timestamp: number, parentBeaconBlockRoot: Hex) {
  return {
    number: BLOCK,
    hash: zero32,
    parentHash: zero32,
    timestamp: toHex(timestamp),
    parentBeaconBlockRoot,
    baseFeePerGas: toHex(10n ** 9n),
    gasLimit: toHex(60_000_000),
    gasUsed: "0x0",
    transactions: [],
  };
}

function receiptOf(hash: Hex) {
  return {
    transactionHash: hash,
    transactionIndex: "0x0",
    blockHash: zero32,
    blockNumber: BLOCK,
    from: `0x${"11".repeat(20)}`,
    to: `0x${"22".repeat(20)}`,
    gasUsed: toHex(80_000),
    cumulativeGasUsed: toHex(80_000),
    effectiveGasPrice: toHex(10n ** 9n),
    contractAddress: null,
    logs: [],
    logsBloom: `0x${"00".repeat(256)}`,
    status: "0x1",
    type: "0x2",
  };
}

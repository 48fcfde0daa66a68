import { decodeFunctionData, encodeFunctionResult, getAddress, toHex, type Abi, type Address, type Hex } from "viem";

import { iOracleCommitteeAbi } from "../../../chain/abi/IOracleCommittee.ts";
import { iRewardDistributionAbi } from "../../../chain/abi/IRewardDistribution.ts";
import { iValidatorManagerAbi } from "../../../chain/abi/IValidatorManager.ts";
import { SYSTEM_CONTRACTS } from "../../../chain/networks.ts";
import { hashReport } from "../../../chain/report/encoding.ts";
import type { Report, ReportId } from "../../../chain/report/report.ts";
import { reportDigest } from "../../../chain/report/typed-data.ts";
import { pubkeyRoot } from "../../../chain/ssz/domains.ts";
import { startServer, type TestServer } from "../../chain/support/http-server.ts";
import { fakeDeployment, logOf } from "../../chain/support/protocol-node.ts";
import { OUR_CREDENTIALS } from "../support/deposits.ts";
import { blockAtOrBefore, OUR_KEYS, SLOTS_PER_EPOCH, type WorldBlock, type WorldChain } from "./chain.ts";

export const SLOTS_PER_FRAME = 32;
/** The contracts begin with this frame settled. */
export const FIRST_REF_SLOT = 31;
const KEY_BLOCK = 3;

/** An execution node over HTTP; a test may put words in its mouth. */
export type ExecutionStub = TestServer & {
  chain: WorldChain;
  /** Results in place of the truth, by method, or by "contract.function" for calls. */
  lies: Record<string, (truth: unknown) => unknown>;
  /** Settled reports, each in the block after its reference slot's. */
  settled: Report[];
  /** Slots after which EIP-4788 has forgotten. */
  ring: number;
  down: boolean;
};

const { contracts } = fakeDeployment;
const BY_ADDRESS: Record<Address, { name: string; abi: Abi }> = {
  [contracts.distribution]: { name: "distribution", abi: iRewardDistributionAbi },
  [contracts.manager]: { name: "manager", abi: iValidatorManagerAbi },
  [contracts.committee]: { name: "committee", abi: iOracleCommitteeAbi },
};
const ANSWERS: Record<string, unknown> = {
  "distribution.slotsPerFrame": BigInt(SLOTS_PER_FRAME),
  "distribution.framesPerPeriod": 2n,
  "distribution.lastRefSlot": BigInt(FIRST_REF_SLOT),
  "distribution.lastCutoffTimestamp": 0n,
  "distribution.cumulativeFeeShares": 10n ** 18n,
  "distribution.collectedWei": [5n, 7n],
  "distribution.committeeFor": contracts.committee,
  "committee.members": [contracts.pool, contracts.queue, contracts.registry],
  "committee.quorum": 2n,
  "committee.isActiveMember": true,
  "manager.withdrawalCredentials": OUR_CREDENTIALS,
};

/** Starts a node that tells the truth about a chain. */
export async function startExecution(chain: WorldChain): Promise<ExecutionStub> {
  const state = { chain, lies: {} as ExecutionStub["lies"], settled: [] as Report[], ring: 10_000, down: false };
  const methods: Record<string, (params: never) => unknown> = {
    eth_chainId: () => toHex(fakeDeployment.chainId),
    eth_syncing: () => false,
    eth_blockNumber: () => toHex(state.chain.head.execution.number),
    eth_getBlockByHash: ([hash]: [Hex]) =>
      rpcBlock(state.chain.blocks.find(({ execution }) => execution.hash === hash)),
    eth_getBlockByNumber: ([tag]: [string]) => rpcBlock(blockByTag(state.chain, tag)),
    eth_getBalance: () => toHex(10n ** 17n),
    eth_getLogs: ([filter]: [{ address: Address; fromBlock: Hex; toBlock: Hex }]) => logs(state, filter),
    eth_call: ([{ to, data }]: [{ to: Address; data: Hex }]) => call(state, to, data),
  };
  const server = await startServer(({ body }) => {
    if (state.down) return { status: 503, body: "" };
    const { id, method, params } = JSON.parse(body) as { id: number; method: string; params: never };
    const truth = methods[method]?.(params) ?? null;
    const result = state.lies[method]?.(truth) ?? truth;
    return { headers: { "content-type": "application/json" }, body: { jsonrpc: "2.0", id, result } };
  });
  return Object.assign(state, server);
}

function call(state: Pick<ExecutionStub, "chain" | "lies" | "ring">, to: Address, data: Hex): Hex {
  if (getAddress(to) === getAddress(SYSTEM_CONTRACTS.beaconRoots)) {
    const found = state.chain.blocks.find(({ execution }) => BigInt(execution.timestamp) === BigInt(data));
    const forgotten = found === undefined || state.chain.head.slot - found.slot >= state.ring;
    return forgotten
      ? "0x"
      : ((state.lies["4788"]?.(found.execution.parentBeaconRoot) as Hex) ?? found.execution.parentBeaconRoot);
  }
  const contract = BY_ADDRESS[getAddress(to)];
  if (contract === undefined) throw new Error(`nothing is at ${to}`);
  const { functionName, args = [] } = decodeFunctionData({ abi: contract.abi, data });
  const key = `${contract.name}.${functionName}`;
  if (key !== "committee.digestOf" && !(key in ANSWERS)) throw new Error(`the world says nothing of ${key}`);
  const truth = key === "committee.digestOf" ? digestOf(args[0] as ReportId) : ANSWERS[key];
  return encodeFunctionResult({ abi: contract.abi, functionName, result: state.lies[key]?.(truth) ?? truth });
}

function digestOf(id: ReportId): Hex {
  return reportDigest({ chainId: fakeDeployment.chainId, committee: contracts.committee ?? "0x" }, id);
}

type Filter = { address: Address; fromBlock: Hex; toBlock: Hex };

function logs({ chain, settled }: Pick<ExecutionStub, "chain" | "settled">, filter: Filter): unknown[] {
  const isIn = (block: number) => Number(filter.fromBlock) <= block && block <= Number(filter.toBlock);
  if (getAddress(filter.address) === contracts.distribution)
    return settled
      .map((report) => ({ report, block: blockAtOrBefore(chain, Number(report.refSlot)).execution.number + 1 }))
      .filter(({ block }) => isIn(block))
      .map(({ report, block }, index) => toRpcLog(settledLog(report), block, index));
  if (getAddress(filter.address) !== contracts.manager || !isIn(KEY_BLOCK)) return [];
  return keyLogs().map((log, index) => toRpcLog(log, KEY_BLOCK, index));
}

function settledLog(report: Report) {
  const event = iRewardDistributionAbi.find((item) => item.type === "event" && item.name === "RewardSettled");
  const parts = event?.inputs.find(({ name }) => name === "settlement");
  const fields = parts !== undefined && "components" in parts ? parts.components : [];
  const settlement = Object.fromEntries(fields.map(({ name }) => [name, 0n]));
  const { refSlot } = report;
  const submitter = contracts.pool;
  return logOf("distribution", "RewardSettled", {
    refSlot,
    reportHash: hashReport(report),
    submitter,
    report,
    settlement,
  });
}

function keyLogs() {
  return OUR_KEYS.flatMap(({ pubkey, operatorId }) => [
    logOf("manager", "Predeposited", { operatorId, batchId: 0, pubkeyRoot: pubkeyRoot(pubkey), pubkey }),
    logOf("manager", "CredentialsProven", { operatorId, pubkeyRoot: pubkeyRoot(pubkey), index: 1 }),
  ]);
}

function toRpcLog(log: ReturnType<typeof logOf>, block: number, index: number) {
  return {
    ...log,
    blockNumber: toHex(block),
    blockHash: `0x${"01".repeat(32)}`,
    transactionHash: `0x${"02".repeat(32)}`,
    transactionIndex: "0x0",
    logIndex: toHex(index),
    removed: false,
  };
}

function blockByTag(chain: WorldChain, tag: string): WorldBlock | undefined {
  if (tag === "latest") return chain.head;
  if (tag === "finalized") return blockAtOrBefore(chain, chain.finalizedEpoch * SLOTS_PER_EPOCH);
  return chain.blocks.find(({ execution }) => execution.number === Number(tag));
}

function rpcBlock(block: WorldBlock | undefined) {
  if (block === undefined) return null;
  const { hash, number, timestamp, parentBeaconRoot } = block.execution;
  return {
    number: toHex(number),
    hash,
    parentHash: `0x${"00".repeat(32)}`,
    timestamp: toHex(timestamp),
    parentBeaconBlockRoot: parentBeaconRoot,
    baseFeePerGas: "0x1",
    gasLimit: toHex(60_000_000),
    gasUsed: "0x0",
    miner: contracts.executionVault,
    transactions: [],
  };
}

import { join } from "node:path";

import { privateKeyToAccount } from "viem/accounts";

import { createBeaconApi } from "../chain/beacon/api.ts";
import { assertNetwork } from "../chain/beacon/health.ts";
import { loadDeployment } from "../chain/deployment.ts";
import { createExecution } from "../chain/execution/client.ts";
import { networkByName, type Network } from "../chain/networks.ts";
import { createProtocol } from "../chain/protocol/contracts.ts";
import { loadStateCodec } from "../chain/ssz/state.ts";
import { createSystemClock } from "../runtime/clock.ts";
import { openDatabase } from "../runtime/database/open.ts";
import { EthStakeError } from "../runtime/errors.ts";
import { createLogger, type Logger } from "../runtime/logger.ts";
import { originOf } from "../runtime/redact.ts";
import { createPeer } from "./act/peers.ts";
import { createOracleSender } from "./act/sender.ts";
import { startExchangeServer } from "./act/server.ts";
import type { OracleConfig } from "./config.ts";
import { assertGrid } from "./decide/frames.ts";
import { runLoop } from "./loop.ts";
import { createMember } from "./member.ts";
import { createEpochCollector } from "./read/epoch-collector.ts";
import { readAgreedEpoch } from "./read/agreed-epoch.ts";
import { createLeavesReader } from "./read/leaves.ts";
import { createOracleChain } from "./read/oracle-chain.ts";
import { createSources } from "./read/sources.ts";
import type { OracleStatus } from "./status.ts";
import { createEpochStore } from "./store/epoch-store.ts";
import { createFrameStore } from "./store/frame-store.ts";
import { createInputStore } from "./store/input-store.ts";
import { createRetention } from "./store/retention.ts";
import { prepareStore } from "./store/schema.ts";

/** A running oracle. */
export type Oracle = {
  /** Where peers reach it. */
  readonly url: string;
  status(): OracleStatus;
  /** Works until the signal fires; with `once`, until the present frame is settled (or, without a key, built). */
  run(options?: { once?: boolean }): Promise<void>;
  close(): Promise<void>;
};

/**
 * Wires an oracle: checks its nodes, opens its store and listens for peers.
 *
 * @example
 * const oracle = await createOracle(readOracleConfig(process.env), { signal: shutdown.signal });
 * await oracle.run();
 */
export async function createOracle(
  config: OracleConfig,
  { signal, logger: given }: { signal: AbortSignal; logger?: Logger },
): Promise<Oracle> {
  const base = given ?? createLogger({ level: config.logLevel, format: config.logFormat });
  // So that nobody overlooks that a single node is believed.
  const logger = config.singleNode ? base.child({ singleNode: true }) : base;
  const clock = createSystemClock();
  const account = config.privateKey === undefined ? undefined : privateKeyToAccount(config.privateKey);

  const deployment = await loadDeployment(config.deploymentFile);
  const network = networkByName(deployment.network);
  if (network.chainId !== deployment.chainId)
    throw new EthStakeError("WRONG_CHAIN", `Use the addresses file of ${network.name}: it names another chain`, {
      details: { want: network.chainId, got: deployment.chainId },
    });
  const execution = createExecution({ urls: config.executionUrls, network, pollingIntervalMs: config.pollMs });
  const beacons = config.consensusUrls.map((url) => createBeaconApi({ url, clock, signal }));
  assertEnoughNodes(config);
  await execution.assertChain();
  const checked = await Promise.all(beacons.map((beacon) => assertNetwork(beacon, network)));
  const [{ genesis, spec } = { genesis: undefined, spec: undefined }] = checked;
  if (genesis === undefined || spec === undefined)
    throw new EthStakeError("CONFIG_INVALID", "Set CONSENSUS_CLIENT_URI to at least one beacon node");

  const protocol = createProtocol(execution, deployment);
  const timing = { ...spec, genesisTime: genesis.genesisTime };
  const executions = config.executionUrls.map((url) => {
    const single = createExecution({ urls: [url], network, pollingIntervalMs: config.pollMs });
    return { name: originOf(url), protocol: createProtocol(single, deployment) };
  });
  const codec = await loadStateCodec(spec.preset);
  const sources = createSources({
    beacons,
    executions,
    shared: { deployment, spec, timing, codec, verifyStates: config.verifyStates },
    timing,
    clock,
    maxHeadAgeSlots: headAgeLimit(config, network),
  });
  const [slotsPerFrame, framesPerPeriod] = await Promise.all([
    protocol.distribution.read.slotsPerFrame(),
    protocol.distribution.read.framesPerPeriod(),
  ]);
  const grid = {
    slotsPerEpoch: spec.slotsPerEpoch,
    slotsPerFrame: Number(slotsPerFrame),
    framesPerPeriod: Number(framesPerPeriod),
  };
  assertGrid(grid);

  const database = await openDatabase({ url: config.databaseUrl, folder: join(config.dataDir, "database") });
  const { chainId, contracts } = deployment;
  await prepareStore(database, { chainId, distribution: contracts.distribution });
  const frames = createFrameStore(database, account?.address);
  const store = createEpochStore(database);
  const inputs = createInputStore(database);
  const peers = config.peers.map((url) => createPeer(url, { signal }));
  const epochs = createEpochCollector({
    store,
    logger,
    read: (epoch) => readAgreedEpoch(sources, epoch),
  });
  const askPeers = async (refSlot: number) => {
    const answers = await Promise.allSettled(peers.map((peer) => peer.report(refSlot)));
    return answers.flatMap((answer) => (answer.status === "fulfilled" && answer.value ? [answer.value.leaves] : []));
  };
  const leavesOf = createLeavesReader({ frames, askPeers, grid, epochs, logger });
  const signer = account && {
    account,
    sender: createOracleSender({ execution, protocol, account, maxCostWei: config.maxCostWei }),
  };
  const member = createMember({
    chain: createOracleChain({ sources, grid, epochs, leavesOf, logger }),
    frames,
    inputs,
    retain: createRetention({ grid, epochs: store, frames, inputs, ...config }),
    peers,
    signer,
    grid,
    chainId: deployment.chainId,
    turnSeconds: config.turnSlots * timing.secondsPerSlot,
    voteAfterSeconds: config.voteAfterSlots * timing.secondsPerSlot,
    singleNode: config.singleNode,
    logger,
  });
  const server = await startExchangeServer(member, { ...config.listen, logger });
  logger.info("Oracle started", { member: account?.address, dryRun: account === undefined, listen: server.url, grid });
  return {
    url: server.url,
    status: member.status,
    run: ({ once = false } = {}) => runLoop({ member, clock, pollMs: config.pollMs, logger, signal, once }),
    close: async () => {
      await server.close();
      await database.close();
    },
  };
}

/** Slots since the newest block of a node after which it is not asked. */
const MAX_HEAD_AGE_SLOTS = 8;

// The devnet may run in a time of its own, faster than the clock.
function headAgeLimit({ maxHeadAgeSlots }: OracleConfig, { name }: Network): number | undefined {
  const limit = maxHeadAgeSlots ?? (name === "devnet" ? 0 : MAX_HEAD_AGE_SLOTS);
  return limit === 0 ? undefined : limit;
}

// Told at the start: with too few nodes no frame could ever be signed.
function assertEnoughNodes({ consensusUrls, executionUrls, singleNode }: OracleConfig): void {
  if (singleNode || (consensusUrls.length > 1 && executionUrls.length > 1)) return;
  throw new EthStakeError(
    "NODES_TOO_FEW",
    "Name two beacon nodes of different clients and two execution nodes, or set ORACLE_SINGLE_NODE=true to believe one",
    { details: { beacons: consensusUrls.length, executions: executionUrls.length } },
  );
}

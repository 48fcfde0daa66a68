import { join } from "node:path";

import { createBeaconApi } from "../chain/beacon/api.ts";
import { assertNetworkOfAny } from "../chain/beacon/health.ts";
import { loadDeployment, type Deployment } from "../chain/deployment.ts";
import { createExecution, type Execution } from "../chain/execution/client.ts";
import { networkByName, type Network } from "../chain/networks.ts";
import { createProtocol, type Protocol } from "../chain/protocol/contracts.ts";
import type { SlotTiming } from "../chain/slots.ts";
import { loadStateCodec } from "../chain/ssz/state.ts";
import { createSystemClock, type Clock } from "../runtime/clock.ts";
import type { Database } from "../runtime/database/database.ts";
import { openDatabase } from "../runtime/database/open.ts";
import { EthStakeError } from "../runtime/errors.ts";
import type { Logger } from "../runtime/logger.ts";
import { originOf } from "../runtime/redact.ts";
import { createPeer, type Peer } from "./act/peers.ts";
import type { OracleConfig } from "./config.ts";
import { assertGrid } from "./decide/frames.ts";
import type { FrameGrid } from "./decide/snapshot.ts";
import { readAgreedEpoch } from "./read/agreed-epoch.ts";
import { createEpochCollector } from "./read/epoch-collector.ts";
import { createLeavesReader } from "./read/leaves.ts";
import { createOracleChain, type OracleChain } from "./read/oracle-chain.ts";
import { createSources, type Sources } from "./read/sources.ts";
import { createEpochStore, type EpochStore } from "./store/epoch-store.ts";
import { createFrameStore, type FrameStore } from "./store/frame-store.ts";
import { createInputStore, type InputStore } from "./store/input-store.ts";
import { prepareStore } from "./store/schema.ts";

/** Nodes, contracts and store: what a member and every command of the oracle work with. */
export type OracleContext = {
  deployment: Deployment;
  network: Network;
  timing: SlotTiming;
  grid: FrameGrid;
  /** All execution nodes behind one client, for sending and for what any of them may answer. */
  execution: Execution;
  protocol: Protocol;
  sources: Sources;
  chain: OracleChain;
  peers: readonly Peer[];
  store: { epochs: EpochStore; frames: FrameStore; inputs: InputStore };
  clock: Clock;
  logger: Logger;
  close(): Promise<void>;
};

export type ConnectOptions = {
  signal: AbortSignal;
  logger: Logger;
  clock?: Clock;
  /** Whose frames are kept; nobody's without it. */
  member?: string | undefined;
  /** True for commands that only look: when a member has the embedded database open, they work without it. */
  readOnly?: boolean;
};

/** Connects to the nodes, of which some may be away, refuses those of another network, and opens the store. */
export async function connectOracle(config: OracleConfig, options: ConnectOptions): Promise<OracleContext> {
  const { signal, logger, clock = createSystemClock(), member, readOnly = false } = options;
  const deployment = await loadDeployment(config.deploymentFile);
  const network = networkByName(deployment.network);
  if (network.chainId !== deployment.chainId)
    throw new EthStakeError("WRONG_CHAIN", `Use the addresses file of ${network.name}: it names another chain`, {
      details: { want: network.chainId, got: deployment.chainId },
    });
  const execution = createExecution({ urls: config.executionUrls, network, pollingIntervalMs: config.pollMs });
  await execution.assertChain();
  const beacons = config.consensusUrls.map((url) => createBeaconApi({ url, clock, signal }));
  const { genesis, spec } = await assertNetworkOfAny(beacons, network);

  const protocol = createProtocol(execution, deployment);
  const timing = { ...spec, genesisTime: genesis.genesisTime };
  const executions = config.executionUrls.map((url) => {
    const single = createExecution({ urls: [url], network, pollingIntervalMs: config.pollMs });
    return { name: originOf(url), protocol: createProtocol(single, deployment), assertChain: single.assertChain };
  });
  const codec = await loadStateCodec(spec.preset);
  const shared = { deployment, spec, timing, codec, verifyStates: config.verifyStates };
  const maxHeadAgeSlots = headAgeLimit(config, network);
  const sources = createSources({ beacons, executions, network, shared, timing, clock, maxHeadAgeSlots });
  const grid = await readGrid(protocol, spec.slotsPerEpoch);

  const database = await openStore(config, readOnly, logger);
  await prepareStore(database, { chainId: deployment.chainId, distribution: deployment.contracts.distribution });
  const store = {
    epochs: createEpochStore(database),
    frames: createFrameStore(database, member),
    inputs: createInputStore(database),
  };
  const peers = config.peers.map((url) => createPeer(url, { signal }));
  const read = (epoch: number) => readAgreedEpoch(sources, epoch);
  const epochs = createEpochCollector({ store: store.epochs, logger, read });
  const leavesOf = createLeavesReader({ frames: store.frames, askPeers: askLeaves(peers), grid, epochs, logger });
  const chain = createOracleChain({ sources, grid, epochs, leavesOf, logger });
  return {
    deployment,
    network,
    timing,
    grid,
    execution,
    protocol,
    sources,
    chain,
    peers,
    store,
    clock,
    logger,
    close: database.close,
  };
}

async function readGrid({ distribution }: Protocol, slotsPerEpoch: number): Promise<FrameGrid> {
  const [slotsPerFrame, framesPerPeriod] = await Promise.all([
    distribution.read.slotsPerFrame(),
    distribution.read.framesPerPeriod(),
  ]);
  const grid = { slotsPerEpoch, slotsPerFrame: Number(slotsPerFrame), framesPerPeriod: Number(framesPerPeriod) };
  assertGrid(grid);
  return grid;
}

async function openStore(config: OracleConfig, readOnly: boolean, logger: Logger): Promise<Database> {
  const folder = join(config.dataDir, "database");
  try {
    return await openDatabase({ url: config.databaseUrl, folder });
  } catch (error) {
    if (!readOnly) throw error;
    logger.warn("The database cannot be opened: working without what it holds", { folder, error });
    return openDatabase({});
  }
}

/** What the peers say that the leaves of a frame are; nobody is believed, so nobody's silence matters. */
function askLeaves(peers: readonly Peer[]) {
  return async (refSlot: number) => {
    const answers = await Promise.allSettled(peers.map((peer) => peer.report(refSlot)));
    return answers.flatMap((answer) => (answer.status === "fulfilled" && answer.value ? [answer.value.leaves] : []));
  };
}

/** Slots since the newest block of a node after which it is not asked. */
const MAX_HEAD_AGE_SLOTS = 8;

// The devnet may run in a time of its own, faster than the clock.
function headAgeLimit({ maxHeadAgeSlots }: OracleConfig, { name }: Network): number | undefined {
  const limit = maxHeadAgeSlots ?? (name === "devnet" ? 0 : MAX_HEAD_AGE_SLOTS);
  return limit === 0 ? undefined : limit;
}

import { BeaconRestApiServer, getApi, type BeaconRestApiServerOpts } from "@lodestar/beacon-node/api";
import { persistAnchorState } from "@lodestar/beacon-node/chain";
import { BeaconDb } from "@lodestar/beacon-node/db";
import type { BeaconConfig } from "@lodestar/config";
import { MemoryDbController } from "@lodestar/db";
import type { Logger } from "@lodestar/logger";
import { generateKeyPair } from "@libp2p/crypto/keys";
import type { ConsensusSettings } from "../settings.ts";
import { createDevnetConfig } from "./chain-config.ts";
import { DevnetChain } from "./devnet-chain.ts";
import { fetchGenesisHeader } from "./execution-header.ts";
import { createGenesis } from "./genesis-state.ts";
import { Clock, defaultChainOptions, initializeExecutionEngine } from "./lodestar-internals.ts";
import { createLonelyNetwork, createLonelySync } from "./lonely-network.ts";
import { createSettlingEngine } from "./settling-engine.ts";

const VERSION = "ethstake-devnet";
const ENGINE_TIMEOUT_MS = 60_000;

export interface BeaconNode {
  chain: DevnetChain;
  config: BeaconConfig;
  clock: Clock;
  beaconPort: number;
  /** Resolves when the execution client and the archive know of all that the chain knows. */
  settled(): Promise<void>;
}

/** Lodestar's beacon chain and Beacon API over a genesis of our own, without a network. */
export async function startBeaconNode(settings: ConsensusSettings, logger: Logger): Promise<BeaconNode> {
  const { genesisTime, validatorCount, exitQueueUntilEpoch, secondsPerSlot, mode } = settings;
  const executionHeader = await fetchGenesisHeader(settings.executionUrl);
  const genesis = createGenesis(createDevnetConfig(secondsPerSlot), {
    ...{ validatorCount, exitQueueUntilEpoch, genesisTime, executionHeader },
  });
  const { config } = genesis;
  const { signal } = new AbortController();

  const db = new BeaconDb(config, new MemoryDbController());
  await persistAnchorState(config, db, genesis.state, genesis.state.serialize());
  const { engine, settled } = createSettlingEngine(
    initializeExecutionEngine(
      { mode: "http", urls: [settings.engineUrl], timeout: ENGINE_TIMEOUT_MS, retries: 0, retryDelay: 0 },
      { metrics: null, signal, logger: logger.child({ module: "engine" }) },
    ),
  );
  const clock = new Clock({ config, genesisTime, signal });
  const chain = new DevnetChain(
    {
      ...defaultChainOptions,
      // One thread: workers would cost more than they save at this size, and make the order of things uncertain.
      blsVerifyAllMainThread: true,
      // A stored state an epoch bounds the work of rebuilding an old one to seven blocks.
      archiveStateEpochFrequency: 1,
      // Members of the oracle ask for committees of epochs that were final long ago.
      maxShufflingCacheEpochs: 4_096,
      nHistoricalStatesFileDataStore: false,
      disableLightClientServer: true,
      // Any number of slots may be left empty.
      maxSkipSlots: Number.MAX_SAFE_INTEGER,
      // In virtual time the slot driver prepares payloads, when it knows that a block will follow.
      disablePrepareNextSlot: mode === "virtual",
    },
    {
      privateKey: await generateKeyPair("secp256k1"),
      config,
      pubkeyCache: genesis.pubkeyCache,
      db,
      dbName: "memory",
      dataDir: "unused",
      logger: logger.child({ module: "chain" }),
      processShutdownCallback: (error) => {
        logger.error("The beacon chain cannot go on", {}, error);
        process.exit(1);
      },
      clock,
      metrics: null,
      validatorMonitor: null,
      anchorState: genesis.view,
      isAnchorStateFinalized: true,
      executionEngine: engine,
    },
  );
  await chain.init();
  chain.opts.serveHistoricalState = true; // after init(), which would start the stock worker

  const beaconPort = await startBeaconApi({ chain, config, db, logger, port: settings.beaconPort });
  return {
    chain,
    config,
    clock,
    beaconPort,
    settled: async () => void (await Promise.all([settled(), chain.archived()])),
  };
}

interface BeaconApiOptions {
  chain: DevnetChain;
  config: BeaconConfig;
  db: BeaconDb;
  logger: Logger;
  port: number;
}

async function startBeaconApi({ chain, config, db, logger, port }: BeaconApiOptions): Promise<number> {
  const rest: BeaconRestApiServerOpts = {
    enabled: true,
    address: "127.0.0.1",
    port,
    api: ["beacon", "config", "debug", "events", "node", "validator", "proof", "lodestar"],
    cors: "*",
    bodyLimit: 50_000_000,
  };
  const api = getApi(
    { version: VERSION, rest },
    {
      config,
      logger: logger.child({ module: "api" }),
      db,
      sync: createLonelySync(chain),
      network: createLonelyNetwork(chain),
      chain,
      metrics: null,
    },
  );
  const server = new BeaconApiServer(rest, { config, logger: logger.child({ module: "rest" }), api, metrics: null });
  await server.registerRoutes(VERSION);
  await server.listen();
  return server.port();
}

/** The stock server, which does not tell the port that it was given. */
class BeaconApiServer extends BeaconRestApiServer {
  port(): number {
    const address = this.server.server.address();
    if (address === null || typeof address === "string") throw new Error("The Beacon API does not listen");
    return address.port;
  }
}

import { createBlockchain } from "@ethereumjs/blockchain";
import { EthereumClient } from "@ethereumjs/client/dist/esm/src/client.js";
import { Config, SyncMode } from "@ethereumjs/client/dist/esm/src/config.js";
import { LevelDB } from "@ethereumjs/client/dist/esm/src/execution/level.js";
import { getLogger } from "@ethereumjs/client/dist/esm/src/logging.js";
import { parseGethGenesisState } from "@ethereumjs/common";
import { MemoryLevel } from "memory-level";
import type { ExecutionGenesis } from "./genesis.ts";
import { passOverUnderpriced } from "./payable-pool.ts";
import { createQuickCommon } from "./quick-common.ts";
import { createQuickCrypto } from "./quick-crypto.ts";
import { rememberJumps } from "./quick-jumps.ts";

type Stored = string | Uint8Array;

/** A configuration without the peer-to-peer server that the client would start otherwise. */
class SilentConfig extends Config {
  override readonly server = undefined;
}

/**
 * The EthereumJS execution client in this process, with everything in memory. It is put together from its
 * parts because its command line listens on all interfaces, starts a peer-to-peer server and writes files.
 */
export async function createExecutionClient(genesis: ExecutionGenesis, logLevel: string): Promise<EthereumClient> {
  rememberJumps();
  const common = createQuickCommon(genesis, await createQuickCrypto());
  const genesisState = parseGethGenesisState(genesis as unknown as Parameters<typeof parseGethGenesisState>[0]);
  const logger = getLogger({ logLevel });
  const config = new SilentConfig({
    common,
    ...(logger === undefined ? {} : { logger }),
    syncmode: SyncMode.Full,
    isSingleNode: true,
    execution: true,
    saveReceipts: true,
    discV4: false,
    discDns: false,
    minPeers: 0,
    maxPeers: 0,
    bootnodes: [],
    prefixStorageTrieKeys: true,
    pruneEngineCache: true,
    // Enough for any block here. Caches as large as by default take longer to make and to empty than a block.
    accountCache: 5_000,
    storageCache: 5_000,
    codeCache: 500,
    trieCache: 50_000,
  });
  const database = () => new MemoryLevel<Stored, Stored>();
  const databases = { chainDB: database(), stateDB: database(), metaDB: database() };
  const blockchain = await createBlockchain({
    db: new LevelDB(databases.chainDB),
    common: config.chainCommon,
    hardforkByHeadBlockNumber: true,
    validateBlocks: true,
    validateConsensus: false,
    consensusDict: {},
    genesisState,
  });
  config.chainCommon.setForkHashes(blockchain.genesisBlock.hash());
  const client = await EthereumClient.create({ config, blockchain, genesisState, ...databases });
  await client.open();
  config.updateSynchronizedState(client.chain.headers.latest);
  // Nobody but us makes blocks, so the client is "synchronised" from the start and its pool may take transactions.
  client.service.txPool.checkRunState();
  passOverUnderpriced(client.service.txPool);
  await client.start();
  return client;
}

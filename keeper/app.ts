import type { Hex, LocalAccount } from "viem";

import type { BeaconApi } from "../chain/beacon/api.ts";
import type { ValidatorApi } from "../chain/beacon/validator-api.ts";
import type { Deployment } from "../chain/deployment.ts";
import type { Execution } from "../chain/execution/client.ts";
import { createTransactor } from "../chain/execution/transact.ts";
import type { ExitSecrets } from "../chain/exits/exit-file.ts";
import { createProtocol } from "../chain/protocol/contracts.ts";
import { protocolErrorAbi } from "../chain/protocol/error-abi.ts";
import type { Database } from "../runtime/database/database.ts";
import { createSystemClock, type Clock } from "../runtime/clock.ts";
import { createSilentLogger, type Logger } from "../runtime/logger.ts";
import { watchingAccount } from "./account.ts";
import type { KeeperContext } from "./context.ts";
import { createExitFolder } from "./exit/exit-folder.ts";
import { DEFAULT_GAS_POLICY, type GasPolicy } from "./gas-policy.ts";
import type { JobName } from "./job-names.ts";
import { createJobs } from "./jobs.ts";
import type { KeeperPolicy } from "./policy.ts";
import { createMonitor, type Monitor } from "./monitor.ts";
import { createReplica } from "./replica.ts";
import { runJobs, type KeeperRun } from "./run-jobs.ts";
import { createSpendLimit } from "./spend-limit.ts";
import { createKeeperLedger } from "./store/ledger.ts";
import { createPublishedExits, rememberPublishedExits } from "./store/published-exits.ts";
import { deploymentKey } from "./store/schema.ts";

export type KeeperOptions = {
  execution: Execution;
  beacon: BeaconApi;
  deployment: Deployment;
  /** Who pays; in a dry run {@link watchingAccount} is enough. */
  account: LocalAccount;
  /** Folder of private key-batch files; without it nothing is predeposited. */
  keyBatchFolder?: string | undefined;
  /** Addresses of oracle members; without any nothing is settled. */
  oraclePeers?: readonly string[];
  /** Folder of signed exits, what opens them, and the nodes that are given them; without it every exit is a request. */
  heldExits?: { folder: string; secrets: ExitSecrets; nodes: readonly ValidatorApi[] } | undefined;
  policy?: Partial<KeeperPolicy>;
  /** Above this price of gas nothing is sent. Default 100 gwei. */
  maxFeePerGasWei?: bigint;
  /** When a wait for cheaper gas is worth it; left out parts by DEFAULT_GAS_POLICY. */
  gasPolicy?: Partial<GasPolicy>;
  /** The most that the gas of one run may cost. Default 0.5 ETH. */
  maxRunCostWei?: bigint;
  /**
   * Where transactions are written down before they leave. Replicas that share one on a server take turns; without it
   * only the pool of the node tells after a crash what was sent.
   */
  database?: Database | undefined;
  /** How long a transaction may wait before one that does nothing takes its place. Default ten minutes. */
  stuckAfterMs?: number;
  /** Decides and tells what it would send, and sends nothing. */
  dryRun?: boolean;
  logger?: Logger;
  clock?: Clock;
  signal?: AbortSignal | undefined;
  /** Called when a transaction has left, before its receipt is waited for. In virtual time: make a block. */
  onSent?: (hash: Hex) => void | Promise<void>;
};

export type Keeper = {
  /**
   * Runs jobs once, the usual ones unless told, in the order of JOB_NAMES. What a job could not do is in its
   * result; only a node that cannot be relied on (not there, syncing) is thrown.
   */
  runOnce(jobs?: readonly JobName[]): Promise<KeeperRun>;
  /** Runs jobs again and again until the signal fires. */
  runForever(options: { jobs?: readonly JobName[]; intervalSeconds: number }): Promise<void>;
  /** What came of the runs of `runForever`. */
  readonly monitor: Pick<Monitor, "metricsText" | "health">;
  /** Gives up the lead, so that another replica goes on at once. */
  close(): Promise<void>;
};

export const DEFAULT_MAX_FEE_PER_GAS_WEI = 100n * 10n ** 9n;
export const DEFAULT_MAX_RUN_COST_WEI = 5n * 10n ** 17n;
export const DEFAULT_STUCK_AFTER_MS = 600_000;

/**
 * Makes a keeper: everything that anyone may do for the protocol. What is to be done is read from the chains each time,
 * so that it can be stopped and started anywhere; all that it keeps is what it has sent.
 *
 * @example
 * const keeper = createKeeper({ execution, beacon, deployment, account, keyBatchFolder: "batches" });
 * const { actions, results } = await keeper.runOnce(["prove", "fund"]);
 */
export function createKeeper(options: KeeperOptions): Keeper {
  const { execution, beacon, deployment, account, signal, onSent, clock = createSystemClock() } = options;
  const logger = options.logger ?? createSilentLogger();
  const limit = createSpendLimit({
    client: execution.client,
    maxFeePerGasWei: options.maxFeePerGasWei ?? DEFAULT_MAX_FEE_PER_GAS_WEI,
    maxRunCostWei: options.maxRunCostWei ?? DEFAULT_MAX_RUN_COST_WEI,
    gasPolicy: { ...DEFAULT_GAS_POLICY, ...options.gasPolicy },
  });
  const ledger = options.database && createKeeperLedger(options.database, deploymentKey(deployment), clock);
  const transactorOf = (job: string) =>
    createTransactor({
      execution,
      account,
      errorAbi: protocolErrorAbi,
      // Read again for every transaction: what is left of the run's limit.
      get maxCostWei() {
        return limit.leftWei();
      },
      ledger: ledger?.of(job),
      ...(onSent ? { onSent } : {}),
    });
  const protocol = createProtocol(execution, deployment);
  const contextOf = (job: string): KeeperContext => {
    return { protocol, deployment, beacon, transactor: transactorOf(job), logger };
  };
  const context = contextOf("none");
  const { database, stuckAfterMs = DEFAULT_STUCK_AFTER_MS } = options;
  const recovery = { execution, account, clock, stuckAfterMs, maxCostWei: options.maxRunCostWei, onSent };
  const replica =
    database && ledger && createReplica({ database, ledger, name: deploymentKey(deployment), recovery, logger });
  const { keyBatchFolder, oraclePeers, policy, heldExits } = options;
  const published = database ? createPublishedExits(database, deploymentKey(deployment)) : rememberPublishedExits();
  const voluntary = heldExits && {
    nodes: heldExits.nodes,
    folder: createExitFolder(heldExits),
    published,
    told: new Set<string>(),
    logger,
  };
  const jobs = createJobs({
    contextOf,
    limit,
    keyBatchFolder,
    voluntary,
    signal,
    ...(oraclePeers ? { oraclePeers } : {}),
    ...(policy ? { policy } : {}),
  });
  const runOnce: Keeper["runOnce"] = (names) =>
    runJobs({ context, jobs, limit, replica, dryRun: options.dryRun ?? false, signal }, names);
  const monitor = createMonitor({
    clock,
    logger,
    readBalanceWei:
      account === watchingAccount ? undefined : () => execution.client.getBalance({ address: account.address }),
  });
  return {
    monitor,
    runOnce,
    runForever: async ({ jobs: names, intervalSeconds }) => {
      while (signal?.aborted !== true) {
        await monitor.watch(() => runOnce(names));
        await clock.sleep(intervalSeconds * 1000, signal).catch(() => undefined);
      }
    },
    close: async () => replica?.release(),
  };
}

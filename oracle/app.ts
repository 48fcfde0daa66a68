import { EthStakeError } from "../runtime/errors.ts";
import { startHealthServer } from "../runtime/health-server.ts";
import { createLogger, type Logger } from "../runtime/logger.ts";
import { startMetricsServer } from "../runtime/metrics-server.ts";
import { whenReachable } from "../runtime/when-reachable.ts";
import { loadMemberAccount } from "./act/member-account.ts";
import { createPublish } from "./act/publish.ts";
import { createOracleSender } from "./act/sender.ts";
import { startExchangeServer } from "./act/server.ts";
import type { OracleConfig } from "./config.ts";
import { connectOracle } from "./connect.ts";
import { healthOf } from "./health.ts";
import { runLoop } from "./loop.ts";
import { createMember } from "./member.ts";
import { createOracleMetrics } from "./metrics.ts";
import type { OracleStatus } from "./status.ts";
import { createRetention } from "./store/retention.ts";

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
 * Wires an oracle: checks its nodes, opens its store and listens for peers. With `wait`, nodes may come up later.
 *
 * @example
 * const oracle = await createOracle(readOracleConfig(process.env), { signal: shutdown.signal });
 * await oracle.run();
 */
export async function createOracle(
  config: OracleConfig,
  { signal, logger: given, wait = false }: { signal: AbortSignal; logger?: Logger; wait?: boolean },
): Promise<Oracle> {
  assertEnoughNodes(config);
  const base = given ?? createLogger({ level: config.logLevel, format: config.logFormat });
  // In every line, so that nobody overlooks that a single node is believed.
  const logger = config.singleNode ? base.child({ singleNode: true }) : base;
  const account = await loadMemberAccount(config.memberKey);
  const connect = () => connectOracle(config, { signal, logger, member: account?.address });
  const context = await (wait ? whenReachable(connect, { logger, signal }) : connect());
  const { chain, store, grid, peers, timing, deployment, execution, protocol, clock, sources } = context;
  const { maxCostWei } = config;
  const metrics = createOracleMetrics();
  const member = createMember({
    chain,
    frames: store.frames,
    inputs: store.inputs,
    publish: createPublish(config.publishDir, logger),
    retain: createRetention({ grid, ...store, ...config }),
    peers,
    signer: account && {
      account,
      sender: createOracleSender({ execution, protocol, account, maxCostWei, stuckAfterMs: config.stuckAfterMs }),
    },
    grid,
    chainId: deployment.chainId,
    turnSeconds: config.turnSlots * timing.secondsPerSlot,
    voteAfterSeconds: config.voteAfterSlots * timing.secondsPerSlot,
    singleNode: config.singleNode,
    logger,
    metrics,
  });
  const server = await startExchangeServer(member, { ...config.listen, logger });
  const look = () => ({ status: member.status(), nodes: sources.status(), gaps: chain.gaps() });
  const metricsServer = await startMetricsServer(config.metrics, () => metrics.text(look()));
  const healthServer = await startHealthServer(config.health, () => healthOf(look(), clock.now()));
  logger.info("Oracle started", { member: account?.address, dryRun: account === undefined, listen: server.url, grid });
  return {
    url: server.url,
    status: member.status,
    run: ({ once = false } = {}) => runLoop({ member, clock, pollMs: config.pollMs, logger, signal, once, metrics }),
    close: async () => {
      await Promise.all([server.close(), metricsServer?.close(), healthServer?.close()]);
      await context.close();
    },
  };
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

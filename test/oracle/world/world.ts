// Two beacon nodes of different clients and two execution nodes over real HTTP, and an oracle that reads from them.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Hex } from "viem";

import { readOracleConfig } from "../../../oracle/config.ts";
import { connectOracle, type OracleContext } from "../../../oracle/connect.ts";
import { createLogger } from "../../../runtime/logger.ts";
import { fakeDeployment } from "../../chain/support/protocol-node.ts";
import { startPostgresServer, type PostgresServer } from "../../support/postgres-server.ts";
import { voteOf } from "../support/vote.ts";
import { startBeacon, type BeaconStub } from "./beacon.ts";
import { startExecution, type ExecutionStub } from "./execution.ts";
import type { WorldChain } from "./chain.ts";

export type World = {
  beacons: BeaconStub[];
  executions: ExecutionStub[];
  database: PostgresServer;
  logs: Record<string, unknown>[];
  /** What must be in the environment of an oracle here. */
  env: Record<string, string>;
  connect(env?: Record<string, string>): Promise<OracleContext>;
  /** The hash of the report on which this oracle would vote; throws what keeps it from that. */
  vote(context: OracleContext, refSlot: number): Promise<Hex>;
  close(): Promise<void>;
};

/** Starts the nodes, all of them truthful. */
export async function startWorld(chain: WorldChain): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), "oracle-world-"));
  const deploymentFile = join(folder, "deployment.json");
  await writeFile(deploymentFile, JSON.stringify({ ...fakeDeployment, genesisTime: 1_000_000 }));
  const beacons = [await startBeacon(chain, "Lodestar/v1"), await startBeacon(chain, "teku/v25")];
  const executions = [await startExecution(chain), await startExecution(chain)];
  const database = await startPostgresServer();
  const logs: Record<string, unknown>[] = [];
  const open: OracleContext[] = [];
  const logger = createLogger({ format: "json", write: (line) => void logs.push(JSON.parse(line) as never) });
  const env = {
    EXECUTION_CLIENT_URI: executions.map(({ url }) => url).join(","),
    CONSENSUS_CLIENT_URI: beacons.map(({ url }) => url).join(","),
    DEPLOYMENT_FILE: deploymentFile,
    DATABASE_URL: database.url,
  };
  // Pauses between tries cost a test only time.
  const clock = { now: () => Date.now() / 1000, sleep: async () => undefined };
  return {
    beacons,
    executions,
    database,
    logs,
    env,
    connect: async (changes = {}) => {
      const config = readOracleConfig({ ...env, ...changes });
      const context = await connectOracle(config, { signal: new AbortController().signal, logger, clock });
      // Whoever closes it before the end may: the end does not mind.
      const closing = { done: undefined as Promise<void> | undefined };
      const closable = { ...context, close: () => (closing.done ??= context.close()) };
      open.push(closable);
      return closable;
    },
    vote: voteOf,
    close: async () => {
      await Promise.all(open.map((context) => context.close()));
      await Promise.all([...beacons, ...executions].map((server) => server.close()));
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

// Keepers without contracts: the real ledger, lead, recovery, transactor and job runner, with one job that does items.
import { numberToHex, type LocalAccount } from "viem";
import { privateKeyToAccount } from "viem/accounts";

import { createTransactor } from "../../../chain/execution/transact.ts";
import type { KeeperContext } from "../../../keeper/context.ts";
import { createJob } from "../../../keeper/job.ts";
import type { KeeperJobs } from "../../../keeper/jobs.ts";
import { createReplica } from "../../../keeper/replica.ts";
import { runJobs, type KeeperRun } from "../../../keeper/run-jobs.ts";
import { createSpendLimit } from "../../../keeper/spend-limit.ts";
import { createKeeperLedger } from "../../../keeper/store/ledger.ts";
import type { Clock } from "../../../runtime/clock.ts";
import type { Database, Queries, Session } from "../../../runtime/database/database.ts";
import { createSilentLogger } from "../../../runtime/logger.ts";
import { withCrashes, type CrashPoint } from "../../oracle/support/crash.ts";
import type { PoolChain } from "./pool-chain.ts";

export const keeperAccount = privateKeyToAccount(`0x${"11".repeat(32)}`);
export const ITEMS = [1, 2];
export const DEPLOYMENT = "32382/0xpool";
export const STUCK_AFTER_MS = 600_000;

/** The clock of all replicas, moved by the test. */
export function createTestClock(): Clock & { seconds: number } {
  const clock = { seconds: 1_000_000, now: () => clock.seconds, sleep: async () => undefined };
  return clock;
}

export type TestReplica = {
  run(): Promise<KeeperRun>;
  release(): Promise<void>;
  /** Ends its connections, as the end of its process does. */
  kill(): Promise<void>;
};
export type TestReplicaOptions = {
  chain: PoolChain;
  database: Database;
  clock: Clock;
  account?: LocalAccount;
  crash?: CrashPoint | undefined;
};

/** Starts a keeper that does the items which the chain does not have. */
export function startReplica({ chain, clock, crash, ...given }: TestReplicaOptions): TestReplica {
  const parts = {
    client: chain.execution.client as object,
    account: (given.account ?? keeperAccount) as object,
    database: given.database as object,
  };
  const sessions: Session[] = [];
  const mortal = { ...given.database, session: async () => kept(sessions, await given.database.session()) };
  const wrapped =
    crash === undefined
      ? { ...parts, database: mortal }
      : withCrashes({ ...parts, database: dying(mortal, crash) }, crash);
  const client = wrapped.client as typeof chain.execution.client;
  const account = wrapped.account as LocalAccount;
  const database = wrapped.database as Database;
  const execution = { ...chain.execution, client };
  const ledger = createKeeperLedger(database, DEPLOYMENT, clock);
  const logger = createSilentLogger();
  const recovery = { execution, account, clock, stuckAfterMs: STUCK_AFTER_MS };
  const replica = createReplica({ database, ledger, name: DEPLOYMENT, recovery, logger });
  const transactor = createTransactor({ execution, account, ledger: ledger.of("prove") });
  const limit = createSpendLimit({ client, maxFeePerGasWei: 10n ** 12n, maxRunCostWei: 10n ** 18n });
  const items = createJob({
    name: "prove",
    read: async () => ITEMS.filter((item) => !chain.done.includes(item)),
    decide: (left) => ({ intents: left, reasons: [] }),
    describe: (item) => `Do ${item}`,
    act: (item) => transactor.sendRaw({ to: account.address, data: numberToHex(item) }),
    limit,
    logger,
  });
  const beacon = { assertReady: async () => undefined };
  const context = { protocol: { client }, transactor, beacon, logger } as unknown as KeeperContext;
  const jobs = { prove: items } as unknown as KeeperJobs;
  return {
    run: () => runJobs({ context, jobs, limit, replica, dryRun: false, signal: undefined }, ["prove"]),
    release: replica.release,
    kill: async () => {
      for (const session of [...sessions]) await session.close();
    },
  };
}

function kept(sessions: Session[], session: Session): Session {
  const self: Session = {
    ...session,
    close: async () => {
      sessions.splice(sessions.indexOf(self), 1);
      await session.close();
    },
  };
  sessions.push(self);
  return self;
}

/** A database in whose transactions and sessions a process may die too. */
function dying(database: Database, crash: CrashPoint): Database {
  const inside = <T extends Queries>(queries: T): T => withCrashes({ queries }, crash).queries;
  return {
    ...database,
    transaction: (run) => database.transaction((queries) => run(inside(queries))),
    session: async () => inside(await database.session()),
  };
}

import { openTransactionsError, recoverTransactions, type RecoverOptions } from "../chain/execution/recover.ts";
import type { Database } from "../runtime/database/database.ts";
import { createLeadership } from "../runtime/database/leadership.ts";
import type { Logger } from "../runtime/logger.ts";
import type { Reason } from "./job.ts";
import type { KeeperLedger } from "./store/ledger.ts";

/** One of several keepers of a deployment that share a database. */
export type Replica = {
  /** Takes the lead if it is free, finds out what earlier transactions came to, and says why nothing may be sent now. */
  reasonToWait(): Promise<Reason | undefined>;
  release(): Promise<void>;
};

export type ReplicaOptions = {
  database: Database;
  ledger: KeeperLedger;
  /** Keepers with the same name take turns. */
  name: string;
  recovery: Omit<RecoverOptions, "ledger">;
  logger: Logger;
};

/**
 * Makes a replica. Only the one that leads sends; and since a process may wake up after it was overtaken, the ledger
 * writes nothing for a term that is over, and nothing leaves that is not in the ledger.
 */
export function createReplica({ database, ledger, name, recovery, logger }: ReplicaOptions): Replica {
  const leadership = createLeadership({ database, name: `keeper/${name}`, onTaken: ledger.beginTerm, logger });
  if (database.kind === "embedded")
    logger.info("One replica only: the database is embedded, name a server in DATABASE_URL for more");
  return {
    reasonToWait: async () => {
      if (!(await leadership.lead()))
        return { code: "NOT_LEADING", message: "Another replica leads: this one waits to take over" };
      const open = await recoverTransactions({ ...recovery, ledger: ledger.of("recover") });
      if (open.length === 0) return undefined;
      const { code, message, details } = openTransactionsError(open);
      return { code, message, details };
    },
    release: leadership.release,
  };
}

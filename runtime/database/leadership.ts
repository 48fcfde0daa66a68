import type { Logger } from "../logger.ts";
import type { Database, Session } from "./database.ts";

/** Which of several processes on one database does the work. */
export type Leadership = {
  /**
   * True while this process leads; takes the lead when nobody has it. Ask before each piece of work: with a connection
   * that broke the lead is gone, and somebody else may have it.
   */
  lead(): Promise<boolean>;
  /** Gives the lead up, so that another one need not wait until this process is noticed to be gone. */
  release(): Promise<void>;
};

export type LeadershipOptions = {
  database: Pick<Database, "session">;
  /** What is led: processes with the same name compete. */
  name: string;
  /** Called each time the lead was taken, before `lead` says so. */
  onTaken?: () => Promise<void>;
  logger: Logger;
};

/** A server notices within a minute that the machine of a leader has gone without closing its connection. */
const KEEPALIVE = ["SET tcp_keepalives_idle = 30", "SET tcp_keepalives_interval = 10", "SET tcp_keepalives_count = 3"];

/**
 * Leads by an advisory lock of PostgreSQL, which lasts as long as the connection that took it. A process that was asleep
 * may think that it leads when it does not any more: what must not happen twice needs a fence beside it.
 */
export function createLeadership({ database, name, onTaken, logger }: LeadershipOptions): Leadership {
  let held: Session | undefined;

  const drop = async () => {
    const session = held;
    held = undefined;
    await session?.close();
  };
  const stillHeld = async (): Promise<boolean> => {
    if (held === undefined) return false;
    try {
      await held.query("SELECT 1");
      return true;
    } catch (error) {
      logger.warn("Lost the lead: the connection that held it is gone", { name, error });
      await drop();
      return false;
    }
  };
  return {
    lead: async () => {
      if (await stillHeld()) return true;
      const session = await database.session();
      let taken = false;
      try {
        for (const setting of KEEPALIVE) await session.query(setting);
        const [row] = await session.query("SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS taken", [name]);
        taken = row?.["taken"] === true;
        if (taken) await onTaken?.();
      } catch (error) {
        await session.close();
        throw error;
      }
      if (!taken) {
        await session.close();
        return false;
      }
      held = session;
      logger.info("Took the lead", { name });
      return true;
    },
    release: drop,
  };
}

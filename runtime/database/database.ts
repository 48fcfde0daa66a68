// PostgreSQL, either in this process (PGlite) or on a server. Programs see no difference.
import { EthStakeError } from "../errors.ts";

/** Values that both drivers take. Amounts go as text, since they do not fit a number. */
export type Parameter = string | number | boolean | null | Uint8Array;
export type Row = Record<string, unknown>;

/** Something to ask with: the database itself or a transaction. */
export type Queries = {
  /** One statement with $1, $2 ... Rows are decoded by the caller: nothing is believed about their types. */
  query(sql: string, parameters?: readonly Parameter[]): Promise<Row[]>;
};

export type Session = Queries & { close(): Promise<void> };

export type Database = Queries & {
  readonly kind: "embedded" | "server";
  /** All or nothing; a failure rolls back. Do not use the database itself inside. */
  transaction<T>(run: (queries: Queries) => Promise<T>): Promise<T>;
  /** A connection of its own, for locks that last as long as it does. The embedded database has only the one. */
  session(): Promise<Session>;
  /** Resolves when all that was written survives a loss of power. */
  flush(): Promise<void>;
  close(): Promise<void>;
};

const NETWORK_CODES = new Set(["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "EAI_AGAIN", "ETIMEDOUT", "EPIPE"]);

/**
 * Names what a driver threw: DATABASE_UNREACHABLE (retryable: gone, restarting, timed out), DATABASE_FULL (retryable: it
 * goes on when there is space), DATABASE_CONFLICT (retryable: somebody else was first), or DATABASE_FAILED.
 */
export function toDatabaseError(error: unknown): EthStakeError {
  if (error instanceof EthStakeError) return error;
  const code = codeOf(error);
  const details = { code, reason: error instanceof Error ? error.message : String(error) };
  // Classes of https://www.postgresql.org/docs/current/errcodes-appendix.html
  if (code.startsWith("53") || code === "ENOSPC" || /no space left/i.test(details.reason))
    return new EthStakeError("DATABASE_FULL", "Make space for the database: it cannot write", {
      cause: error,
      details,
      retryable: true,
    });
  if (code === "40001" || code === "40P01")
    return new EthStakeError("DATABASE_CONFLICT", "Try again: two changed the same at once", {
      cause: error,
      details,
      retryable: true,
    });
  const isGone = /terminated|timeout|not queryable|closed/i.test(details.reason);
  if (code.startsWith("08") || code.startsWith("57P") || NETWORK_CODES.has(code) || (code === "" && isGone))
    return new EthStakeError("DATABASE_UNREACHABLE", "Start the database or correct DATABASE_URL: it does not answer", {
      cause: error,
      details,
      retryable: true,
    });
  return new EthStakeError("DATABASE_FAILED", `The database refuses: ${details.reason}`, { cause: error, details });
}

function codeOf(error: unknown): string {
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  if (typeof error !== "object" || error === null || !("code" in error)) return "";
  return String(error.code);
}

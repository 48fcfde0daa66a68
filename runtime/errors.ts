/** What an error carries besides its code and message. */
export type ErrorOptions = {
  /** Operands and context. Never secrets: details are logged. */
  details?: Record<string, unknown>;
  cause?: unknown;
  /** True when the same call may succeed later without anybody changing anything. Default false. */
  retryable?: boolean;
};

/**
 * The one error of this code base. `code` is SCREAMING_SNAKE and stable, for programs and tests;
 * `message` is one short sentence for people that says what to do.
 *
 * @example
 * throw new EthStakeError("WRONG_CHAIN", "Point EXECUTION_CLIENT_URI at mainnet: the node answers chain 5", {
 *   details: { want: 1, got: 5 },
 * });
 */
export class EthStakeError extends Error {
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly retryable: boolean;

  constructor(code: string, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "EthStakeError";
    this.code = code;
    this.details = options.details ?? {};
    this.retryable = options.retryable ?? false;
  }
}

/** True when the error says that trying again may help. Unknown errors are never retried. */
export function isRetryable(error: unknown): boolean {
  return error instanceof EthStakeError && error.retryable;
}

/** True for an EthStakeError with this code. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof EthStakeError && error.code === code;
}

/** Turns whatever was thrown into an EthStakeError; one of ours is returned as it is. `message` defaults to the cause's. */
export function toEthStakeError(error: unknown, code = "UNEXPECTED", message?: string): EthStakeError {
  if (error instanceof EthStakeError) return error;
  const own = error instanceof Error ? error.message : String(error);
  return new EthStakeError(code, message ?? own, { cause: error });
}

/** The error that every aborted wait, request or loop ends with. */
export function abortedError(signal?: AbortSignal): EthStakeError {
  return new EthStakeError("ABORTED", "Stopped on request", { cause: signal?.reason });
}

/** Throws the abort error when the signal has fired. */
export function throwIfAborted(signal?: AbortSignal): void {
  if (signal?.aborted) throw abortedError(signal);
}

import { BaseError } from "viem";

import { toExecutionError } from "../chain/execution/revert.ts";
import { protocolErrorAbi } from "../chain/protocol/error-abi.ts";
import { toEthStakeError, type EthStakeError } from "../runtime/errors.ts";

/** Whatever was thrown as one of our errors, with what to do: what an execution node said, or that it said nothing, too. */
export function troubleOf(error: unknown, what: string): EthStakeError {
  if (error instanceof BaseError) return toExecutionError(error, what, protocolErrorAbi);
  return toEthStakeError(error, "JOB_FAILED");
}

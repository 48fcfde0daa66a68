import {
  BaseError,
  ContractFunctionRevertedError,
  HttpRequestError,
  InsufficientFundsError,
  TimeoutError,
  decodeErrorResult,
  isHex,
  type Abi,
  type Hex,
} from "viem";

import { EthStakeError } from "../../runtime/errors.ts";
import { redactUrls } from "../../runtime/redact.ts";

/** What a contract said when it refused: the name of its custom error and the operands. */
export type Revert = { errorName: string; args: readonly unknown[] };

/**
 * Turns what viem throws into our error.
 * A refusal of a contract becomes CONTRACT_REVERTED with `details.errorName` and `details.args`; `errorAbi` holds the
 * errors that may come from contracts further down.
 */
export function toExecutionError(error: unknown, what: string, errorAbi: Abi = []): EthStakeError {
  if (error instanceof EthStakeError) return error;
  const revert = findRevert(error, errorAbi);
  if (revert !== undefined) {
    const { errorName, args } = revert;
    return new EthStakeError("CONTRACT_REVERTED", `${what} is refused: ${errorName}(${args.map(String).join(", ")})`, {
      details: { what, errorName, args },
    });
  }
  if (!(error instanceof BaseError)) return new EthStakeError("EXECUTION_FAILED", `${what} failed`, { cause: error });
  if (error.walk((inner) => inner instanceof InsufficientFundsError))
    return new EthStakeError(
      "INSUFFICIENT_FUNDS",
      `Send ether to the account: it cannot pay value and gas of ${what}`,
      {
        details: { what },
      },
    );
  if (error.walk((inner) => inner instanceof TimeoutError || inner instanceof HttpRequestError))
    return new EthStakeError("EXECUTION_UNREACHABLE", `${what}: the node does not answer; start it or name another`, {
      cause: error,
      retryable: true,
    });
  return new EthStakeError("EXECUTION_FAILED", `${what} failed: ${redactUrls(error.shortMessage)}`, { cause: error });
}

/** The custom error (or reason text) inside a viem error, or undefined when nothing reverted. */
export function findRevert(error: unknown, errorAbi: Abi = []): Revert | undefined {
  if (!(error instanceof BaseError)) return undefined;
  const reverted = error.walk((inner) => inner instanceof ContractFunctionRevertedError);
  if (reverted instanceof ContractFunctionRevertedError) {
    if (reverted.data !== undefined) return { errorName: reverted.data.errorName, args: reverted.data.args ?? [] };
    if (reverted.raw !== undefined) return decodeRevert(reverted.raw, errorAbi);
    return { errorName: "Error", args: [reverted.reason ?? reverted.shortMessage] };
  }
  // Estimates and raw calls carry the answer of the node without a contract around it.
  const data = revertData(error);
  return data === undefined ? undefined : decodeRevert(data, errorAbi);
}

function revertData(error: BaseError): Hex | undefined {
  let data: unknown;
  error.walk((inner) => {
    if (typeof inner !== "object" || inner === null || !("data" in inner) || inner.data == null) return false;
    data = typeof inner.data === "object" && "data" in inner.data ? inner.data.data : inner.data;
    return isHex(data);
  });
  return isHex(data) ? data : undefined;
}

/** Decodes the bytes of a revert; an error that no ABI knows keeps its selector. */
export function decodeRevert(data: Hex, errorAbi: Abi): Revert {
  if (data === "0x") return { errorName: "NoReason", args: [] };
  try {
    const { errorName, args } = decodeErrorResult({ abi: errorAbi, data });
    return { errorName, args: args ?? [] };
  } catch {
    return { errorName: "UnknownError", args: [data.slice(0, 10)] };
  }
}

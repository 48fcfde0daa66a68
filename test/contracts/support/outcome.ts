import { decodeErrorResult, isHex, type Abi, type Address, type Hex } from "viem";

import type { Protocol } from "./protocol.ts";

/** How a call ended: it would have worked, or the custom error that it reverted with. */
export type Outcome = { error: string; args: readonly unknown[] };
export const WORKS: Outcome = { error: "", args: [] };

/**
 * Asks what a call would do, without doing it. An error that is not in the ABI is told by its data.
 *
 * @example
 * const { error } = await outcomeOf(p, { account, to: p.pool.address, data }, p.pool.abi);
 */
export async function outcomeOf(
  { client }: Pick<Protocol, "client">,
  call: { account: Address; to: Address; data: Hex },
  abi: Abi,
): Promise<Outcome> {
  try {
    await client.call(call);
    return WORKS;
  } catch (error) {
    const data = revertData(error);
    if (data === undefined) throw error;
    try {
      const { errorName, args = [] } = decodeErrorResult({ abi, data });
      return { error: errorName, args };
    } catch {
      return { error: data, args: [] };
    }
  }
}

/** The client keeps it in one of the causes, by itself or within an object. */
function revertData(error: unknown): Hex | undefined {
  for (let cause = error; typeof cause === "object" && cause !== null; cause = "cause" in cause ? cause.cause : null) {
    const data = dataIn(cause);
    if (data !== undefined) return data;
  }
  return undefined;
}

function dataIn(value: unknown): Hex | undefined {
  if (isHex(value)) return value;
  return typeof value === "object" && value !== null && "data" in value ? dataIn(value.data) : undefined;
}

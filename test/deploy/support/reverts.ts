import { BaseError, isHex, type Abi, type Address, type Hex } from "viem";
import { z } from "zod";

import { decodeRevert } from "../../../chain/execution/revert.ts";
import type { TestNetwork } from "./network.ts";

type Call = { from: Address; to: Address; data: Hex; value?: bigint };

/** Name of the custom error that a call reverts with; fails when it does not revert. */
export async function revertOf(client: TestNetwork["client"], { from, ...call }: Call, abi: Abi): Promise<string> {
  try {
    await client.call({ account: from, ...call });
  } catch (error) {
    const inner = error instanceof BaseError ? error.walk((one) => dataOf(one) !== undefined) : undefined;
    const revert = dataOf(inner);
    if (revert === undefined) throw error;
    return decodeRevert(revert, abi).errorName;
  }
  throw new Error(`the call to ${call.to} did not revert`);
}

/** Hardhat's network wraps the bytes once more. */
const carrier = z.object({ data: z.union([z.string(), z.object({ data: z.string() }).transform(({ data }) => data)]) });

function dataOf(error: unknown): Hex | undefined {
  const { data } = carrier.safeParse(error).data ?? {};
  return isHex(data) ? data : undefined;
}

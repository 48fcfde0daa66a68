import type { Address } from "viem";

import { iVaultAbi } from "../../chain/abi/IVault.ts";
import { toExecutionError } from "../../chain/execution/revert.ts";
import type { View } from "./view.ts";

/** All ether that a vault has ever received, at a block: what it has and what it has given to the pool. */
export async function readReceiptsWei(
  { protocol: { client } }: Pick<View, "protocol">,
  vault: Address,
  blockNumber: bigint,
): Promise<bigint> {
  try {
    const [balanceWei, collectedWei] = await Promise.all([
      client.getBalance({ address: vault, blockNumber }),
      client.readContract({ address: vault, abi: iVaultAbi, functionName: "collectedWei", blockNumber }),
    ]);
    return balanceWei + collectedWei;
  } catch (error) {
    throw toExecutionError(error, `Reading vault ${vault} at block ${blockNumber}`);
  }
}

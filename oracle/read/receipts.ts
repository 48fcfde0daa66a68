import { toExecutionError } from "../../chain/execution/revert.ts";
import type { View } from "./view.ts";

/** All ether that the vaults have ever received, in wei. */
export type Receipts = { withdrawalReceiptsWei: bigint; executionReceiptsWei: bigint };

/** What the vaults have at a block, and what settlements have collected from them until then. */
export async function readReceipts({ protocol }: Pick<View, "protocol">, blockNumber: bigint): Promise<Receipts> {
  const { client, distribution, withdrawalVault, executionVault } = protocol;
  try {
    const [withdrawalBalanceWei, executionBalanceWei, [withdrawalsWei, executionWei]] = await Promise.all([
      client.getBalance({ address: withdrawalVault.address, blockNumber }),
      client.getBalance({ address: executionVault.address, blockNumber }),
      distribution.read.collectedWei({ blockNumber }),
    ]);
    return {
      withdrawalReceiptsWei: withdrawalBalanceWei + withdrawalsWei,
      executionReceiptsWei: executionBalanceWei + executionWei,
    };
  } catch (error) {
    throw toExecutionError(error, `Reading the receipts of the vaults at block ${blockNumber}`);
  }
}

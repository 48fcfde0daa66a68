import type { Address } from "viem";

import type { Execution } from "../chain/execution/client.ts";
import { formatWei } from "../chain/units.ts";
import { EthStakeError } from "../runtime/errors.ts";

/** A deployment with two new Safes used 51.3 million gas; without them 44.9 million. */
const DEPLOYMENT_GAS = 60_000_000n;

/** Refuses a deployer that could not pay to the end: half a deployment helps nobody. */
export async function requireFunds(execution: Execution, deployer: Address, initialLockedWei: bigint): Promise<void> {
  const { client } = execution;
  const [balanceWei, { maxFeePerGas }] = await Promise.all([
    client.getBalance({ address: deployer }),
    client.estimateFeesPerGas(),
  ]);
  const wantWei = initialLockedWei + DEPLOYMENT_GAS * maxFeePerGas;
  if (balanceWei >= wantWei) return;
  throw new EthStakeError(
    "INSUFFICIENT_FUNDS",
    `Send ether to the deployer ${deployer}: it has ${formatWei(balanceWei, 4)} ETH and may need ${formatWei(wantWei, 4)}`,
    { details: { deployer, balanceWei, wantWei } },
  );
}

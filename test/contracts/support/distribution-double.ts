import type { ContractReturnType } from "@nomicfoundation/hardhat-viem/types";

import type { Protocol } from "./protocol.ts";

/** A settlement that has settled what a test says. */
export type DistributionDouble = ContractReturnType<"DistributionDouble">;

/**
 * Puts a double in the place of the settlement: the registry asks it for the last reference slot and cut-off.
 *
 * @example
 * const settlement = await doubleDistribution(p);
 * await settlement.write.settle([refSlot, cutoffTimestamp]);
 */
export async function doubleDistribution(p: Protocol): Promise<DistributionDouble> {
  const { viem } = p.connection;
  const { address } = await viem.deployContract("DistributionDouble");
  const code = await p.client.getCode({ address });
  if (code === undefined) throw new Error("the double has no code");
  await p.networkHelpers.setCode(p.distribution.address, code);
  return viem.getContractAt("DistributionDouble", p.distribution.address);
}

import type { Address } from "viem";

import { iOracleCommitteeAbi } from "../../chain/abi/IOracleCommittee.ts";
import { toExecutionError } from "../../chain/execution/revert.ts";
import type { View } from "./view.ts";

/** Whose agreement counts for a frame. */
export type Committee = {
  address: Address;
  /** In ascending order, suspended ones included. */
  members: readonly Address[];
  /** Those whose agreement counts now. */
  active: readonly Address[];
  quorum: number;
};

/** Reads the committee of a reference slot. */
export async function readCommittee({ protocol }: Pick<View, "protocol">, refSlot: number): Promise<Committee> {
  const { client, distribution } = protocol;
  try {
    const address = await distribution.read.committeeFor([BigInt(refSlot)]);
    const contract = { address, abi: iOracleCommitteeAbi } as const;
    const [members, quorum] = await Promise.all([
      client.readContract({ ...contract, functionName: "members" }),
      client.readContract({ ...contract, functionName: "quorum" }),
    ]);
    const isActive = await Promise.all(
      members.map((member) => client.readContract({ ...contract, functionName: "isActiveMember", args: [member] })),
    );
    return { address, members, quorum: Number(quorum), active: members.filter((_, i) => isActive[i]) };
  } catch (error) {
    throw toExecutionError(error, "Reading the committee");
  }
}

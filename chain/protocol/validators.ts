import type { Hex } from "viem";

import type { Deployment } from "../deployment.ts";
import type { Protocol } from "./contracts.ts";
import { searchBlocks } from "./block-ranges.ts";
import { inParallel } from "./in-parallel.ts";

/** In the order of the contract's enum (types/ValidatorTypes.sol). */
export const VALIDATOR_STATUSES = ["none", "predeposited", "active", "exiting", "exited", "faulty", "slashed"] as const;
/** Where a validator of the pool is in its life, as the ValidatorManager says. */
export type PoolValidatorStatus = (typeof VALIDATOR_STATUSES)[number];

/** A validator of the pool, as the ValidatorManager knows it. */
export type PoolValidator = {
  pubkey: Hex;
  pubkeyRoot: Hex;
  operatorId: number;
  status: PoolValidatorStatus;
  depositedGwei: bigint;
  /** When ether was last asked back, in Unix seconds; 0 when never. */
  requestedAt: number;
  /** Partial withdrawals asked for that may still be paid. */
  partialGwei: bigint;
};

/** Every validator that was ever predeposited, in that order, with its state at a block. */
export async function readPoolValidators(
  { client, manager }: Pick<Protocol, "client" | "manager">,
  { deployedAtBlock }: Pick<Deployment, "deployedAtBlock">,
  blockNumber: bigint,
): Promise<PoolValidator[]> {
  const events = await searchBlocks(BigInt(deployedAtBlock), blockNumber, (range) =>
    client.getContractEvents({ ...manager, eventName: "Predeposited", strict: true, ...range }),
  );
  return inParallel(events, async ({ args: { pubkey, pubkeyRoot } }) => {
    const record = await manager.read.getValidator([pubkeyRoot], { blockNumber });
    return {
      pubkey,
      pubkeyRoot,
      operatorId: record.operatorId,
      status: poolValidatorStatus(record.status),
      depositedGwei: record.depositedGwei,
      requestedAt: record.requestedAt,
      partialGwei: record.partialGwei,
    };
  });
}

/** The name of a status that the contract answers as a number. */
export function poolValidatorStatus(status: number): PoolValidatorStatus {
  return VALIDATOR_STATUSES[status] ?? "none";
}

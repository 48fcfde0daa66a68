import type { Hex } from "viem";

import { inParallel } from "../../chain/protocol/in-parallel.ts";
import type { PoolOperator } from "../../chain/protocol/operators.ts";
import { readPoolValidators, type PoolValidator } from "../../chain/protocol/validators.ts";
import { toEthStakeError } from "../../runtime/errors.ts";
import { openBeacon, type Session } from "../session.ts";

/** In the order of the contract's enum (types/OperatorTypes.sol). */
const LOCK_CAUSES = ["foreign credentials", "slashing", "downtime", "emergency", "theft"] as const;

export type OpenLock = { lockId: number; cause: string; penaltyShares: bigint; lossShares: bigint; maturesAt: number };
export type OpenBatch = { batchId: number; remaining: number; usableAt: number; commitment: Hex };
/** What the beacon chain says of a validator; undefined without a record. */
export type OnBeacon = { status: string; balanceGwei: bigint; index: number } | undefined;
export type OwnValidator = PoolValidator & { beacon: OnBeacon };

/** Everything about one operator. */
export type OperatorDetails = {
  bondWei: bigint;
  locks: OpenLock[];
  batches: OpenBatch[];
  validators: OwnValidator[];
  claimedShares: bigint;
  /** Why the beacon chain was not asked, or undefined when it was. */
  beaconProblem: string | undefined;
};

/** Gathers everything about an operator. A beacon node that cannot be used is told of, and the rest is shown. */
export async function readOperatorDetails(session: Session, operator: PoolOperator): Promise<OperatorDetails> {
  const { protocol, deployment, at } = session;
  const { operatorId } = operator;
  const [bondWei, locks, batches, claimedShares, all] = await Promise.all([
    protocol.pool.read.convertToAssets([operator.bondShares], at),
    readLocks(session, operatorId),
    readBatches(session, operatorId),
    protocol.distribution.read.claimedShares([operatorId], at),
    readPoolValidators(protocol, deployment, at.blockNumber),
  ]);
  const own = all.filter((validator) => validator.operatorId === operatorId);
  const { onBeacon, beaconProblem } = await askBeacon(session, own);
  const validators = own.map((validator) => ({ ...validator, beacon: onBeacon.get(validator.pubkey) }));
  return { bondWei, locks, batches, validators, claimedShares, beaconProblem };
}

async function readLocks({ protocol, at }: Session, operatorId: number): Promise<OpenLock[]> {
  const { registry } = protocol;
  const [next, count] = await Promise.all([registry.read.nextLock(at), registry.read.lockCount(at)]);
  const ids = Array.from({ length: Number(count - next) }, (_, i) => Number(next) + i);
  const locks = await inParallel(ids, async (lockId) => {
    const lock = await registry.read.getLock([BigInt(lockId)], at);
    if (lock.operatorId !== operatorId || lock.penaltyShares + lock.lossShares === 0n) return undefined;
    const { penaltyShares, lossShares, maturesAt } = lock;
    return { lockId, cause: LOCK_CAUSES[lock.cause] ?? "unknown", penaltyShares, lossShares, maturesAt };
  });
  return locks.filter((lock) => lock !== undefined);
}

async function readBatches({ protocol, at }: Session, operatorId: number): Promise<OpenBatch[]> {
  const { registry } = protocol;
  const [count, { minBatchAgeSeconds }] = await Promise.all([
    registry.read.keyBatchCount([operatorId], at),
    registry.read.parameters(at),
  ]);
  const ids = Array.from({ length: count }, (_, batchId) => batchId);
  const batches = await inParallel(ids, async (batchId) => {
    const [commitment, submittedAt, remaining] = await registry.read.getKeyBatch([operatorId, batchId], at);
    return { batchId, remaining, usableAt: submittedAt + minBatchAgeSeconds, commitment };
  });
  return batches.filter(({ remaining }) => remaining > 0);
}

async function askBeacon(session: Session, validators: readonly PoolValidator[]) {
  const onBeacon = new Map<Hex, OnBeacon>();
  if (validators.length === 0) return { onBeacon, beaconProblem: undefined };
  try {
    const beacon = await openBeacon(session);
    const records = await beacon.validators(
      "head",
      validators.map(({ pubkey }) => pubkey),
    );
    for (const { index, status, balanceGwei, validator } of records)
      onBeacon.set(validator.pubkey, { index, status, balanceGwei });
    return { onBeacon, beaconProblem: undefined };
  } catch (error) {
    return { onBeacon, beaconProblem: toEthStakeError(error).message };
  }
}

import { zeroHash, type Hex } from "viem";

import type { Protocol } from "../../chain/protocol/contracts.ts";
import { inParallel } from "../../chain/protocol/in-parallel.ts";
import { readOperators, type PoolOperator } from "../../chain/protocol/operators.ts";
import { readPoolValidators, type PoolValidator, type PoolValidatorStatus } from "../../chain/protocol/validators.ts";
import { epochAtSlot, FAR_FUTURE_EPOCH, timeAtSlot } from "../../chain/slots.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import type { KeeperContext } from "../context.ts";
import { readAnchor, type AnchorPoint } from "../proofs/anchor.ts";

/** A validator that the pool has proven, with what the beacon chain says of it in the state that proofs are of. */
export type ExitCandidate = {
  pubkey: Hex;
  operatorId: number;
  index: number;
  status: PoolValidatorStatus;
  depositedGwei: bigint;
  /** When something was last asked of the chain for it, in Unix seconds; 0 when never. */
  requestedAt: number;
  /** Partial withdrawals that the contract still waits for. */
  partialGwei: bigint;
  balanceGwei: bigint;
  effectiveBalanceGwei: bigint;
  /** The chain ignores requests before this epoch, and after an exit has begun. */
  requestsFromEpoch: number;
  leaving: boolean;
  /** Its ether moves to another validator: the contract takes no exit for it until that was taken back. */
  consolidating: boolean;
  /** Partial withdrawals that the chain has taken up and not paid; while there are any it ignores a full exit. */
  pendingPartialGwei: bigint;
};

export type ExitSnapshot = {
  /** Of this block every request shows by a proof that the chain will follow it. */
  point: AnchorPoint;
  /** Time of that block's slot, in Unix seconds. */
  slotTime: number;
  epoch: number;
  demandGwei: bigint;
  minPartialGwei: bigint;
  exitRetrySeconds: number;
  /** What one EIP-7002 request costs now, besides gas. */
  requestFeeWei: bigint;
  operators: PoolOperator[];
  candidates: ExitCandidate[];
};

/** Gathers demand, the price of a request, and who could give how much. */
export async function readExit(context: KeeperContext): Promise<ExitSnapshot> {
  const { protocol, deployment, beacon } = context;
  const point = await readAnchor(context);
  const { blockNumber } = point.moment;
  const at = { blockNumber };
  const [demandGwei, parameters, requestFeeWei, operators, validators, spec] = await Promise.all([
    protocol.exits.read.exitDemandGwei(at),
    protocol.manager.read.parameters(at),
    protocol.withdrawalVault.read.withdrawalRequestFeeWei(at),
    readOperators(protocol, blockNumber),
    readPoolValidators(protocol, deployment, blockNumber),
    beacon.spec(),
  ]);
  const proven = validators.filter(({ status }) => status === "active" || status === "exiting");
  const [records, partials] =
    proven.length === 0
      ? [[], []]
      : await Promise.all([
          beacon.validators(
            point.header.stateRoot,
            proven.map(({ pubkey }) => pubkey),
          ),
          beacon.pendingPartialWithdrawals(point.header.stateRoot),
        ]);
  const byPubkey = new Map(records.map((record) => [record.validator.pubkey, record]));
  const committeePeriod = numberOf(spec.raw, "SHARD_COMMITTEE_PERIOD");
  const moving = await readConsolidating(protocol, proven, blockNumber);
  const candidates = proven.flatMap(({ pubkeyRoot, ...validator }): ExitCandidate[] => {
    const record = byPubkey.get(validator.pubkey);
    if (record === undefined) return [];
    const { effectiveBalanceGwei, activationEpoch, exitEpoch } = record.validator;
    const pendingPartialGwei = partials
      .filter(({ validatorIndex }) => validatorIndex === record.index)
      .reduce((sum, { amountGwei }) => sum + amountGwei, 0n);
    return [
      {
        ...validator,
        index: record.index,
        balanceGwei: record.balanceGwei,
        effectiveBalanceGwei,
        requestsFromEpoch: activationEpoch + committeePeriod,
        leaving: exitEpoch !== FAR_FUTURE_EPOCH,
        consolidating: moving.has(pubkeyRoot),
        pendingPartialGwei,
      },
    ];
  });
  return {
    point,
    slotTime: timeAtSlot({ ...spec, genesisTime: deployment.genesisTime }, point.header.slot),
    epoch: epochAtSlot(spec, point.header.slot),
    demandGwei,
    minPartialGwei: parameters.minPartialGwei,
    exitRetrySeconds: parameters.exitRetrySeconds,
    requestFeeWei,
    operators,
    candidates,
  };
}

/** Roots of those whose ether moves to another validator; such a one is "exiting". */
async function readConsolidating(
  { manager }: Pick<Protocol, "manager">,
  validators: readonly PoolValidator[],
  blockNumber: bigint,
): Promise<ReadonlySet<Hex>> {
  const exiting = validators.filter(({ status }) => status === "exiting");
  const roots = await inParallel(exiting, async ({ pubkeyRoot }) => {
    const [targetRoot] = await manager.read.consolidation([pubkeyRoot], { blockNumber });
    return targetRoot === zeroHash ? [] : [pubkeyRoot];
  });
  return new Set(roots.flat());
}

/** A number of the specification that the client has no field for. */
function numberOf(raw: Readonly<Record<string, unknown>>, name: string): number {
  const value = Number(raw[name]);
  if (Number.isSafeInteger(value)) return value;
  throw new EthStakeError(
    "BEACON_BAD_ANSWER",
    `Use a beacon node that follows the Beacon API: its spec has no ${name}`,
  );
}

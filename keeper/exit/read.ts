import { zeroHash, type Hex } from "viem";

import type { BeaconSpec, ValidatorAnswer } from "../../chain/beacon/types.ts";
import type { SignedVoluntaryExit } from "../../chain/beacon/validator-api.ts";
import { exitDomainOf } from "../../chain/exits/exit.ts";
import { networkByName } from "../../chain/networks.ts";
import type { Protocol } from "../../chain/protocol/contracts.ts";
import { inParallel } from "../../chain/protocol/in-parallel.ts";
import { readOperators, type PoolOperator } from "../../chain/protocol/operators.ts";
import { readPoolValidators, type PoolValidator, type PoolValidatorStatus } from "../../chain/protocol/validators.ts";
import { epochAtSlot, FAR_FUTURE_EPOCH, timeAtSlot } from "../../chain/slots.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import type { KeeperContext } from "../context.ts";
import type { Reason } from "../job.ts";
import { readAnchor, type AnchorPoint } from "../proofs/anchor.ts";
import type { Prover } from "../proofs/prover.ts";
import { readDemands } from "./demands.ts";
import type { PlanInput } from "./plan.ts";
import { readUnbooked } from "./unbooked.ts";
import { NO_VOLUNTARY_EXITS, readVoluntary, type VoluntaryExits, type VoluntaryLook } from "./voluntary.ts";

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
  /** It leaves, and the contract does not count its ether as on its way yet. */
  unbooked: boolean;
  /** Its signed exit, where we hold one that the chain would take. */
  heldExit: SignedVoluntaryExit | undefined;
  /** Since when nodes have known of an exit of it, in Unix seconds; undefined when they do not. */
  publishedAt: number | undefined;
  /** That exit waits at our node, as far as that says; when it forgot it, it has to be told again. */
  waitsAtNode: boolean;
};

export type ExitSnapshot = {
  /** Of this block every request shows by a proof that the chain will follow it. */
  point: AnchorPoint;
  /** Time of that block's slot, in Unix seconds. */
  slotTime: number;
  /** Time of the execution block, in Unix seconds. */
  now: number;
  epoch: number;
  demandGwei: bigint;
  minPartialGwei: bigint;
  exitRetrySeconds: number;
  /** What one EIP-7002 request costs now, besides gas. */
  requestFeeWei: bigint;
  operators: PoolOperator[];
  candidates: ExitCandidate[];
  /** Exit files that cannot be used, and why. */
  fileReasons: Reason[];
  /** When requests are due and how long leaving takes; undefined where nothing is asked for. */
  timing: ExitTiming | undefined;
};

/** The part of a plan that is read; the rest follows from the candidates. */
export type ExitTiming = Omit<PlanInput, "uncoveredGwei" | "spareGwei" | "skimGwei" | "marginSeconds">;

/** Gathers demand, the price of a request, who could give how much, and which signed exits there are. */
export async function readExit(
  context: KeeperContext,
  prover: Prover,
  voluntary: VoluntaryExits | undefined,
): Promise<ExitSnapshot> {
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
  const epoch = epochAtSlot(spec, point.header.slot);
  const timing = { ...spec, genesisTime: deployment.genesisTime };
  const leaving = proven.flatMap(({ pubkey, pubkeyRoot, status }) => {
    const exitEpoch = byPubkey.get(pubkey)?.validator.exitEpoch ?? FAR_FUTURE_EPOCH;
    return exitEpoch === FAR_FUTURE_EPOCH ? [] : [{ pubkeyRoot, status, exitEpoch }];
  });
  const lookaheadEpochs = numberOf(spec.raw, "MAX_SEED_LOOKAHEAD") + 1;
  const [moving, unbooked, { held, publishedAt, waiting, reasons }] = await Promise.all([
    readConsolidating(protocol, proven, blockNumber),
    // Only an order has to know.
    readUnbooked({ ...context, moment: point.moment, timing, lookaheadEpochs }, demandGwei === 0n ? [] : leaving),
    readHeldExits(context, voluntary, records, { epoch, minActiveEpochs: committeePeriod }, point),
  ]);
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
        unbooked: unbooked.has(pubkeyRoot),
        heldExit: held.get(record.index),
        publishedAt: publishedAt.get(record.index),
        waitsAtNode: waiting?.has(record.index) ?? true,
      },
    ];
  });
  return {
    point,
    slotTime: timeAtSlot(timing, point.header.slot),
    now: point.moment.timestamp,
    epoch,
    demandGwei,
    minPartialGwei: parameters.minPartialGwei,
    exitRetrySeconds: parameters.exitRetrySeconds,
    requestFeeWei,
    operators,
    candidates,
    fileReasons: reasons,
    timing: demandGwei === 0n ? undefined : await readTiming(context, prover, point, spec),
  };
}

/** Without a folder there are none, and nobody is asked for them. */
async function readHeldExits(
  { deployment, beacon }: KeeperContext,
  voluntary: VoluntaryExits | undefined,
  records: readonly ValidatorAnswer[],
  rules: { epoch: number; minActiveEpochs: number },
  { moment }: AnchorPoint,
): Promise<VoluntaryLook> {
  if (voluntary === undefined) return NO_VOLUNTARY_EXITS;
  const { genesisValidatorsRoot } = await beacon.genesis();
  const domain = exitDomainOf({ ...networkByName(deployment.network), genesisValidatorsRoot });
  const leavers = records.map(({ index, validator }) => ({ index, ...validator }));
  return readVoluntary(voluntary, leavers, { ...rules, domain }, moment.timestamp);
}

/** Reads the whole state, so only where something has to leave: the job proves from the same one. */
async function readTiming(
  { protocol }: KeeperContext,
  prover: Prover,
  point: AnchorPoint,
  { raw, secondsPerSlot, slotsPerEpoch }: BeaconSpec,
): Promise<ExitTiming> {
  const { blockNumber, timestamp } = point.moment;
  const [demands, slotsPerFrame, { validatorCount, ...queue }] = await Promise.all([
    readDemands(protocol, blockNumber),
    protocol.distribution.read.slotsPerFrame({ blockNumber }),
    prover.exitQueue(point),
  ]);
  return {
    now: timestamp,
    epoch: epochAtSlot({ slotsPerEpoch }, point.header.slot),
    secondsPerSlot,
    secondsPerEpoch: secondsPerSlot * slotsPerEpoch,
    demands,
    queue,
    rules: {
      churnGwei: BigInt(numberOf(raw, "MIN_PER_EPOCH_CHURN_LIMIT_ELECTRA")),
      lookaheadEpochs: numberOf(raw, "MAX_SEED_LOOKAHEAD") + 1,
      withdrawableDelayEpochs: numberOf(raw, "MIN_VALIDATOR_WITHDRAWABILITY_DELAY"),
    },
    validatorCount,
    // A report comes within the hour after its frame.
    reportSeconds: Number(slotsPerFrame) * secondsPerSlot + 3_600,
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

import { formatGwei, formatWei } from "../../chain/units.ts";
import { min, notNegative } from "../capacity.ts";
import type { Decision, Reason } from "../job.ts";
import { ACTIVATION_GWEI, MAX_EFFECTIVE_GWEI, type KeeperPolicy } from "../policy.ts";
import type { AnchorPoint } from "../proofs/anchor.ts";
import { coverDemand, type Askable } from "./cover-demand.ts";
import { safeToAskGwei } from "./margin.ts";
import { planExits, type ExitPlan } from "./plan.ts";
import type { ExitCandidate, ExitSnapshot } from "./read.ts";
import {
  chooseWays,
  forgottenExits,
  isPublished,
  onItsWayGwei,
  publishedReasons,
  publishIntents,
  type Because,
  type PublishIntent,
} from "./ways.ts";

/** One `requestExit` or `requestPartialWithdrawal` transaction. */
export type RequestIntent = { point: AnchorPoint; indices: number[]; requestFeeWei: bigint } & (
  | { kind: "exit"; because: Because }
  | { kind: "partial"; amountsGwei: bigint[] }
);
export type ExitIntent = PublishIntent | RequestIntent;

export type ExitPolicy = Pick<KeeperPolicy, "maxRequestFeeWei" | "exitMarginSeconds" | "exitWaitSeconds">;

/** The chain takes up 16 requests a block, and each one waiting makes the next dearer: more wait for the next run. */
const MAX_REQUESTS = 16;

/**
 * Exits the validators of deactivated operators, and asks for what withdrawals need: part of the balance where that is
 * enough, whole validators for the rest. Where we hold a signed exit, that goes first; nobody but the operator may ask for
 * the others of a deactivated one before its deadline has passed.
 */
export function decideExit(snapshot: ExitSnapshot, policy: ExitPolicy): Decision<ExitIntent> {
  const { demandGwei, requestFeeWei, point } = snapshot;
  const usable = snapshot.candidates
    .filter((it) => isHeard(it, snapshot) && !isPublished(it, snapshot, policy))
    .map((it) => askable(it, snapshot));
  const late = new Set(snapshot.operators.filter((it) => it.exitDeadlinePassed).map((it) => it.operatorId));
  const told = new Set(snapshot.operators.filter((it) => it.status === "deactivated").map((it) => it.operatorId));
  const volunteers = new Set(chooseWays(usable.filter((it) => told.has(it.operatorId) && it.mayExit)).publish);
  const forced = usable
    .filter((it) => volunteers.has(it) || (late.has(it.operatorId) && it.mayExit))
    .slice(0, MAX_REQUESTS);
  const others = usable.filter((it) => !late.has(it.operatorId) && !volunteers.has(it));
  // What is forced out serves the demand as well, and is sent first: the contract has counted it by then. Of signed exits
  // it learns later, so that they are counted here.
  const forcedGwei = forced.reduce((sum, { effectiveBalanceGwei }) => sum + effectiveBalanceGwei, 0n);
  const uncoveredGwei = notNegative(demandGwei - onItsWayGwei(snapshot.candidates, snapshot, policy) - forcedGwei);
  const plan = planFor(snapshot, others, uncoveredGwei, policy.exitMarginSeconds);
  const orderGwei = plan?.orderGwei ?? uncoveredGwei;
  const askedGwei = safeToAskGwei({ orderGwei, uncoveredGwei, isLate: (plan?.lateGwei ?? 0n) > 0n, ...snapshot });
  const cover = coverDemand(others, askedGwei, snapshot.minPartialGwei, MAX_REQUESTS - forced.length);
  const reasons: Reason[] = [
    ...exitsAwaited(
      snapshot,
      (it) => !it.leaving && !isPublished(it, snapshot, policy) && !forced.some(({ index }) => index === it.index),
    ),
    ...publishedReasons(snapshot, policy),
    ...snapshot.fileReasons,
    ...(plan === undefined ? [] : reasonsOf(plan)),
  ];
  if (orderGwei > 0n && askedGwei === 0n) {
    const message = `${formatGwei(orderGwei)} ETH are left to tips: the next one may bring them`;
    reasons.push({ code: "LEFT_TO_TIPS", message, details: { orderGwei } });
  }
  if (cover.shortGwei > 0n) {
    const message = `${formatGwei(cover.shortGwei)} ETH more is wanted than validators can give now`;
    reasons.push({ code: "NOT_ENOUGH_EXITABLE", message, details: { shortGwei: cover.shortGwei } });
  }
  const [byForce, byDemand] = [chooseWays(forced), chooseWays(cover.exits)];
  const published = [
    ...publishIntents(forgottenExits(snapshot, policy), "again", snapshot),
    ...publishIntents(byForce.publish, "deactivated", snapshot),
    ...publishIntents(byDemand.publish, "demand", snapshot),
  ];
  const request = { point, requestFeeWei };
  const exit = (because: Because, list: readonly ExitCandidate[]): RequestIntent[] =>
    list.length === 0 ? [] : [{ kind: "exit", because, indices: indicesOf(list), ...request }];
  const partial = (list: typeof cover.partials): RequestIntent[] => {
    const indices = indicesOf(list.map(({ candidate }) => candidate));
    const amountsGwei = list.map(({ amountGwei }) => amountGwei);
    return list.length === 0 ? [] : [{ kind: "partial", indices, amountsGwei, ...request }];
  };
  const requests = [
    ...exit("deactivated", byForce.request),
    ...exit("demand", byDemand.request),
    ...partial(cover.partials),
  ];
  if (requests.length > 0 && requestFeeWei > policy.maxRequestFeeWei) {
    const message = `An exit request costs ${formatWei(requestFeeWei, 9)} ETH, over the limit of ${formatWei(policy.maxRequestFeeWei, 9)}: wait or raise it`;
    reasons.push({ code: "REQUEST_FEE_HIGH", message, details: { requestFeeWei } });
    return { intents: published, reasons };
  }
  if (requests.length + published.length === 0 && demandGwei <= 0n)
    reasons.push({ code: "NO_DEMAND", message: "Nothing has to leave the chain" });
  return { intents: [...published, ...requests], reasons };
}

/** Whom the operators themselves should exit: nobody else may before their deadline. */
function exitsAwaited({ operators, candidates }: ExitSnapshot, isAwaited: (it: ExitCandidate) => boolean): Reason[] {
  const asked = operators.filter((it) => it.status === "deactivated" && !it.exitDeadlinePassed);
  return asked.flatMap(({ operatorId }) => {
    const indices = indicesOf(candidates.filter((it) => it.operatorId === operatorId && isAwaited(it)));
    if (indices.length === 0) return [];
    const message = `Operator ${operatorId} was deactivated and is to exit validators ${indices.join(", ")}: anyone may after its deadline`;
    return [{ code: "EXITS_AWAITED", message, details: { operatorId, indices } }];
  });
}

/** What has to be asked for now, of what the contract allows. */
function planFor(
  { timing, candidates, minPartialGwei }: ExitSnapshot,
  usable: readonly Askable[],
  uncoveredGwei: bigint,
  marginSeconds: number,
): ExitPlan | undefined {
  if (timing === undefined) return undefined;
  const spareGwei = usable.reduce((sum, item) => sum + (item.spareGwei < minPartialGwei ? 0n : item.spareGwei), 0n);
  const skimGwei = candidates.reduce((sum, item) => sum + notNegative(item.balanceGwei - MAX_EFFECTIVE_GWEI), 0n);
  return planExits({ ...timing, uncoveredGwei, spareGwei, skimGwei, marginSeconds });
}

function reasonsOf({ waitingGwei, waitsUntil, lateGwei, arrivesAt }: ExitPlan): Reason[] {
  const reasons: Reason[] = [];
  if (waitsUntil !== undefined) {
    const message = `${formatGwei(waitingGwei)} ETH may still come from new stake: nobody is asked before ${isoTime(waitsUntil)}`;
    reasons.push({ code: "EXITS_NOT_YET", message, details: { waitingGwei, waitsUntil } });
  }
  if (lateGwei > 0n) {
    const message = `${formatGwei(lateGwei)} ETH will be late: what is asked for now arrives about ${isoTime(arrivesAt)}`;
    reasons.push({ code: "WITHDRAWALS_LATE", message, details: { lateGwei, arrivesAt } });
  }
  return reasons;
}

function isoTime(unixSeconds: number): string {
  return new Date(unixSeconds * 1000).toISOString();
}

/** Whether contract and chain would act on a request. */
function isHeard({ leaving, consolidating, requestsFromEpoch }: ExitCandidate, { epoch }: ExitSnapshot): boolean {
  return !leaving && !consolidating && epoch >= requestsFromEpoch;
}

/** What may be asked of a validator now, after what was asked of it before. */
function askable(candidate: ExitCandidate, { slotTime, exitRetrySeconds, operators }: ExitSnapshot): Askable {
  const operator = operators.find(({ operatorId }) => operatorId === candidate.operatorId);
  const { requestedAt, partialGwei, pendingPartialGwei, effectiveBalanceGwei, balanceGwei, status } = candidate;
  const answered = requestedAt === 0 || slotTime >= requestedAt + exitRetrySeconds;
  const waitingGwei = answered ? 0n : partialGwei;
  const spareGwei = min(
    effectiveBalanceGwei - ACTIVATION_GWEI - waitingGwei,
    balanceGwei - ACTIVATION_GWEI - pendingPartialGwei,
  );
  return {
    ...candidate,
    // The chain ignores a full exit while a partial withdrawal waits.
    mayExit: answered && pendingPartialGwei === 0n,
    inBreach: operator !== undefined && (operator.status !== "active" || operator.strikeHistory !== 0),
    operatorFundedGwei: operator?.fundedGwei ?? 0n,
    spareGwei: status === "active" ? notNegative(spareGwei) : 0n,
  };
}

function indicesOf(list: readonly ExitCandidate[]): number[] {
  return list.map(({ index }) => index);
}

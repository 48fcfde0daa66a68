import type { Hex } from "viem";

import { formatGwei, formatWei } from "../../chain/units.ts";
import type { Decision, Reason } from "../job.ts";
import type { KeeperPolicy } from "../policy.ts";
import { coverDemand } from "./cover-demand.ts";
import type { ExitCandidate, ExitSnapshot } from "./read.ts";

/** One `requestExit` or `requestPartialWithdrawal` transaction. */
export type ExitIntent =
  | { kind: "exit"; because: "demand" | "deactivated"; pubkeys: Hex[]; indices: number[]; requestFeeWei: bigint }
  | { kind: "partial"; pubkeys: Hex[]; indices: number[]; amountsGwei: bigint[]; requestFeeWei: bigint };

/** The chain takes up 16 requests a block, and each one waiting makes the next dearer: more wait for the next run. */
const MAX_REQUESTS = 16;

/**
 * Exits the validators of deactivated operators whose deadline has passed, and asks for what withdrawals need: part of
 * the balance where that is enough, whole validators for the rest.
 */
export function decideExit(
  snapshot: ExitSnapshot,
  { maxRequestFeeWei }: Pick<KeeperPolicy, "maxRequestFeeWei">,
): Decision<ExitIntent> {
  const { demandGwei, requestFeeWei } = snapshot;
  const usable = snapshot.candidates.filter((candidate) => acceptsRequests(candidate, snapshot));
  const late = new Set(snapshot.operators.filter((it) => it.exitDeadlinePassed).map((it) => it.operatorId));
  const forced = usable.filter((it) => late.has(it.operatorId) && canExit(it)).slice(0, MAX_REQUESTS);
  const others = usable.filter((it) => !late.has(it.operatorId));
  // What is forced out serves the demand as well, and is sent first: the contract has counted it by then.
  const forcedGwei = forced.reduce((sum, { depositedGwei }) => sum + depositedGwei, 0n);
  const cover = coverDemand(others, demandGwei - forcedGwei, snapshot.minPartialGwei, MAX_REQUESTS - forced.length);
  const wanted = forced.length + cover.exits.length + cover.partials.length;
  const reasons: Reason[] = [];
  if (wanted > 0 && requestFeeWei > maxRequestFeeWei) {
    const message = `An exit request costs ${formatWei(requestFeeWei, 9)} ETH, over the limit of ${formatWei(maxRequestFeeWei, 9)}: wait or raise it`;
    return { intents: [], reasons: [{ code: "REQUEST_FEE_HIGH", message, details: { requestFeeWei } }] };
  }
  if (wanted === 0 && demandGwei <= 0n) reasons.push({ code: "NO_DEMAND", message: "Nothing has to leave the chain" });
  if (cover.shortGwei > 0n) {
    const message = `${formatGwei(cover.shortGwei)} ETH more is wanted than validators can give now`;
    reasons.push({ code: "NOT_ENOUGH_EXITABLE", message, details: { shortGwei: cover.shortGwei } });
  }
  const exit = (because: "demand" | "deactivated", list: ExitCandidate[]): ExitIntent[] =>
    list.length === 0 ? [] : [{ kind: "exit", because, ...named(list), requestFeeWei }];
  const partials: ExitIntent[] =
    cover.partials.length === 0
      ? []
      : [
          {
            kind: "partial",
            ...named(cover.partials.map(({ candidate }) => candidate)),
            amountsGwei: cover.partials.map(({ amountGwei }) => amountGwei),
            requestFeeWei,
          },
        ];
  return { intents: [...exit("deactivated", forced), ...exit("demand", cover.exits), ...partials], reasons };
}

/** Whether the chain would act on a request, and the contract would pass it on. */
function acceptsRequests(candidate: ExitCandidate, { now, epoch, exitRetrySeconds }: ExitSnapshot): boolean {
  if (candidate.leaving || epoch < candidate.requestsFromEpoch) return false;
  return candidate.status === "active" || now >= candidate.exitRequestedAt + exitRetrySeconds;
}

/** A full exit is ignored while a partial withdrawal waits. */
function canExit({ pendingPartialGwei }: ExitCandidate): boolean {
  return pendingPartialGwei === 0n;
}

function named(list: readonly ExitCandidate[]): { pubkeys: Hex[]; indices: number[] } {
  return { pubkeys: list.map(({ pubkey }) => pubkey), indices: list.map(({ index }) => index) };
}

import { EthStakeError } from "../../runtime/errors.ts";
import type { ProtocolParameters } from "./types.ts";

/** REVIEW_SECONDS of RewardDistribution. */
const REVIEW_SECONDS = 7 * 24 * 3_600;

type Rule = { holds: boolean; text: string };

/**
 * Refuses numbers that do not fit together. Contracts bound each number by itself; what one number means for another,
 * only this knows.
 */
export function checkParameters(parameters: ProtocolParameters, secondsPerSlot: number): void {
  const broken = rulesOf(parameters, secondsPerSlot).filter(({ holds }) => !holds);
  if (broken.length === 0) return;
  throw new EthStakeError("PARAMETERS_INVALID", `Change the parameters: ${broken.map(({ text }) => text).join("; ")}`, {
    details: { network: parameters.network, broken: broken.map(({ text }) => text) },
  });
}

function rulesOf(p: ProtocolParameters, secondsPerSlot: number): Rule[] {
  const frameSeconds = Number(p.frame.slotsPerFrame) * secondsPerSlot;
  const periodSeconds = frameSeconds * Number(p.frame.framesPerPeriod);
  return [
    { holds: p.initialLockedWei > 0n, text: "initialLockedWei must not be 0" },
    {
      holds: p.frame.framesPerPeriod > 0n && p.frame.slotsPerFrame > 0n,
      text: "a frame and a period must have a length",
    },
    {
      holds: p.distribution.claimDelaySeconds * 2 <= frameSeconds,
      text: "claimDelaySeconds must be at most half a frame, or reports replace roots that nobody could claim from",
    },
    {
      holds: p.pool.maxReportAgeSeconds >= 2 * frameSeconds,
      text: "maxReportAgeSeconds must be at least two frames, as a report comes after its frame",
    },
    {
      holds: p.registry.bondExitDelaySeconds >= periodSeconds + p.registry.appealWindowSeconds,
      text: "bondExitDelaySeconds must cover an SLA period and the appeal window",
    },
    {
      holds: p.delays.roleSeconds.APPEALS < p.registry.appealWindowSeconds,
      text: "the delay of APPEALS must be shorter than the appeal window",
    },
    {
      holds: p.distribution.staleHaircutBps >= p.distribution.maxLossBps,
      text: "staleHaircutBps must be at least maxLossBps, or it pays to leave before a report",
    },
    {
      holds: p.delays.roleSeconds.REVIEW < REVIEW_SECONDS,
      text: "the delay of REVIEW must be shorter than a review may last",
    },
    { holds: p.delays.roleSeconds.GUARDIAN === 0, text: "the guardian must act without delay" },
    { holds: p.queue.minRequestWei < p.queue.maxRequestWei, text: "minRequestWei must be less than maxRequestWei" },
    {
      holds: p.initialLockedWei <= p.pool.stakeCapWei && p.pool.stakeAllowanceWei > 0n,
      text: "the stake cap must leave room to stake",
    },
    { holds: p.manager.maxStockPerOperator <= p.manager.maxStock, text: "maxStockPerOperator must fit into maxStock" },
  ];
}

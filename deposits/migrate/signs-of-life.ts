import type { BeaconApi } from "../../chain/beacon/api.ts";
import type { ValidatorAnswer } from "../../chain/beacon/types.ts";
import type { ValidatorApi } from "../../chain/beacon/validator-api.ts";
import { firstSlotOfEpoch } from "../../chain/slots.ts";
import { hasCode, isRetryable } from "../../runtime/errors.ts";

/** Who was seen, if anybody; `told` is false when no node could say. */
export type Found = { seen: { validatorIndex: number; node: string } | undefined; told: boolean };

const QUIET: Found = { seen: undefined, told: true };

/** Whether any node has seen one of the validators sign in an epoch. Nodes forget after an epoch or two. */
export async function findSeen(
  nodes: readonly { beacon: BeaconApi; validators: ValidatorApi }[],
  validators: readonly ValidatorAnswer[],
  epoch: number,
): Promise<Found> {
  if (validators.length === 0) return QUIET;
  const indices = validators.map(({ index }) => index);
  const answers = await Promise.all(
    nodes.map(({ validators: api }) => orNothing(() => api.liveness(epoch, indices), "BEACON_REFUSED")),
  );
  for (const [i, answer] of answers.entries()) {
    const live = answer?.find(({ isLive }) => isLive);
    if (live !== undefined)
      return { seen: { validatorIndex: live.validatorIndex, node: nodes[i]?.beacon.node ?? "" }, told: true };
  }
  const complete = answers.some((answer) => answer !== undefined && answer.length >= indices.length);
  return { seen: undefined, told: complete };
}

/** Whether the chain holds a vote or a block of one of the validators in an epoch. */
export async function findSigned(
  beacon: BeaconApi,
  validators: readonly ValidatorAnswer[],
  epoch: number,
  timing: { slotsPerEpoch: number },
): Promise<Found> {
  if (validators.length === 0) return QUIET;
  const indices = validators.map(({ index }) => index);
  const rewards = await orNothing(() => beacon.attestationRewards(epoch, indices), "BEACON_NOT_FOUND");
  // Who did not vote is punished for the source and for the target, whatever the state of the chain.
  const voted = rewards?.find(
    ({ sourceGwei, targetGwei, headGwei }) => sourceGwei >= 0n || targetGwei >= 0n || headGwei > 0n,
  );
  if (voted !== undefined) return { seen: { validatorIndex: voted.validatorIndex, node: beacon.node }, told: true };
  const first = firstSlotOfEpoch(timing, epoch);
  for (let slot = first; slot < first + timing.slotsPerEpoch; slot++) {
    // No header: nobody has proposed in that slot.
    const answer = await orNothing(() => beacon.header(slot), "BEACON_NOT_FOUND");
    const validatorIndex = answer?.header.proposerIndex;
    if (validatorIndex !== undefined && indices.includes(validatorIndex))
      return { seen: { validatorIndex, node: beacon.node }, told: true };
  }
  return { seen: undefined, told: rewards !== undefined && rewards.length >= indices.length };
}

/** Undefined where a node says that it does not know, or cannot say now. */
async function orNothing<T>(ask: () => Promise<T>, code: string): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (hasCode(error, code) || isRetryable(error)) return undefined;
    throw error;
  }
}

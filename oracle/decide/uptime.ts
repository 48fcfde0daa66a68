// Who attested is found out twice, by ways that share nothing: the flags that the state keeps, and what the chain paid or
// the blocks carried. An epoch counts when both say the same of every validator of ours.
import { TIMELY_TARGET_FLAG } from "../../chain/ssz/state-reader.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { participationOf, type DutyState } from "./epoch-result.ts";

/** By validator index: whether its vote for the target was timely. Those without a duty are absent. */
export type Attested = ReadonlyMap<number, boolean>;

/** Examples in an error: enough to look at, and no flood. */
const MAX_EXAMPLES = 10;

/** What the state's flags say of these validators. */
export function attestedByFlags(
  state: DutyState,
  epoch: number,
  slotsPerEpoch: number,
  indices: Iterable<number>,
): Attested {
  const flags = participationOf(state, epoch, slotsPerEpoch);
  const { slashed, activationEpoch, exitEpoch } = state.validators;
  const attested = new Map<number, boolean>();
  for (const index of indices) {
    const isActive = (activationEpoch[index] ?? Infinity) <= epoch && epoch < (exitEpoch[index] ?? 0);
    if (isActive && slashed[index] === 0) attested.set(index, ((flags?.[index] ?? 0) & TIMELY_TARGET_FLAG) !== 0);
  }
  return attested;
}

/** Refuses an epoch of which the two ways differ. */
export function assertSameUptime(epoch: number, byFlags: Attested, other: Attested, otherWay: string): void {
  const different = [...byFlags].filter(([index, attested]) => other.get(index) !== attested);
  if (different.length === 0) return;
  throw new EthStakeError("UPTIME_DISAGREES", `Find out which node is wrong; epoch ${epoch} is not judged`, {
    details: {
      epoch,
      otherWay,
      validators: byFlags.size,
      different: different.length,
      examples: different
        .slice(0, MAX_EXAMPLES)
        .map(([index, attested]) => ({ index, byFlags: attested, byOther: other.get(index) })),
    },
    retryable: true,
  });
}

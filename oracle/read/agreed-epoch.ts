import { EthStakeError } from "../../runtime/errors.ts";
import { stringifyJson } from "../../runtime/json.ts";
import type { EpochResult } from "../decide/epoch-result.ts";
import { readEpochResult } from "./epochs.ts";
import type { ReadyView, Sources } from "./sources.ts";

/**
 * Judges an epoch. A verified state cannot be false, so then one view reads it, and the others need only agree on which
 * keys are whose; states that nobody verifies are read from all views.
 */
export async function readAgreedEpoch(sources: Sources, epoch: number): Promise<EpochResult> {
  const [first, ...others] = await sources.ready();
  const { result, cutoffBlockNumber } = await readEpochResult(first, epoch);
  for (const other of others) {
    if (first.verifyStates) await assertSameKeys(first, other, cutoffBlockNumber);
    else assertSame(first, other, "result", result, (await readEpochResult(other, epoch)).result);
  }
  return result;
}

async function assertSameKeys(first: ReadyView, other: ReadyView, blockNumber: number): Promise<void> {
  if (first.executionNode === other.executionNode) return;
  const [ours, theirs] = await Promise.all([first.events(blockNumber), other.events(blockNumber)]);
  assertSame(first, other, "keys", ours.keys, theirs.keys);
}

function assertSame(a: ReadyView, b: ReadyView, what: string, ours: unknown, theirs: unknown): void {
  if (stringifyJson(ours) === stringifyJson(theirs)) return;
  throw new EthStakeError("NODES_DISAGREE", `Find out which node is wrong; the epoch is not judged: ${what} differ`, {
    details: { ours: a.name, theirs: b.name, differences: { [what]: { ours, theirs } } },
    retryable: true,
  });
}

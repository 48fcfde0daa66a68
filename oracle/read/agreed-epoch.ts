import { EthStakeError } from "../../runtime/errors.ts";
import { stringifyJson } from "../../runtime/json.ts";
import type { EpochResult } from "../decide/epoch-result.ts";
import { assertSameUptime } from "../decide/uptime.ts";
import { readAttested } from "./attested.ts";
import { readEpochResult } from "./epochs.ts";
import type { ReadyView, Sources } from "./sources.ts";

/**
 * Judges an epoch by the flags of the state, and confirms it by another way from another node, where there is one.
 * A verified state cannot be false, so then one view reads it, and the others need only agree on which
 * keys are whose; states that nobody verifies are read from all views.
 */
export async function readAgreedEpoch(sources: Sources, epoch: number): Promise<EpochResult> {
  const [first, ...others] = await sources.ready();
  const { result, attested, cutoffBlockNumber } = await readEpochResult(first, epoch);
  for (const other of others) {
    if (first.verifyStates) await assertSameKeys(first, other, cutoffBlockNumber);
    else assertSame(first, other, "result", result, (await readEpochResult(other, epoch)).result);
  }
  if (attested.size > 0) {
    const confirmed = await readAttested(others[0] ?? first, epoch, [...attested.keys()]);
    assertSameUptime(epoch, attested, confirmed.attested, confirmed.way);
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

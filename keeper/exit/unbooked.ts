import type { Hex } from "viem";

import type { Deployment } from "../../chain/deployment.ts";
import { searchBlocks } from "../../chain/protocol/block-ranges.ts";
import type { Protocol } from "../../chain/protocol/contracts.ts";
import { epochAtSlot, slotAtTime, type SlotTiming } from "../../chain/slots.ts";
import type { PoolValidatorStatus } from "../../chain/protocol/validators.ts";

/** A validator that leaves. */
export type LeavingValidator = { pubkeyRoot: Hex; status: PoolValidatorStatus; exitEpoch: number };
export type UnbookedSources = {
  protocol: Pick<Protocol, "client" | "manager" | "distribution">;
  deployment: Pick<Deployment, "deployedAtBlock">;
  moment: { blockNumber: bigint; timestamp: number };
  timing: SlotTiming;
  /** Epochs before an exit begins at the earliest. */
  lookaheadEpochs: number;
};

/**
 * Roots of those whose ether the contract does not count as on its way yet. It knows requests, and from a report what left
 * at its cut-off; of one that leaves unasked it learns its state (`proveLeaving`), and its ether with the next report only.
 */
export async function readUnbooked(
  { protocol, deployment, moment, timing, lookaheadEpochs }: UnbookedSources,
  leaving: readonly LeavingValidator[],
): Promise<ReadonlySet<Hex>> {
  if (leaving.length === 0) return new Set();
  const { client, manager, distribution } = protocol;
  const { blockNumber } = moment;
  const cutoff = Number(await distribution.read.lastCutoffTimestamp({ blockNumber }));
  const cutoffEpoch = epochAtSlot(timing, slotAtTime(timing, cutoff));
  // Not shown to the contract yet. It was counted only if its exit must have begun before the report.
  const unshown = leaving.filter(
    ({ status, exitEpoch }) => status === "active" && exitEpoch > cutoffEpoch + lookaheadEpochs,
  );
  // No more blocks than slots have passed since the report.
  const blocks = BigInt(Math.ceil(Math.max(0, moment.timestamp - cutoff) / timing.secondsPerSlot));
  const first = BigInt(deployment.deployedAtBlock);
  const from = blockNumber - blocks > first ? blockNumber - blocks : first;
  const shown = await searchBlocks(from, blockNumber, (range) =>
    client.getContractEvents({ ...manager, eventName: "LeavingProven", strict: true, ...range }),
  );
  const unbooked = new Set(unshown.map(({ pubkeyRoot }) => pubkeyRoot));
  const exiting = new Set(leaving.filter(({ status }) => status === "exiting").map(({ pubkeyRoot }) => pubkeyRoot));
  for (const event of shown.filter(({ args }) => exiting.has(args.pubkeyRoot))) {
    const { timestamp } = await client.getBlock({ blockNumber: event.blockNumber });
    if (Number(timestamp) > cutoff) unbooked.add(event.args.pubkeyRoot);
  }
  return unbooked;
}

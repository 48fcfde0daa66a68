import { lastSlotOfEpoch } from "../../chain/slots.ts";
import { judgeEpoch, type EpochResult } from "../decide/epoch-result.ts";
import { attestedByFlags, type Attested } from "../decide/uptime.ts";
import { readCutoff } from "./cutoff.ts";
import type { ProtocolEvents } from "./protocol-events.ts";
import { readReferenceBlock } from "./reference.ts";
import { readState } from "./states.ts";
import { operatorsByIndex } from "./validators.ts";
import type { View } from "./view.ts";

/** An epoch as the state's flags tell it. */
export type JudgedEpoch = {
  result: EpochResult;
  /** Of each validator of ours. */
  attested: Attested;
  /** Events of the contracts up to this block were looked at. */
  cutoffBlockNumber: number;
};

/**
 * Judges an epoch from the state of the last block of the epoch after it. Both must be final. Only keys that the
 * contracts knew in that state are ours, so that the result does not depend on when it is read.
 */
export async function readEpochResult(
  view: View & { events(toBlock: number): Promise<ProtocolEvents> },
  epoch: number,
): Promise<JudgedEpoch> {
  const block = await readReferenceBlock(view, lastSlotOfEpoch(view.timing, epoch + 1));
  const { blockNumber } = await readCutoff(view, block);
  const { keys } = await view.events(blockNumber);
  const pubkeys = keys.map(({ pubkey }) => pubkey);
  const [state, credentials] = await Promise.all([
    readState(view, block, pubkeys),
    view.protocol.manager.read.withdrawalCredentials(),
  ]);
  const operatorOf = operatorsByIndex(state, keys, credentials);
  const { slotsPerEpoch } = view.timing;
  return {
    result: { ...judgeEpoch(state, epoch, slotsPerEpoch, operatorOf), blockRoot: block.root },
    attested: attestedByFlags(state, epoch, slotsPerEpoch, operatorOf.keys()),
    cutoffBlockNumber: blockNumber,
  };
}

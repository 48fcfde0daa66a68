// Proof that nobody signs with some keys. Every epoch is looked at three times: when it is over, for anything that the
// nodes have seen on the network; an epoch later, for anything that the chain took up; and when that chain is final.
// One signature ends it. What a node could not tell does not count as silence.
import type { Hex } from "viem";

import { headerAtOrBefore } from "../../chain/beacon/ancestry.ts";
import type { BeaconApi } from "../../chain/beacon/api.ts";
import type { ValidatorAnswer } from "../../chain/beacon/types.ts";
import type { ValidatorApi } from "../../chain/beacon/validator-api.ts";
import { epochAtSlot, lastSlotOfEpoch } from "../../chain/slots.ts";
import type { Clock } from "../../runtime/clock.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { findSeen, findSigned } from "./signs-of-life.ts";

export type BeaconNode = { beacon: BeaconApi; validators: ValidatorApi };
export type QuietOptions = {
  /** One or more: what one has not heard of, another may have. The chain itself is read from the first. */
  nodes: readonly [BeaconNode, ...BeaconNode[]];
  pubkeys: readonly Hex[];
  /** The last epoch in which something may have been signed; those after it must be quiet. */
  lastEpoch: number;
  /** How many final epochs in a row must be without a signature. */
  epochs: number;
  clock: Clock;
  signal?: AbortSignal | undefined;
  onEpoch?: (epoch: number) => void;
};

type Timing = { slotsPerEpoch: number };

const POLL_SECONDS = 12;
/** Epochs of which a node could not tell whether they were quiet, before it is called unfit. */
const MAX_UNTOLD = 3;

/** Waits until so many epochs in a row are final and hold nothing that was signed with the keys. */
export async function proveQuiet(options: QuietOptions): Promise<void> {
  const { nodes, epochs, clock, signal, onEpoch } = options;
  const [{ beacon }] = nodes;
  const timing = await beacon.spec();
  /** Epochs of which no node has seen anything. */
  const unseen = new Set<number>();
  /** Epochs in which the chain holds nothing, with the block that said so. */
  const unsigned = new Map<number, Hex>();
  const proven = new Set<number>();
  // Of what was before this began, nodes have forgotten who was seen.
  let from = Math.max(options.lastEpoch + 1, (await headEpoch(nodes, timing)) - 1);
  let untold = 0;

  while (true) {
    const head = await headEpoch(nodes, timing);
    await listen(options, head, unseen);
    await look(options, head - 2, timing, unsigned);
    for (let epoch = from; epoch < head - 2; epoch++) {
      if (unseen.has(epoch) && unsigned.has(epoch)) continue;
      from = epoch + 1;
      if (++untold > MAX_UNTOLD)
        throw new EthStakeError(
          "PROOF_UNAVAILABLE",
          `Use another beacon node: ${beacon.node} does not tell who signed`,
        );
    }
    const { finalized } = await beacon.finalityCheckpoints("head");
    for (let epoch = from; epoch + 2 <= finalized.epoch; epoch++) {
      if (proven.has(epoch)) continue;
      // The chain that was looked at may have been left since.
      if ((await blockAfter(beacon, epoch, timing)) !== unsigned.get(epoch)) {
        from = epoch + 1;
        break;
      }
      proven.add(epoch);
      onEpoch?.(epoch);
    }
    if (Array.from({ length: epochs }, (_, i) => from + i).every((epoch) => proven.has(epoch))) return;
    await clock.sleep(POLL_SECONDS * 1_000, signal);
  }
}

/** The epoch of the head, by the node that is furthest. */
export async function headEpoch(nodes: QuietOptions["nodes"], timing: Timing): Promise<number> {
  const states = await Promise.all(nodes.map(({ beacon }) => beacon.syncing()));
  return epochAtSlot(timing, Math.max(...states.map(({ headSlot }) => headSlot)));
}

/** Asks what was seen in the epoch that runs and in the one before, of which nothing more will be signed. */
async function listen(options: QuietOptions, head: number, unseen: Set<number>): Promise<void> {
  for (const epoch of [head - 1, head]) {
    if (epoch <= options.lastEpoch || unseen.has(epoch)) continue;
    const active = await activeIn(options, epoch);
    const found = await findSeen(options.nodes, active, epoch);
    refuse(active, epoch, found.seen);
    if (epoch < head && found.told) unseen.add(epoch);
  }
}

/** Asks what the chain holds of an epoch, one epoch after it: later nothing of it can be taken up. */
async function look(options: QuietOptions, epoch: number, timing: Timing, unsigned: Map<number, Hex>): Promise<void> {
  if (epoch <= options.lastEpoch || unsigned.has(epoch)) return;
  const [{ beacon }] = options.nodes;
  const active = await activeIn(options, epoch);
  const root = await blockAfter(beacon, epoch, timing);
  const found = await findSigned(beacon, active, epoch, timing);
  refuse(active, epoch, found.seen);
  if (found.told) unsigned.set(epoch, root);
}

/** The last block that can hold votes of an epoch. */
async function blockAfter(beacon: BeaconApi, epoch: number, timing: Timing): Promise<Hex> {
  return (await headerAtOrBefore(beacon, lastSlotOfEpoch(timing, epoch + 1))).root;
}

/** Validators that had to sign in an epoch; the others cannot. */
async function activeIn({ nodes: [{ beacon }], pubkeys }: QuietOptions, epoch: number): Promise<ValidatorAnswer[]> {
  const records = await beacon.validators("head", pubkeys);
  return records.filter(({ validator }) => validator.activationEpoch <= epoch && epoch < validator.exitEpoch);
}

function refuse(
  active: readonly ValidatorAnswer[],
  epoch: number,
  seen: { validatorIndex: number; node: string } | undefined,
): void {
  if (seen === undefined) return;
  const pubkey = active.find(({ index }) => index === seen.validatorIndex)?.validator.pubkey;
  throw new EthStakeError(
    "KEY_SEEN_SIGNING",
    `Stop whoever signs with ${pubkey}: ${seen.node} has seen it in epoch ${epoch}. Nothing was imported`,
    { details: { pubkey, epoch, ...seen } },
  );
}

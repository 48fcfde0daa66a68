// A small chain of the minimal preset with our validators in it: headers, states and execution blocks that fit each other,
// so that every root and every hash is right. What nodes make of it is up to the stubs.
import { bytesToHex, hexToBytes, keccak256, numberToHex, stringToBytes, type Hex } from "viem";

import type { BeaconBlockHeader } from "../../../chain/beacon/types.ts";
import { headerRoot } from "../../../chain/ssz/proofs.ts";
import { loadStateTypes } from "../../../chain/ssz/state-types.ts";
import { OUR_CREDENTIALS, validatorKey } from "../support/deposits.ts";
import { eth } from "../support/snapshots.ts";

export const GENESIS_TIME = 1_000_000;
export const SECONDS_PER_SLOT = 12;
export const SLOTS_PER_EPOCH = 8;
/** Validators of the network; those of OUR_KEYS are the pool's, with their operators. */
const COUNT = 12;
export const OUR_KEYS = [1, 2, 3].map((key) => ({
  key,
  pubkey: validatorKey(key).pubkey,
  operatorId: key === 3 ? 2 : 1,
}));
/** Our third validator misses every fourth epoch. */
const MISSING_KEY = 3;

export type WorldBlock = {
  slot: number;
  fork: "fulu" | "gloas";
  root: Hex;
  header: BeaconBlockHeader;
  state: Uint8Array;
  execution: { hash: Hex; number: number; timestamp: number; parentBeaconRoot: Hex };
};
export type WorldChain = { blocks: readonly WorldBlock[]; head: WorldBlock; finalizedEpoch: number };

export type ChainOptions = {
  lastSlot: number;
  /** Slots without a block. */
  missed?: readonly number[];
  /** How many epochs before the head's are not final. */
  finalityLag?: number;
  /** The first slot of Gloas; all of it is Fulu without one. */
  gloasFromSlot?: number;
};

/** What every Gloas state has taken from a validator's balance, and no payload has paid yet. */
export const TAKEN = { key: 1, gwei: 500 };

/** Votes of our second validator come late: in this slot of the next epoch, if it has a block. */
const LATE_KEY = 2;
const LATE_SLOT = 5;

/** True when the vote of the validator at this index for an epoch is in a block at or before a slot. */
export function attests(
  { blocks }: Pick<WorldChain, "blocks">,
  index: number,
  epoch: number,
  slot = Infinity,
): boolean {
  if (index === MISSING_KEY) return epoch % 4 !== 1;
  const lateSlot = (epoch + 1) * SLOTS_PER_EPOCH + LATE_SLOT;
  return index !== LATE_KEY || (lateSlot <= slot && blocks.some((block) => block.slot === lateSlot));
}

/** Makes the chain; the same options give the same bytes. */
export async function makeChain(options: ChainOptions): Promise<WorldChain> {
  const { lastSlot, missed = [], finalityLag = 2, gloasFromSlot = Infinity } = options;
  const { fulu, gloas } = await loadStateTypes("minimal");
  let type = fulu;
  let state = firstState(type);
  const blocks: WorldBlock[] = [];
  let parentRoot: Hex = `0x${"00".repeat(32)}`;
  for (let slot = 0; slot <= lastSlot; slot++) {
    if (slot > 0 && missed.includes(slot)) continue;
    const epoch = Math.floor(slot / SLOTS_PER_EPOCH);
    const fork = slot >= gloasFromSlot ? "gloas" : "fulu";
    // The forks share the names of all fields that are filled here, but for the last ones.
    if (fork === "gloas" && blocks.at(-1)?.fork !== "gloas") {
      type = gloas as unknown as typeof fulu;
      state = firstState(type);
    }
    // The late vote counts in the state of the very block that carries it.
    const votes = (index: number, of: number) =>
      attests({ blocks: [...blocks, { slot } as WorldBlock] }, index, of, slot);
    const flags = (of: number) => Array.from({ length: COUNT }, (_, i) => (of >= 0 && votes(i, of) ? 7 : 0));
    state.slot = slot;
    state.previousEpochParticipation = type.fields.previousEpochParticipation.toViewDU(flags(epoch - 1));
    state.currentEpochParticipation = type.fields.currentEpochParticipation.toViewDU(flags(epoch));
    for (const { key } of OUR_KEYS) state.balances.set(key, Number(eth(32)) + slot * 1_000);
    const number = blocks.length;
    const execution = {
      hash: keccak256(stringToBytes(`execution ${number} ${slot}`)),
      number,
      timestamp: GENESIS_TIME + slot * SECONDS_PER_SLOT,
      parentBeaconRoot: parentRoot,
    };
    if (fork === "gloas") {
      const view = state as unknown as ReturnType<typeof gloas.defaultViewDU>;
      // The payload of a block comes after it: what a state has executed is that of the block before.
      view.latestBlockHash = hexToBytes(blocks.at(-1)?.execution.hash ?? execution.hash);
      view.payloadExpectedWithdrawals = gloas.fields.payloadExpectedWithdrawals.toViewDU([
        { index: 0, validatorIndex: TAKEN.key, address: new Uint8Array(20), amount: BigInt(TAKEN.gwei) },
      ]);
      view.balances.set(TAKEN.key, Number(eth(32)) + slot * 1_000 - TAKEN.gwei);
    } else
      state.latestExecutionPayloadHeader = fulu.fields.latestExecutionPayloadHeader.toViewDU({
        ...fulu.fields.latestExecutionPayloadHeader.defaultValue(),
        blockHash: hexToBytes(execution.hash),
        blockNumber: number,
        timestamp: execution.timestamp,
      });
    state.commit();
    const header: BeaconBlockHeader = {
      slot,
      proposerIndex: slot % COUNT,
      parentRoot,
      stateRoot: bytesToHex(state.hashTreeRoot()),
      bodyRoot: keccak256(numberToHex(slot)),
    };
    const root = headerRoot(header);
    blocks.push({ slot, fork, root, header, state: state.serialize(), execution });
    parentRoot = root;
  }
  const head = blocks.at(-1);
  if (head === undefined) throw new Error("a chain has a block");
  return { blocks, head, finalizedEpoch: Math.floor(lastSlot / SLOTS_PER_EPOCH) - finalityLag };
}

/** A state with all validators in it, before anything has happened. */
function firstState(type: Awaited<ReturnType<typeof loadStateTypes>>["fulu"]) {
  const state = type.defaultViewDU();
  state.genesisTime = GENESIS_TIME;
  for (let i = 0; i < COUNT; i++) {
    const { pubkey } = validatorKey(i);
    const isOurs = OUR_KEYS.some((ours) => ours.key === i);
    state.validators.push(
      type.fields.validators.elementType.toViewDU({
        pubkey: hexToBytes(pubkey),
        withdrawalCredentials: isOurs ? hexToBytes(OUR_CREDENTIALS) : new Uint8Array(32).fill(i),
        effectiveBalance: Number(eth(32)),
        slashed: false,
        activationEligibilityEpoch: 0,
        activationEpoch: 0,
        exitEpoch: Infinity,
        withdrawableEpoch: Infinity,
      }),
    );
    state.balances.push(Number(eth(32)));
    state.inactivityScores.push(0);
  }
  return state;
}

/** The last block at or before a slot. */
export function blockAtOrBefore({ blocks }: WorldChain, slot: number): WorldBlock {
  return blocks.findLast((block) => block.slot <= slot) ?? blocks[0] ?? missing(slot);
}

function missing(slot: number): never {
  throw new Error(`no block at ${slot}`);
}

// What two histories forbid together. A history forbids by its records and by its lowest ones: a client that imports it
// signs no block at or below the lowest slot, and no attestation below the lowest source or at or below the lowest target
// (conditions 2, 4 and 5 of EIP-3076). So the records of two files side by side forbid LESS than each of them: the older
// file pulls the lowest ones down. Here the higher floor is kept, and what would lie below it is lifted to it:
//
//   source floor S   highest of the lowest sources
//   target floor T   highest of the lowest targets, and of the targets of votes with a source below S: whoever votes from S
//                    on with a lower target than such a vote is surrounded by it
//   kept             (S, T); the highest source with a target up to T, as a vote with target T; all votes beyond T
//
// Every vote that one of the files forbids is forbidden by that, and hardly more: only signing a vote at or below T again.
import type { Hex } from "viem";

import { EthStakeError } from "../../runtime/errors.ts";
import type { Interchange, KeyHistory, SignedAttestation, SignedBlock } from "./interchange.ts";

/** One file that forbids all that any of the files forbids. */
export function mergeInterchanges(files: readonly Interchange[]): Interchange {
  const [first, ...others] = files;
  if (first === undefined) throw new EthStakeError("PROTECTION_MISSING", "Name slashing protection files to merge");
  const { genesisValidatorsRoot } = first;
  const foreign = others.find((file) => file.genesisValidatorsRoot !== genesisValidatorsRoot);
  if (foreign !== undefined)
    throw new EthStakeError("WRONG_NETWORK", "Merge files of one network: their genesis validators roots differ", {
      details: { want: genesisValidatorsRoot, got: foreign.genesisValidatorsRoot },
    });
  const groups = Map.groupBy(
    files.flatMap(({ keys }) => keys),
    ({ pubkey }) => pubkey,
  );
  return { genesisValidatorsRoot, keys: [...groups].map(([pubkey, histories]) => mergeHistories(pubkey, histories)) };
}

/** One history of a key that forbids all that any of its histories forbids. */
export function mergeHistories(pubkey: Hex, histories: readonly KeyHistory[]): KeyHistory {
  return {
    pubkey,
    blocks: mergeBlocks(histories.map(({ blocks }) => blocks)),
    attestations: mergeAttestations(histories.map(({ attestations }) => attestations)),
  };
}

/** One block and one vote that forbid all that the history forbids, and more: everything up to the highest ones. */
export function minifyHistory({ pubkey, blocks, attestations }: KeyHistory): KeyHistory {
  const slot = highest(blocks.map((block) => block.slot));
  const sourceEpoch = highest(attestations.map((vote) => vote.sourceEpoch));
  const targetEpoch = highest(attestations.map((vote) => vote.targetEpoch));
  return {
    pubkey,
    blocks: slot === undefined ? [] : [{ slot, signingRoot: undefined }],
    attestations:
      sourceEpoch === undefined || targetEpoch === undefined
        ? []
        : [{ sourceEpoch, targetEpoch, signingRoot: undefined }],
  };
}

/** {@link minifyHistory} of all keys. */
export function minifyInterchange(file: Interchange): Interchange {
  return { ...file, keys: file.keys.map(minifyHistory) };
}

function mergeBlocks(files: readonly (readonly SignedBlock[])[]): SignedBlock[] {
  const floor = highest(files.flatMap((blocks) => lowest(blocks.map(({ slot }) => slot)) ?? []));
  if (floor === undefined) return [];
  const kept = files.flat().filter(({ slot }) => slot >= floor);
  const bySlot = Map.groupBy(kept, ({ slot }) => slot);
  const merged = [...bySlot].map(([slot, same]) => ({ slot, signingRoot: commonRoot(same) }));
  return merged.toSorted((a, b) => compare(a.slot, b.slot));
}

function mergeAttestations(files: readonly (readonly SignedAttestation[])[]): SignedAttestation[] {
  const sourceFloor = highest(files.flatMap((votes) => lowest(votes.map((vote) => vote.sourceEpoch)) ?? []));
  const all = files.flat();
  const targetFloor = highest([
    ...files.flatMap((votes) => lowest(votes.map((vote) => vote.targetEpoch)) ?? []),
    ...all.filter((vote) => vote.sourceEpoch < (sourceFloor ?? 0n)).map((vote) => vote.targetEpoch),
  ]);
  if (sourceFloor === undefined || targetFloor === undefined) return [];
  const covered = all.filter((vote) => vote.targetEpoch <= targetFloor);
  const highestCovered = highest(covered.map((vote) => vote.sourceEpoch)) ?? sourceFloor;
  const floors = new Set([sourceFloor, highestCovered < sourceFloor ? sourceFloor : highestCovered]);
  const kept = all.filter((vote) => vote.targetEpoch > targetFloor);
  const byVote = Map.groupBy(kept, (vote) => `${vote.sourceEpoch} ${vote.targetEpoch}`);
  const merged = [...byVote.values()].flatMap(([vote, ...same]) =>
    vote === undefined ? [] : [{ ...vote, signingRoot: commonRoot([vote, ...same]) }],
  );
  return [
    ...[...floors].map((sourceEpoch) => ({ sourceEpoch, targetEpoch: targetFloor, signingRoot: undefined })),
    ...merged.toSorted((a, b) => compare(a.targetEpoch, b.targetEpoch) || compare(a.sourceEpoch, b.sourceEpoch)),
  ];
}

/** The one root of records of the same place. Where they differ or one is not known, none: nothing may be signed there. */
function commonRoot(records: readonly { signingRoot: Hex | undefined }[]): Hex | undefined {
  const [first, ...others] = new Set(records.map(({ signingRoot }) => signingRoot));
  return others.length === 0 ? first : undefined;
}

function highest(values: readonly bigint[]): bigint | undefined {
  return values.length === 0 ? undefined : values.reduce((best, value) => (value > best ? value : best));
}

function lowest(values: readonly bigint[]): bigint | undefined {
  return values.length === 0 ? undefined : values.reduce((best, value) => (value < best ? value : best));
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

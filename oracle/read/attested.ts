import { headerAtOrBefore } from "../../chain/beacon/ancestry.ts";
import type { BeaconApi } from "../../chain/beacon/api.ts";
import type { BlockAttestation, Committee } from "../../chain/beacon/types.ts";
import { firstSlotOfEpoch, lastSlotOfEpoch } from "../../chain/slots.ts";
import { EthStakeError, hasCode } from "../../runtime/errors.ts";
import type { Attested } from "../decide/uptime.ts";
import type { View } from "./view.ts";

type Asked = Pick<View, "beacon" | "timing">;

/**
 * Codes with which nodes say that they do not have this; BEACON_FAILED as some answer 500 for a state that they have let
 * go. A node that is in trouble fails at the blocks as well.
 */
const NOT_SERVED = ["BEACON_NOT_FOUND", "BEACON_REFUSED", "BEACON_UNSUPPORTED", "BEACON_FAILED"];

/**
 * Whether these validators attested in time, by what the chain paid them for it or, where the node does not tell that
 * (mostly because the epoch is old), by the attestations in the blocks. Says which way it was.
 */
export async function readAttested(
  view: Asked,
  epoch: number,
  indices: readonly number[],
): Promise<{ way: "rewards" | "blocks"; attested: Attested }> {
  try {
    return { way: "rewards", attested: await attestedByRewards(view.beacon, epoch, indices) };
  } catch (error) {
    if (!NOT_SERVED.some((code) => hasCode(error, code))) throw error;
    return { way: "blocks", attested: await attestedByBlocks(view, epoch, new Set(indices)) };
  }
}

// A missed target costs something in every epoch, also when the chain does not finalise; a timely one never does.
async function attestedByRewards(beacon: BeaconApi, epoch: number, indices: readonly number[]): Promise<Attested> {
  const rewards = await beacon.attestationRewards(epoch, indices);
  return new Map(rewards.map(({ validatorIndex, targetGwei }) => [validatorIndex, targetGwei >= 0n]));
}

/**
 * The votes for the epoch's own boundary block in the blocks of this epoch and the next: since EIP-7045 that is what
 * makes a target timely. https://eips.ethereum.org/EIPS/eip-7045
 */
async function attestedByBlocks(
  { beacon, timing }: Asked,
  epoch: number,
  indices: ReadonlySet<number>,
): Promise<Attested> {
  const boundary = await headerAtOrBefore(beacon, firstSlotOfEpoch(timing, epoch));
  const last = await headerAtOrBefore(beacon, lastSlotOfEpoch(timing, epoch + 1));
  const committees = new Map<string, Committee>();
  for (const committee of await beacon.committees(last.header.slot, epoch))
    committees.set(`${committee.slot}/${committee.index}`, committee);

  const attested = new Map<number, boolean>([...indices].map((index) => [index, false]));
  const takeVotes = ({ slot, committeeBits, aggregationBits }: BlockAttestation) => {
    let at = 0;
    for (const index of setBits(committeeBits)) {
      const committee = committees.get(`${slot}/${index}`);
      if (committee === undefined)
        throw new EthStakeError(
          "BEACON_INCONSISTENT",
          `Use another beacon node than ${beacon.node}: no such committee`,
          {
            details: { node: beacon.node, slot, index },
            retryable: true,
          },
        );
      for (const [place, validator] of committee.validators.entries())
        if (indices.has(validator) && isBitSet(aggregationBits, at + place)) attested.set(validator, true);
      at += committee.validators.length;
    }
  };
  // By parent roots: these are the blocks of one chain, whatever the node has of others.
  for (let block = last; block.header.slot > boundary.header.slot; block = await beacon.header(block.header.parentRoot))
    for (const attestation of await beacon.blockAttestations(block.root))
      if (attestation.targetEpoch === epoch && attestation.targetRoot === boundary.root) takeVotes(attestation);
  return attested;
}

function isBitSet(bits: Uint8Array, place: number): boolean {
  return (((bits[place >> 3] ?? 0) >> (place & 7)) & 1) === 1;
}

function setBits(bits: Uint8Array): number[] {
  return Array.from({ length: bits.length * 8 }, (_, place) => place).filter((place) => isBitSet(bits, place));
}

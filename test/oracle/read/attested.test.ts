import { expect } from "chai";

import type { BeaconId, BlockAttestation } from "../../../chain/beacon/types.ts";
import { readAttested } from "../../../oracle/read/attested.ts";
import { EthStakeError } from "../../../runtime/errors.ts";
import { rootOf } from "../support/snapshots.ts";

const timing = { genesisTime: 0, secondsPerSlot: 12, slotsPerEpoch: 8 };
const bits = (...places: number[]) => {
  const bytes = new Uint8Array(2);
  for (const place of places) bytes[place >> 3] = (bytes[place >> 3] ?? 0) | (1 << (place & 7));
  return bytes;
};
const EPOCH = 10;
const BOUNDARY = 79;
const vote = (changes: Partial<BlockAttestation>): BlockAttestation => ({
  slot: 81,
  targetEpoch: EPOCH,
  targetRoot: rootOf(BOUNDARY),
  committeeBits: bits(0),
  aggregationBits: bits(),
  ...changes,
});

/** Blocks 79 (the boundary, as slot 80 was missed), 82, 90 and 95, with attestations; rewards only when given. */
function viewOf(attestations: Record<number, BlockAttestation[]>, rewards?: Record<number, bigint>) {
  const slots = [70, BOUNDARY, 82, 90, 95, 96];
  const find = (id: BeaconId) => {
    const at = slots.findIndex((slot) => slot === id || rootOf(slot) === id || (id === "head" && slot === 96));
    if (at < 0) throw new EthStakeError("BEACON_NOT_FOUND", "no block");
    const slot = slots[at] ?? 0;
    const header = {
      slot,
      proposerIndex: 0,
      parentRoot: rootOf(slots[at - 1] ?? 0),
      stateRoot: rootOf(0),
      bodyRoot: rootOf(0),
    };
    return { root: rootOf(slot), canonical: true, finalized: true, executionOptimistic: false, header };
  };
  const asked: unknown[] = [];
  const beacon = {
    node: "http://beacon",
    header: async (id: BeaconId) => find(id),
    committees: async (id: BeaconId, epoch: number) => {
      asked.push([id, epoch]);
      return [
        { slot: 81, index: 0, validators: [5, 6, 7] },
        { slot: 81, index: 1, validators: [8, 9] },
      ];
    },
    blockAttestations: async (id: BeaconId) => attestations[find(id).header.slot] ?? [],
    attestationRewards: async () => {
      // As Lodestar says it: 500, "State is unavailable for slot 159".
      if (rewards === undefined) throw new EthStakeError("BEACON_FAILED", "too old", { retryable: true });
      return Object.entries(rewards).map(([validatorIndex, targetGwei]) => ({
        validatorIndex: Number(validatorIndex),
        targetGwei,
      }));
    },
  };
  return { view: { beacon: beacon as never, timing }, asked };
}

describe("oracle/read/attested", () => {
  it("takes what was paid: a penalty for the target is a miss, nothing (no finality) is none", async () => {
    const { view } = viewOf({}, { 5: 100n, 6: -60n, 7: 0n });
    const { way, attested } = await readAttested(view, EPOCH, [5, 6, 7]);
    expect(way).to.equal("rewards");
    expect([...attested]).to.deep.equal([
      [5, true],
      [6, false],
      [7, true],
    ]);
  });

  it("otherwise reads the blocks of both epochs, with committees one after the other in the bits", async () => {
    const { view, asked } = viewOf({
      82: [vote({ aggregationBits: bits(1) })],
      95: [vote({ committeeBits: bits(0, 1), aggregationBits: bits(0, 4) })],
    });
    const { way, attested } = await readAttested(view, EPOCH, [5, 6, 7, 8, 9]);
    expect(way).to.equal("blocks");
    expect([...attested].filter(([, did]) => did).map(([index]) => index)).to.deep.equal([5, 6, 9]);
    expect(asked).to.deep.equal([[95, EPOCH]]);
  });

  it("counts no vote for another target, another epoch, or in a block outside", async () => {
    const all = bits(0, 1, 2);
    const { view } = viewOf({
      [BOUNDARY]: [vote({ aggregationBits: all })],
      82: [vote({ aggregationBits: all, targetRoot: rootOf(1) }), vote({ aggregationBits: all, targetEpoch: 9 })],
      96: [vote({ aggregationBits: all })],
    });
    const { attested } = await readAttested(view, EPOCH, [5, 6, 7]);
    expect([...attested.values()]).to.deep.equal([false, false, false]);
  });

  it("refuses a vote of a committee that there is not", async () => {
    const { view } = viewOf({ 82: [vote({ committeeBits: bits(3) })] });
    const error = await readAttested(view, EPOCH, [5]).catch((thrown: unknown) => thrown);
    expect(error).to.include({ code: "BEACON_INCONSISTENT" });
  });
});

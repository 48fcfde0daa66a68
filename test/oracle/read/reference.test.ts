import { expect } from "chai";
import type { Hex } from "viem";

import type { BeaconId, BlockExecution, HeaderAnswer } from "../../../chain/beacon/types.ts";
import { readReferenceBlock } from "../../../oracle/read/reference.ts";
import type { View } from "../../../oracle/read/view.ts";
import { EthStakeError, hasCode } from "../../../runtime/errors.ts";
import { rootOf } from "../support/snapshots.ts";

const timing = { genesisTime: 1_000, secondsPerSlot: 12, slotsPerEpoch: 8 };
type Block = { slot: number; parent: number; payload?: boolean; ordered?: boolean };

/** A view of a chain of blocks; block n has root rootOf(n). `known` is what the execution chain says of a parent. */
function viewOf(
  blocks: readonly Block[],
  { finalizedSlot = 1_000, ring = true, known = (child: Block) => rootOf(child.parent) } = {},
): Pick<View, "beacon" | "protocol" | "timing"> {
  const answer = ({ slot, parent }: Block): HeaderAnswer => ({
    root: rootOf(slot),
    canonical: true,
    finalized: slot <= finalizedSlot,
    executionOptimistic: false,
    header: { slot, proposerIndex: 0, parentRoot: rootOf(parent), stateRoot: rootOf(9), bodyRoot: rootOf(9) },
  });
  const find = (id: BeaconId): Block => {
    const found =
      blocks.find(({ slot }) => slot === id || rootOf(slot) === id) ?? (id === "head" ? blocks.at(-1) : undefined);
    if (found === undefined) throw new EthStakeError("BEACON_NOT_FOUND", "no block");
    return found;
  };
  const payloadOf = (slot: number): Hex => rootOf(10_000 + slot);
  const execution = (block: Block): BlockExecution => {
    if (block.ordered !== true)
      return { cutoffBlockHash: payloadOf(block.slot), payloadBlockHash: payloadOf(block.slot), isOrdered: false };
    let parent = find(rootOf(block.parent));
    while (parent.payload === false) parent = find(rootOf(parent.parent));
    return { cutoffBlockHash: payloadOf(parent.slot), payloadBlockHash: payloadOf(block.slot), isOrdered: true };
  };
  const childAt = (timestamp: bigint) =>
    blocks.find(({ slot }) => BigInt(timing.genesisTime + slot * 12) === timestamp);
  const client = {
    call: async ({ data }: { data: Hex }) => {
      const child = childAt(BigInt(data));
      return { data: ring && child !== undefined && child.payload !== false ? known(child) : undefined };
    },
    getBlock: async ({ blockHash }: { blockHash: Hex }) => {
      const child = blocks.find(({ slot }) => payloadOf(slot) === blockHash);
      if (child === undefined) throw new Error("no such block");
      return { parentBeaconBlockRoot: known(child) };
    },
  };
  const beacon = {
    node: "http://beacon",
    header: async (id: BeaconId) => answer(find(id)),
    blockExecution: async (id: BeaconId) => execution(find(id)),
  };
  return { beacon: beacon as never, protocol: { client } as never, timing };
}
const slotOf = async (view: ReturnType<typeof viewOf>, slot: number) =>
  (await readReferenceBlock(view, slot)).header.slot;
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => (error instanceof EthStakeError ? error.code : String(error)),
  );

describe("oracle/read/reference", () => {
  const blocks = [
    { slot: 5, parent: 4 },
    { slot: 6, parent: 5 },
    { slot: 9, parent: 6 },
  ];

  it("takes the last block at or before the slot, over missed slots", async () => {
    expect(await slotOf(viewOf(blocks), 6)).to.equal(6);
    expect(await slotOf(viewOf(blocks), 8)).to.equal(6);
    expect(await slotOf(viewOf(blocks), 5)).to.equal(5);
  });

  it("INC-22 refuses a block that the execution chain does not know, from the ring and from block headers", async () => {
    const lie = { known: () => rootOf(66) };
    expect(await codeOf(slotOf(viewOf(blocks, lie), 6))).to.equal("NODES_DISAGREE");
    expect(await slotOf(viewOf(blocks, { ring: false }), 6)).to.equal(6);
    expect(await codeOf(slotOf(viewOf(blocks, { ...lie, ring: false }), 6))).to.equal("NODES_DISAGREE");
  });

  it("INC-37 on Gloas, takes the last block whose child has a payload", async () => {
    const ordered = (slot: number, parent: number, payload = true) => ({ slot, parent, payload, ordered: true });
    const chain = [ordered(4, 3), ordered(5, 4), ordered(6, 5), ordered(7, 6, false), ordered(9, 7), ordered(10, 9)];
    // Block 7 has no payload, so 6 never shows in EIP-4788 and 5 does.
    expect(await slotOf(viewOf(chain), 6)).to.equal(5);
    expect(await slotOf(viewOf(chain), 8)).to.equal(7);
    expect(await slotOf(viewOf(chain), 5)).to.equal(5);
  });

  it("on Gloas, waits until it is final whether the payload came", async () => {
    const chain = [4, 5, 6].map((slot) => ({ slot, parent: slot - 1, ordered: true }));
    expect(await codeOf(slotOf(viewOf(chain), 5))).to.equal("FRAME_NOT_FINAL");
    expect(await codeOf(slotOf(viewOf(chain, { finalizedSlot: 5 }), 4))).to.equal("FRAME_NOT_FINAL");
    expect(await slotOf(viewOf(chain, { finalizedSlot: 6 }), 4)).to.equal(4);
    const error = await slotOf(viewOf(chain), 5).catch((thrown: unknown) => thrown);
    expect(hasCode(error, "FRAME_NOT_FINAL") && (error as EthStakeError).retryable).to.equal(true);
  });
});

import { expect } from "chai";
import { numberToHex, type Hex } from "viem";

import { childHeader, headerAtOrBefore } from "../../../chain/beacon/ancestry.ts";
import type { BeaconId, HeaderAnswer } from "../../../chain/beacon/types.ts";
import { EthStakeError } from "../../../runtime/errors.ts";
import { thrownBy } from "../support/thrown.ts";

const root = (slot: number): Hex => numberToHex(slot + 1, { size: 32 });

/** A chain with blocks at these slots; `lost` are blocks that the node says it does not have. */
function chainOf(slots: readonly number[], { lost = [] as number[], broken = [] as number[] } = {}) {
  const asked: BeaconId[] = [];
  const header = async (id: BeaconId): Promise<HeaderAnswer> => {
    asked.push(id);
    const slot = id === "head" ? (slots.at(-1) ?? 0) : Number(id);
    if (broken.includes(slot)) throw new EthStakeError("BEACON_FAILED", "500", { retryable: true });
    const position = slots.indexOf(slot);
    if (position < 0 || lost.includes(slot)) throw new EthStakeError("BEACON_NOT_FOUND", "404");
    const parentRoot = root(slots[position - 1] ?? -1);
    const fields = { slot, proposerIndex: 0, parentRoot, stateRoot: root(0), bodyRoot: root(0) };
    return { root: root(slot), canonical: true, finalized: true, executionOptimistic: false, header: fields };
  };
  return { api: { header, node: "http://node" }, asked };
}

describe("headerAtOrBefore", () => {
  it("answers the block of the slot at once", async () => {
    const { api, asked } = chainOf([0, 1, 2, 3]);
    expect((await headerAtOrBefore(api, 2)).header.slot).to.equal(2);
    expect(asked).to.deep.equal([2]);
  });

  it("goes back over missed slots", async () => {
    const { api } = chainOf([0, 1, 2, 6, 7]);
    expect((await headerAtOrBefore(api, 5)).header.slot).to.equal(2);
  });

  it("refuses an older block when the next one has another parent: the node lost one", async () => {
    const { api } = chainOf([0, 1, 2, 3, 6, 7], { lost: [3] });
    expect((await thrownBy(() => headerAtOrBefore(api, 5))).code).to.equal("BEACON_INCONSISTENT");
  });

  it("does not take a failing node for a missed slot", async () => {
    const { api } = chainOf([0, 1, 2, 3, 4], { broken: [3] });
    expect((await thrownBy(() => headerAtOrBefore(api, 3))).code).to.equal("BEACON_FAILED");
  });

  it("gives up when there is nothing as far as it looks", async () => {
    const { api } = chainOf([0, 50]);
    expect((await thrownBy(() => headerAtOrBefore(api, 40, 10))).code).to.equal("NO_BLOCK_FOUND");
    expect((await headerAtOrBefore(api, 10, 2_000)).header.slot).to.equal(0);
  });
});

describe("childHeader", () => {
  it("finds the next block over missed slots, and none at the head", async () => {
    const { api } = chainOf([0, 1, 5]);
    const parent = await api.header(1);
    expect((await childHeader(api, parent))?.header.slot).to.equal(5);
    expect(await childHeader(api, await api.header(5))).to.equal(undefined);
  });
});

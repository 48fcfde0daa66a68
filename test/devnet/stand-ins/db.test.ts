import "../lodestar-set-up.ts";

import { expect } from "chai";
import { ssz } from "@lodestar/types";
import { createChainForkConfig } from "@lodestar/config";
import {
  decodeNumberForDbKey,
  encodeKey,
  encodeNumberForDbKey,
  MemoryDbController,
  PrefixedRepository,
  Repository,
} from "../../../devnet/stand-ins/db/index.ts";

const config = createChainForkConfig({});
const key = (slot: number) => encodeKey(1, slot);
const value = (text: string) => new TextEncoder().encode(text);
const text = (bytes: Uint8Array | null) => (bytes === null ? null : new TextDecoder().decode(bytes));

describe("devnet db stand-in: memory controller", () => {
  it("keeps numbers in the order of numbers, whatever the order of writing", async () => {
    const db = new MemoryDbController();
    for (const slot of [300, 2, 70_000, 1, 255, 256]) await db.put(key(slot), value(String(slot)));
    expect((await db.values()).map(text)).to.deep.equal(["1", "2", "255", "256", "300", "70000"]);
  });

  it("answers ranges with open and closed ends, limits and reverse", async () => {
    const db = new MemoryDbController();
    for (let slot = 0; slot < 10; slot++) await db.put(key(slot), value(String(slot)));
    const read = async (options: Parameters<MemoryDbController["values"]>[0]) =>
      (await db.values(options)).map(text).join("");
    expect(await read({ gte: key(3), lt: key(6) })).to.equal("345");
    expect(await read({ gt: key(3), lte: key(6) })).to.equal("456");
    expect(await read({ gt: key(7) })).to.equal("89");
    expect(await read({ lte: key(4), reverse: true, limit: 2 })).to.equal("43");
    expect(await read({ gte: key(2), limit: 3 })).to.equal("234");
    expect(await read({ gte: key(6), lt: key(6) })).to.equal("");
    expect(await read({ gt: key(8), lt: key(2) })).to.equal("");
    expect(await read({ limit: 0 })).to.equal("");
  });

  it("finds bounds that are not stored", async () => {
    const db = new MemoryDbController();
    for (const slot of [10, 20, 30]) await db.put(key(slot), value(String(slot)));
    expect((await db.values({ lte: key(25), limit: 1, reverse: true })).map(text)).to.deep.equal(["20"]);
    expect((await db.values({ gt: key(11), lt: key(30) })).map(text)).to.deep.equal(["20"]);
  });

  it("overwrites without a second entry and forgets what is deleted", async () => {
    const db = new MemoryDbController();
    await db.put(key(1), value("a"));
    await db.put(key(1), value("b"));
    expect((await db.values()).map(text)).to.deep.equal(["b"]);
    await db.batch([
      { type: "put", key: key(2), value: value("c") },
      { type: "del", key: key(1) },
    ]);
    expect((await db.keys()).length).to.equal(1);
    expect(await db.get(key(1))).to.equal(null);
    expect(await db.getMany([key(1), key(2)])).to.have.length(2);
  });

  it("keeps a copy: the node reuses its buffers", async () => {
    const db = new MemoryDbController();
    const buffer = value("before");
    await db.put(key(1), buffer);
    buffer.fill(0);
    expect(text(await db.get(key(1)))).to.equal("before");
  });
});

describe("devnet db stand-in: repositories", () => {
  const checkpoint = (epoch: number) => ({ epoch, root: new Uint8Array(32).fill(epoch) as Uint8Array });
  const create = (db: MemoryDbController, bucket: number) =>
    new Repository<number, ReturnType<typeof checkpoint>>(config, db, bucket, ssz.phase0.Checkpoint, "test");

  it("reads back what it wrote, and nothing from the next bucket", async () => {
    const db = new MemoryDbController();
    const ours = create(db, 7);
    const theirs = create(db, 8);
    await ours.batchPut([
      { key: 5, value: checkpoint(5) },
      { key: 1, value: checkpoint(1) },
    ]);
    await theirs.put(0, checkpoint(9));
    expect((await ours.values()).map(({ epoch }) => epoch)).to.deep.equal([1, 5]);
    expect((await ours.firstValue())?.epoch).to.equal(1);
    expect((await ours.lastValue())?.epoch).to.equal(5);
    expect((await ours.values({ gt: 1, lte: 5 })).map(({ epoch }) => epoch)).to.deep.equal([5]);
    expect(await ours.get(2)).to.equal(null);
    expect(await ours.has(5)).to.equal(true);
    await ours.delete(5);
    expect(await ours.has(5)).to.equal(false);
    expect((await theirs.lastValue())?.epoch).to.equal(9);
  });

  it("files a value under its root when no id is given", async () => {
    const db = new MemoryDbController();
    const byRoot = new Repository<Uint8Array, ReturnType<typeof checkpoint>>(config, db, 3, ssz.phase0.Checkpoint, "t");
    await byRoot.add(checkpoint(4));
    expect((await byRoot.get(ssz.phase0.Checkpoint.hashTreeRoot(checkpoint(4))))?.epoch).to.equal(4);
    await byRoot.remove(checkpoint(4));
    expect(await byRoot.keys()).to.deep.equal([]);
  });

  it("deletes all entries of a prefix and no others", async () => {
    const repository = new ByPrefix(config, new MemoryDbController(), 4, ssz.phase0.Checkpoint, "t");
    await repository.putMany(1, [checkpoint(1), checkpoint(2)]);
    await repository.putMany(2, [checkpoint(3)]);
    expect(await repository.keys({ lt: { prefix: 2, id: 0 } })).to.deep.equal([
      { prefix: 1, id: 1 },
      { prefix: 1, id: 2 },
    ]);
    await repository.deleteMany([1]);
    expect(await repository.values(1)).to.deep.equal([]);
    expect((await repository.values(2)).map(({ epoch }) => epoch)).to.deep.equal([3]);
    expect((await repository.getManyBinary(2, [3, 4])).map((bytes) => bytes !== undefined)).to.deep.equal([
      true,
      false,
    ]);
  });
});

class ByPrefix extends PrefixedRepository<number, number, { epoch: number; root: Uint8Array }> {
  getId({ epoch }: { epoch: number }): number {
    return epoch;
  }
  encodeKeyRaw(prefix: number, id: number): Uint8Array {
    return Buffer.concat([encodeNumberForDbKey(prefix, 8), encodeNumberForDbKey(id, 2)]);
  }
  decodeKeyRaw(raw: Uint8Array): { prefix: number; id: number } {
    return { prefix: decodeNumberForDbKey(raw.subarray(0, 8), 8), id: decodeNumberForDbKey(raw.subarray(8), 2) };
  }
  getMinKeyRaw(prefix: number): Uint8Array {
    return this.encodeKeyRaw(prefix, 0);
  }
  getMaxKeyRaw(prefix: number): Uint8Array {
    return this.encodeKeyRaw(prefix, 65_535);
  }
}

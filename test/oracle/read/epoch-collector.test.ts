import { expect } from "chai";

import type { EpochResult } from "../../../oracle/decide/epoch-result.ts";
import { createEpochCollector } from "../../../oracle/read/epoch-collector.ts";
import { createLogger } from "../../../runtime/logger.ts";
import { epochResults } from "../support/snapshots.ts";

const logger = createLogger({ level: "silent" });
const resultOf = (epoch: number) => epochResults(epoch, epoch)[0] as EpochResult;

function memoryStore() {
  const kept = new Map<number, EpochResult>();
  return {
    kept,
    load: async (epochs: readonly number[]) => epochs.flatMap((epoch) => kept.get(epoch) ?? []),
    save: async (result: EpochResult) => void kept.set(result.epoch, result),
  };
}

describe("oracle/read/epoch-collector", () => {
  it("fills gaps from the chain, keeps them, and never reads an epoch twice", async () => {
    const read: number[] = [];
    const store = memoryStore();
    await store.save(resultOf(6));
    const make = () =>
      createEpochCollector({
        store,
        logger,
        read: async (epoch) => {
          read.push(epoch);
          return resultOf(epoch);
        },
      });
    expect((await make().collect([5, 6, 7])).map(({ epoch }) => epoch)).to.deep.equal([5, 6, 7]);
    await make().collect([5, 6, 7]);
    expect(read).to.deep.equal([5, 7]);
  });

  it("says where gaps are, and refuses the result of another epoch", async () => {
    const store = memoryStore();
    await store.save(resultOf(6));
    const collector = createEpochCollector({ store, logger, read: async () => resultOf(9) });
    expect(await collector.gaps([5, 6, 7])).to.deep.equal([5, 7]);
    const error = await collector.collect([7]).catch((thrown: unknown) => thrown);
    expect(error).to.include({ code: "EPOCH_WRONG" });
    expect([...store.kept.keys()]).to.deep.equal([6]);
  });

  it("keeps what it had when an epoch cannot be read", async () => {
    const store = memoryStore();
    const read = async (epoch: number) => {
      if (epoch === 6) throw new Error("no such state");
      return resultOf(epoch);
    };
    const collector = createEpochCollector({ store, logger, read });
    await collector.collect([5, 6, 7]).then(
      () => expect.fail("must not succeed with a gap"),
      () => undefined,
    );
    expect([...store.kept.keys()]).to.deep.equal([5]);
  });
});

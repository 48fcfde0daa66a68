import { expect } from "chai";
import fc from "fast-check";
import { network } from "hardhat";
import { toHex } from "viem";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;
const { time } = networkHelpers;

const CAPACITY = 4096;

async function empty() {
  const flow = await viem.deployContract("FlowHarness");
  const client = await viem.getPublicClient();
  /** Adds in a block so many seconds later. */
  const add = async (amountGwei: bigint, secondsLater: number, settledGwei = 0n): Promise<bigint> => {
    await time.setNextBlockTimestamp((await time.latest()) + secondsLater);
    await flow.write.addGwei([amountGwei, settledGwei]);
    return BigInt(await time.latest());
  };
  return { flow, client, add };
}

/** Goes on as if this many checkpoints had been pushed; none of them is there. */
async function jumpTo({ flow, client }: Awaited<ReturnType<typeof empty>>, pushed: bigint): Promise<void> {
  const word = BigInt((await client.getStorageAt({ address: flow.address, slot: toHex(0n) })) ?? 0n);
  const newest = word & (2n ** 104n - 1n);
  await networkHelpers.setStorageAt(flow.address, 0n, (pushed << 104n) | newest);
}

describe("FlowTrace", () => {
  it("INC-03 answers the sum at any time, as a list of all blocks would", async () => {
    const step = fc.record({ amount: fc.bigInt(1n, 10n ** 12n), later: fc.integer({ min: 1, max: 50 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
        const { flow, add } = await networkHelpers.loadFixture(empty);
        const list: { at: bigint; sum: bigint }[] = [{ at: 0n, sum: 0n }];
        for (const { amount, later } of steps) {
          const at = await add(amount, later);
          list.push({ at, sum: (list.at(-1)?.sum ?? 0n) + amount });
        }
        expect(await flow.read.latestGwei()).to.equal(list.at(-1)?.sum);
        for (const { at } of list)
          for (const asked of [at - 1n, at, at + 1n].filter((t) => t >= 0n))
            expect(await flow.read.gweiAt([asked])).to.equal(list.findLast((entry) => entry.at <= asked)?.sum);
      }),
      { numRuns: 15, seed: 3 },
    );
  });

  it("keeps one checkpoint for all that a block adds", async () => {
    const { flow } = await networkHelpers.loadFixture(empty);
    const test = await viem.getTestClient();
    await test.setAutomine(false);
    for (const amount of [5n, 6n]) await flow.write.addGwei([amount, 0n], { gas: 200_000n });
    await networkHelpers.mine();
    await test.setAutomine(true);
    const now = BigInt(await time.latest());
    expect(await flow.read.gweiAt([now])).to.equal(11n);
    expect(await flow.read.gweiAt([now - 1n])).to.equal(0n);
  });

  it("uses a place again when the sum after it was settled, and not before", async () => {
    const made = await networkHelpers.loadFixture(empty);
    const { flow, add } = made;
    // Places 0 to 3 hold sums 0, 10, 20 and 30; the newest is 40.
    for (let i = 0; i < 4; i++) await add(10n, 5);
    await jumpTo(made, BigInt(CAPACITY));
    // Place 0 is the next to go, so place 1, with 10, must answer for the settled cut-off.
    await viem.assertions.revertWithCustomError(flow.write.addGwei([1n, 9n]), flow, "FlowFull");
    await add(1n, 5, 10n);
    await viem.assertions.revertWithCustomError(flow.write.addGwei([1n, 19n]), flow, "FlowFull");
    await add(1n, 5, 20n);
    expect(await flow.read.latestGwei()).to.equal(42n);
  });

  it("answers across the seam of the ring", async () => {
    const made = await networkHelpers.loadFixture(empty);
    const { flow, add } = made;
    const first = await add(7n, 5);
    await jumpTo(made, BigInt(CAPACITY) - 2n);
    const times: bigint[] = [];
    for (let i = 0; i < 6; i++) times.push(await add(1n, 5, 10n ** 18n));
    for (const [i, at] of times.entries()) expect(await flow.read.gweiAt([at])).to.equal(8n + BigInt(i));
    expect(await flow.read.gweiAt([first])).to.equal(7n);
    expect(await flow.read.gweiAt([first - 1n])).to.equal(0n);
  });

  it("refuses a time that is forgotten", async () => {
    const made = await networkHelpers.loadFixture(empty);
    const { flow, add } = made;
    const at = await add(7n, 5);
    await jumpTo(made, BigInt(CAPACITY));
    // Two checkpoints of that block in each slot of the ring.
    const checkpoint = (at << 64n) | 7n;
    for (let slot = 1; slot <= CAPACITY / 2; slot++)
      await networkHelpers.setStorageAt(flow.address, slot, (checkpoint << 104n) | checkpoint);
    await add(1n, 5, 10n ** 18n);
    expect(await flow.read.gweiAt([at])).to.equal(7n);
    await viem.assertions.revertWithCustomErrorWithArgs(
      flow.read.gweiAt([at - 1n]).then(() => "0x"),
      flow,
      "FlowForgotten",
      [at - 1n],
    );
  });

  it("grows state no more once the ring has turned", async () => {
    const made = await networkHelpers.loadFixture(empty);
    const { flow, client, add } = made;
    await add(1n, 5);
    // Each second one begins a slot.
    const gasOfTwo = async (): Promise<bigint> => {
      const gas: bigint[] = [];
      for (let i = 0; i < 2; i++) {
        await time.increase(5);
        const hash = await flow.write.addGwei([1n, 10n ** 18n]);
        gas.push((await client.getTransactionReceipt({ hash })).gasUsed);
      }
      return gas.reduce((sum, one) => sum + one);
    };
    const fresh = await gasOfTwo();
    await jumpTo(made, BigInt(CAPACITY));
    expect(fresh - (await gasOfTwo()) >= 30_000n).to.equal(true);
  });
});

import { expect } from "chai";
import { parseEther } from "viem";

import {
  finalizeArguments,
  finalizeQueue,
  NEVER_TOO_EARLY,
  queueStage,
  RAY,
  request,
  sumsOf,
} from "../support/queue-steps.ts";
import { gasOf, networkHelpers, type Stage } from "../support/stage.ts";

const ETHER = parseEther("1");
const REQUESTS = 9n;

describe("WithdrawalQueue finalize hint", () => {
  /** Nine requests, the first two and a half finalised, the last two not eligible at `cutoff`. */
  async function prepare(): Promise<{ s: Stage; cutoff: bigint }> {
    const s = await queueStage();
    for (let i = 1n; i <= REQUESTS - 2n; i++) await request(s, { shares: i * ETHER, amountWei: i * ETHER - i });
    const { eligibleAt: cutoff } = await s.queue.read.getRequest([REQUESTS - 2n]);
    await networkHelpers.time.increase(10);
    for (let i = REQUESTS - 1n; i <= REQUESTS; i++) await request(s, { shares: i * ETHER });
    await finalizeQueue(s, { budgetWei: (9n * ETHER) / 2n, cutoff });
    return { s, cutoff };
  }

  const BUDGETS = [0n, 1n, ETHER, (3n * ETHER) / 2n, 2n * ETHER, 6n * ETHER, 10n * ETHER, 100n * ETHER];

  for (const rateRay of [RAY / 2n, RAY, 2n * RAY])
    it(`right, wrong and absent hints finalise the same at ${Number((rateRay * 10n) / RAY) / 10} wei a share`, async () => {
      const { s, cutoff } = await prepare();
      for (const budgetWei of BUDGETS) {
        const terms = { budgetWei, rateRay, cutoff };
        const ask = async (hint: bigint) =>
          (await s.queue.simulate.finalize(finalizeArguments({ ...terms, hint }), { account: s.pool.address })).result;
        const want = await ask(0n);
        for (let hint = 1n; hint <= REQUESTS + 1n; hint++) expect(await ask(hint)).to.deep.equal(want);
        expect(await ask(2n ** 256n - 1n)).to.deep.equal(want);
        expect(await ask(await s.queue.read.finalizationHint([budgetWei, rateRay, cutoff]))).to.deep.equal(want);
      }
    });

  it("finalizationHint answers the request in which the cut falls", async () => {
    const { s, cutoff } = await prepare();
    const hint = (budgetWei: bigint, until = cutoff) => s.queue.read.finalizationHint([budgetWei, RAY, until]);
    // Half of the third request is left. By shares the money reaches less far: they are dearer than what they were worth.
    const others = await Promise.all([4n, 5n, 6n, 7n, 8n, 9n].map((i) => s.queue.read.getRequest([i])));
    const openWei = await s.queue.read.unfinalizedEtherWei();
    const leftWei = others.reduce((sum, { amountWei }) => sum - amountWei, openWei);
    expect(await hint(0n)).to.equal(3n);
    expect(await hint(1n)).to.equal(3n);
    expect(await hint(leftWei)).to.equal(3n);
    expect(await hint(leftWei + 1n)).to.equal(4n);
    expect(await hint(1_000n * ETHER)).to.equal(REQUESTS - 2n);
    expect(await hint(1_000n * ETHER, NEVER_TOO_EARLY)).to.equal(REQUESTS);
    expect(await hint(1_000n * ETHER, 0n)).to.equal(0n);
  });

  it("a wrong hint changes no state that a right one does not, and a right one is cheaper", async () => {
    const results = [];
    for (const hint of [4n, 7n, 0n]) {
      const { s, cutoff } = await prepare();
      const { hash } = await finalizeQueue(s, { budgetWei: 2n * ETHER, cutoff, hint });
      results.push({ gas: await gasOf(s, hash), sums: await sumsOf(s) });
    }
    const [right, wrong, absent] = results;
    expect(wrong?.sums).to.deep.equal(right?.sums);
    expect(absent?.sums).to.deep.equal(right?.sums);
    expect(Number(right?.gas)).to.be.below(Number(absent?.gas));
    expect(Number(right?.gas)).to.be.below(Number(wrong?.gas));
  });
});

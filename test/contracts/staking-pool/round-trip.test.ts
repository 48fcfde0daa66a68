import { expect } from "chai";
import fc from "fast-check";
import { parseEther } from "viem";

import { deployEther, finalize, rebase, setRate, stake, waitForEligibility, withdraw } from "../support/pool-steps.ts";
import { addressOf, stage, viem } from "../support/stage.ts";

const ETHER = parseEther("1");
const RATE_DENOMINATOR = 10n ** 9n;

describe("StakingPool round trip", () => {
  it("INV-04 INC-12 stake, withdraw, claim gives back no more than came in, and a few wei less at the most", async () => {
    const numerators = fc.bigInt((RATE_DENOMINATOR * 2n) / 3n, RATE_DENOMINATOR * 3n);
    const amounts = fc.array(fc.bigInt(ETHER / 50n, 20n * ETHER), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(numerators, amounts, async (numerator, amountsWei) => {
        const s = await stage();
        const whale = s.accounts.stranger;
        await stake(s, whale, 50n * ETHER);
        await deployEther(s, 5n * 10n ** 10n);
        await setRate(s, numerator, RATE_DENOMINATOR);
        const actors = s.accounts.stakers.slice(0, amountsWei.length);
        for (const [i, actor] of actors.entries()) {
          const shares = await stake(s, actor, amountsWei[i] ?? 0n);
          await withdraw(s, actor, shares);
        }
        await waitForEligibility(s);
        await finalize(s);
        const lossWei = 2n + (numerator / RATE_DENOMINATOR + 1n);
        for (const [i, actor] of actors.entries()) {
          const requestId = BigInt(i) + 1n;
          const amount = await s.queue.read.claimableWei([requestId]);
          const paidWei = amountsWei[i] ?? 0n;
          expect(amount <= paidWei && amount >= paidWei - lossWei).to.equal(true);
          await viem.assertions.balancesHaveChanged(s.queue.write.claim([requestId, 0n]), [
            { address: addressOf(actor), amount },
          ]);
        }
      }),
      { numRuns: 25 },
    );
  });

  it("INC-28 INV-04 who leaves around a loss gets what who stays keeps, whichever came first", async () => {
    const s = await stage();
    const [early, late, stays] = s.accounts.stakers;
    const shares = await stake(s, early, 10n * ETHER);
    await stake(s, late, 10n * ETHER);
    await stake(s, stays, 10n * ETHER);
    await deployEther(s, 10n ** 10n);
    await withdraw(s, early, shares); // knows of the slashing before the report
    await rebase(s, { consensusGwei: 10n ** 10n - 31n * 10n ** 8n });
    await withdraw(s, late, shares);
    await waitForEligibility(s);
    await finalize(s);
    const keptWei = await s.pool.read.convertToAssets([shares]);
    expect(keptWei).to.equal(9n * ETHER);
    for (const requestId of [1n, 2n]) expect(await s.queue.read.claimableWei([requestId])).to.equal(keptWei);
  });
});

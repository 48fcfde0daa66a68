import { expect } from "chai";
import fc from "fast-check";
import { parseEther } from "viem";

import { FUZZ, FUZZ_TIMEOUT } from "../support/fuzz.ts";
import { deployEther, finalize, reward, stake, waitForEligibility, withdraw } from "../support/pool-steps.ts";
import { networkHelpers, stage } from "../support/stage.ts";

const ETHER = parseEther("1");
const GWEI = 10n ** 9n;

describe("StakingPool loss sharing", () => {
  async function prepare() {
    const s = await stage();
    const [alice] = s.accounts.stakers;
    await stake(s, alice, 199n * ETHER);
    await deployEther(s, 120n * GWEI);
    return { s, alice };
  }

  it("INV-08 INC-28 whatever was asked before a loss is reported is paid at the rate after it, in parts or whole", async () => {
    const history = fc.record({
      requests: fc.array(
        fc.record({ shares: fc.bigInt(ETHER / 10n, 15n * ETHER), rewardGwei: fc.bigInt(-GWEI, GWEI) }),
        { minLength: 1, maxLength: 8 },
      ),
      /** Requests that are finalised before the loss. */
      early: fc.boolean(),
      lossGwei: fc.bigInt(1n, 60n * GWEI),
      gainGwei: fc.bigInt(0n, 20n * GWEI),
    });
    await fc.assert(
      fc.asyncProperty(history, async ({ requests, early, lossGwei, gainGwei }) => {
        const { s, alice } = await networkHelpers.loadFixture(prepare);
        for (const { shares, rewardGwei } of requests) {
          await withdraw(s, alice, shares);
          await reward(s, rewardGwei);
        }
        await waitForEligibility(s);
        if (early) await finalize(s);
        const finalizedBefore = await s.queue.read.finalizedShares();
        await reward(s, -lossGwei);
        const rates = [await s.pool.read.totalPooledEther(), await s.pool.read.totalShares()] as const;
        await finalize(s);
        // A gain afterwards is for those who stayed; what the buffer could not pay shares it no more than it shares the loss.
        await reward(s, gainGwei);

        let start = 0n;
        for (const [i, { shares }] of requests.entries()) {
          const { amountWei, claimableShares, claimableWei } = await s.queue.read.getRequest([BigInt(i) + 1n]);
          expect(claimableWei <= amountWei).to.equal(true);
          const [pooledWei, totalShares] = rates;
          // Not what was finalised before: its ether had left before the loss.
          if (start >= finalizedBefore) {
            const worthWei = (claimableShares * pooledWei) / totalShares;
            expect(claimableWei <= worthWei + 1n).to.equal(true);
          }
          start += shares;
        }
      }),
      FUZZ,
    );
  }).timeout(FUZZ_TIMEOUT);
});

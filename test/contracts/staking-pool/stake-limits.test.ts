import { expect } from "chai";
import { parseEther, parseGwei } from "viem";

import { rebase, reward, stake } from "../support/pool-steps.ts";
import { addressOf, networkHelpers, stage, viem, type Stage } from "../support/stage.ts";

describe("StakingPool stake limits", () => {
  async function setLimits(s: Stage, limits: Partial<Stage["parameters"]["pool"]>) {
    const { account } = s.accounts.roles.PARAMETERS;
    await s.pool.write.setLimits([{ ...s.parameters.pool, ...limits }], { account });
  }

  describe("ceiling", () => {
    it("stake fills the cap to the last wei and not beyond", async () => {
      const s = await stage();
      const [alice] = s.accounts.stakers;
      const capWei = parseEther("10");
      await setLimits(s, { stakeCapWei: capWei });
      await viem.assertions.revertWithCustomErrorWithArgs(
        s.pool.write.stake([addressOf(alice), 0n], { account: alice.account, value: parseEther("9") + 1n }),
        s.pool,
        "StakeCeilingReached",
        [capWei + 1n, capWei],
      );
      await stake(s, alice, parseEther("9"));
      await viem.assertions.revertWithCustomErrorWithArgs(
        s.pool.write.stake([addressOf(alice), 0n], { account: alice.account, value: 1n }),
        s.pool,
        "StakeCeilingReached",
        [capWei + 1n, capWei],
      );
    });

    it("a settlement opens the allowance anew, counted from what is pooled then", async () => {
      const s = await stage();
      const [alice] = s.accounts.stakers;
      await setLimits(s, { stakeAllowanceWei: parseEther("2") });
      expect(await s.pool.read.stakeCeilingWei()).to.equal(parseEther("3"));
      await stake(s, alice, parseEther("2"));
      await viem.assertions.revertWithCustomError(
        s.pool.write.stake([addressOf(alice), 0n], { account: alice.account, value: 1n }),
        s.pool,
        "StakeCeilingReached",
      );
      await reward(s, parseGwei("1"));
      expect(await s.pool.read.stakeCeilingWei()).to.equal(parseEther("6"));
      await stake(s, alice, parseEther("2"));
    });

    it("a plain transfer stays below the ceiling too", async () => {
      const s = await stage();
      const [alice] = s.accounts.stakers;
      await setLimits(s, { stakeCapWei: parseEther("2") });
      await viem.assertions.revertWithCustomError(
        alice.sendTransaction({ to: s.pool.address, value: parseEther("1") + 1n }),
        s.pool,
        "StakeCeilingReached",
      );
    });
  });

  describe("stale report", () => {
    it("stake works up to the second at which the report grows stale", async () => {
      const s = await stage();
      const [alice] = s.accounts.stakers;
      const staleAfter = await s.pool.read.staleAfter();
      expect(staleAfter).to.equal(s.start.refSlotTimestamp + BigInt(s.parameters.pool.maxReportAgeSeconds));
      await networkHelpers.time.setNextBlockTimestamp(staleAfter);
      expect(await stake(s, alice, 7n)).to.equal(7n);
      await networkHelpers.time.setNextBlockTimestamp(staleAfter + 1n);
      await viem.assertions.revertWithCustomErrorWithArgs(
        s.pool.write.stake([addressOf(alice), 0n], { account: alice.account, value: 7n, gas: 200_000n }),
        s.pool,
        "ReportStale",
        [staleAfter],
      );
    });

    it("a settlement makes the rate fresh again", async () => {
      const s = await stage();
      const [alice] = s.accounts.stakers;
      await networkHelpers.time.increaseTo((await s.pool.read.staleAfter()) + 10n);
      await viem.assertions.revertWithCustomError(
        alice.sendTransaction({ to: s.pool.address, value: 1n }),
        s.pool,
        "ReportStale",
      );
      const refSlotTimestamp = BigInt(await networkHelpers.time.latest()) - 5n;
      await rebase(s, { refSlotTimestamp });
      expect(await s.pool.read.staleAfter()).to.equal(refSlotTimestamp + BigInt(s.parameters.pool.maxReportAgeSeconds));
      expect(await stake(s, alice, 7n)).to.equal(7n);
    });
  });
});

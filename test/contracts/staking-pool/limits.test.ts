import { expect } from "chai";
import { parseEther, parseGwei } from "viem";

import { rebase, reward, stake } from "../support/pool-steps.ts";
import { networkHelpers, stage, viem, type Stage } from "../support/stage.ts";

const HOUR = 3_600;
const WEEK = 7 * 24 * HOUR;

describe("StakingPool setLimits", () => {
  const administrator = (s: Stage) => ({ account: s.accounts.roles.PARAMETERS.account });

  it("setLimits changes the limits, and what follows of less at once", async () => {
    const s = await stage();
    await reward(s, parseGwei("0.5"));
    const refSlotTimestamp = BigInt(await networkHelpers.time.latest()) - 100n;
    await rebase(s, { refSlotTimestamp });
    const limits = { stakeCapWei: parseEther("50"), stakeAllowanceWei: parseEther("3"), maxReportAgeSeconds: 2 * HOUR };
    const sent = s.pool.write.setLimits([limits], administrator(s));
    await viem.assertions.emitWithArgs(sent, s.pool, "LimitsChanged", [limits]);
    expect(await s.pool.read.limits()).to.deep.equal(limits);
    expect(await s.pool.read.stakeCeilingWei()).to.equal((await s.pool.read.totalPooledEther()) + parseEther("3"));
    expect(await s.pool.read.staleAfter()).to.equal(refSlotTimestamp + BigInt(2 * HOUR));
    // And back: the time of the reference slot survives.
    await s.pool.write.setLimits([s.parameters.pool], administrator(s));
    expect(await s.pool.read.staleAfter()).to.equal(refSlotTimestamp + BigInt(s.parameters.pool.maxReportAgeSeconds));
  });

  it("the ceiling is the lesser of cap and allowance", async () => {
    const s = await stage();
    await stake(s, s.accounts.stakers[0], parseEther("9"));
    for (const [cap, allowance, ceiling] of [
      ["100", "5", "15"],
      ["15", "5", "15"],
      ["14", "5", "14"],
      ["0", "5", "0"],
      ["100", "0", "10"],
    ] as const) {
      const limits = { stakeCapWei: parseEther(cap), stakeAllowanceWei: parseEther(allowance) };
      await s.pool.write.setLimits([{ ...s.parameters.pool, ...limits }], administrator(s));
      await rebase(s);
      expect(await s.pool.read.stakeCeilingWei()).to.equal(parseEther(ceiling));
    }
  });

  it("INC-25 setLimits gives nobody an allowance twice: more counts from the next report", async () => {
    const s = await stage();
    const limits = { ...s.parameters.pool, stakeAllowanceWei: parseEther("5") };
    await s.pool.write.setLimits([limits], administrator(s));
    await rebase(s);
    const ceilingWei = parseEther("6");
    expect(await s.pool.read.stakeCeilingWei()).to.equal(ceilingWei);
    await stake(s, s.accounts.stakers[0], parseEther("5"));
    for (const more of [limits, { ...limits, stakeAllowanceWei: parseEther("50") }]) {
      await s.pool.write.setLimits([more], administrator(s));
      expect(await s.pool.read.stakeCeilingWei()).to.equal(ceilingWei);
    }
    await rebase(s);
    expect(await s.pool.read.stakeCeilingWei()).to.equal(ceilingWei + parseEther("50"));
  });

  it("setLimits takes the greatest values, and a settlement makes a ceiling of them", async () => {
    const s = await stage();
    const greatest = parseEther("130000000");
    const limits = { stakeCapWei: greatest, stakeAllowanceWei: greatest, maxReportAgeSeconds: WEEK };
    await s.pool.write.setLimits([limits], administrator(s));
    await rebase(s);
    expect(await s.pool.read.stakeCeilingWei()).to.equal(greatest);
    for (const name of ["stakeCapWei", "stakeAllowanceWei"] as const)
      await viem.assertions.revertWithCustomErrorWithArgs(
        s.pool.write.setLimits([{ ...limits, [name]: greatest + 1n }], administrator(s)),
        s.pool,
        "LimitOutOfBounds",
        [greatest + 1n, 0n, greatest],
      );
  });

  it("setLimits reverts outside of the bounds of the report's age", async () => {
    const s = await stage();
    for (const maxReportAgeSeconds of [HOUR, WEEK])
      await s.pool.write.setLimits([{ ...s.parameters.pool, maxReportAgeSeconds }], administrator(s));
    for (const maxReportAgeSeconds of [0, HOUR - 1, WEEK + 1, 2 ** 32 - 1])
      await viem.assertions.revertWithCustomErrorWithArgs(
        s.pool.write.setLimits([{ ...s.parameters.pool, maxReportAgeSeconds }], administrator(s)),
        s.pool,
        "LimitOutOfBounds",
        [BigInt(maxReportAgeSeconds), BigInt(HOUR), BigInt(WEEK)],
      );
  });
});

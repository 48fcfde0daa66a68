import { expect } from "chai";
import { parseEther } from "viem";

import { rebase, stake } from "../support/pool-steps.ts";
import { networkHelpers, stage, viem, type Stage } from "../support/stage.ts";

const { time } = networkHelpers;

describe("StakingPool stake cap schedule", () => {
  const administrator = (s: Stage) => ({ account: s.accounts.roles.PARAMETERS.account });
  const schedule = (s: Stage, steps: { from: number; capWei: bigint }[]) =>
    s.pool.write.setStakeCapSchedule([steps], administrator(s));

  /** A cap of 10 ETH now, of 20 in an hour, of 50 in two. */
  async function prepare() {
    const s = await stage();
    await s.pool.write.setLimits([{ ...s.parameters.pool, stakeCapWei: parseEther("10") }], administrator(s));
    const now = await time.latest();
    const steps = [
      { from: now + 3_600, capWei: parseEther("20") },
      { from: now + 7_200, capWei: parseEther("50") },
    ];
    const sent = schedule(s, steps);
    await viem.assertions.emitWithArgs(sent, s.pool, "StakeCapScheduleChanged", [steps]);
    return { s, now, steps };
  }

  const capOf = async (s: Stage) => (await s.pool.read.limits()).stakeCapWei;

  it("setStakeCapSchedule is read back in ascending order, and changes nothing yet", async () => {
    const { s, steps } = await prepare();
    expect(await s.pool.read.stakeCapSchedule()).to.deep.equal(steps);
    await rebase(s);
    expect(await s.pool.read.stakeCeilingWei()).to.equal(parseEther("10"));
  });

  it("a cap holds from the first settlement at or after its time, and leaves the list", async () => {
    const { s, now, steps } = await prepare();
    await time.increaseTo(now + 3_600);
    expect(await s.pool.read.stakeCeilingWei()).to.equal(parseEther("10"));
    await rebase(s);
    expect(await s.pool.read.stakeCeilingWei()).to.equal(parseEther("20"));
    expect(await capOf(s)).to.equal(parseEther("20"));
    expect(await s.pool.read.stakeCapSchedule()).to.deep.equal(steps.slice(1));
    await stake(s, s.accounts.stakers[0], parseEther("19"));

    await time.increaseTo(now + 7_200);
    await rebase(s);
    expect(await s.pool.read.stakeCeilingWei()).to.equal(parseEther("50"));
    expect(await s.pool.read.stakeCapSchedule()).to.deep.equal([]);
  });

  it("a settlement after several of them takes the last", async () => {
    const { s, now } = await prepare();
    await time.increaseTo(now + 10_000);
    await rebase(s);
    expect(await capOf(s)).to.equal(parseEther("50"));
    expect(await s.pool.read.stakeCapSchedule()).to.deep.equal([]);
  });

  it("a new schedule replaces the old one, down to none", async () => {
    const { s, now } = await prepare();
    const other = [{ from: now + 4_000, capWei: parseEther("7") }];
    await schedule(s, other);
    expect(await s.pool.read.stakeCapSchedule()).to.deep.equal(other);
    await time.increaseTo(now + 8_000);
    await rebase(s);
    expect(await s.pool.read.stakeCeilingWei()).to.equal(parseEther("7"));
    await schedule(s, [{ from: now + 20_000, capWei: parseEther("9") }]);
    await schedule(s, []);
    await time.increaseTo(now + 20_000);
    await rebase(s);
    expect(await capOf(s)).to.equal(parseEther("7"));
  });

  it("setLimits leaves the schedule alone", async () => {
    const { s, now, steps } = await prepare();
    await s.pool.write.setLimits([{ ...s.parameters.pool, stakeCapWei: parseEther("5") }], administrator(s));
    expect(await s.pool.read.stakeCapSchedule()).to.deep.equal(steps);
    await time.increaseTo(now + 3_600);
    await rebase(s);
    expect(await capOf(s)).to.equal(parseEther("20"));
  });

  it("INC-25 setStakeCapSchedule refuses times that do not ascend, and caps beyond the bound", async () => {
    const s = await stage();
    const most = parseEther("130000000");
    for (const [froms, refused] of [
      [[5, 5], 5],
      [[6, 5], 6],
      [[0], 0],
      [[1, 3, 2], 3],
    ] as const)
      await viem.assertions.revertWithCustomErrorWithArgs(
        schedule(
          s,
          froms.map((from) => ({ from, capWei: 1n })),
        ),
        s.pool,
        "StepsOutOfOrder",
        [refused],
      );
    await viem.assertions.revertWithCustomErrorWithArgs(
      schedule(s, [{ from: 1, capWei: most + 1n }]),
      s.pool,
      "LimitOutOfBounds",
      [most + 1n, 0n, most],
    );
    await schedule(s, [{ from: 1, capWei: most }]);
  });
});

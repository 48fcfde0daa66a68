import { expect } from "chai";
import { toHex } from "viem";

import { erc7201 } from "../support/erc7201.ts";
import { PAUSE, PAUSE_ALL } from "../support/pause-flags.ts";
import { rebase, stake } from "../support/pool-steps.ts";
import { addressOf, networkHelpers, stage, viem, type Stage } from "../support/stage.ts";

const DAY = 86_400;
const MAX_PAUSE = 7 * DAY;
const COOLDOWN = DAY;
const { time } = networkHelpers;

describe("StakingPool pause", () => {
  const guardian = (s: Stage) => ({ account: s.accounts.roles.GUARDIAN.account });
  const unpauser = (s: Stage) => ({ account: s.accounts.roles.UNPAUSE.account });

  it("MAX_PAUSE and PAUSE_COOLDOWN answer the bounds", async () => {
    const s = await stage();
    expect(await s.pool.read.MAX_PAUSE()).to.equal(MAX_PAUSE);
    expect(await s.pool.read.PAUSE_COOLDOWN()).to.equal(COOLDOWN);
  });

  it("pause sets the time of each flag by itself", async () => {
    const s = await stage();
    const now = (await time.latest()) + 1;
    await time.setNextBlockTimestamp(now);
    const sent = s.pool.write.pause([PAUSE.stake | PAUSE.settle, 1000], guardian(s));
    await viem.assertions.emitWithArgs(sent, s.pool, "PauseChanged", [PAUSE.stake | PAUSE.settle, now + 1000]);
    await time.setNextBlockTimestamp(now + 5);
    await s.pool.write.pause([PAUSE.deposit, 3000], guardian(s));
    expect(await expiries(s)).to.deep.equal([now + 1000, 0, now + 3005, now + 1000]);
  });

  it("INV-14 a pause expires by itself, at its second", async () => {
    const s = await stage();
    const [alice] = s.accounts.stakers;
    await s.pool.write.pause([PAUSE.stake, 1000], guardian(s));
    const until = await s.pool.read.pausedUntil([PAUSE.stake]);
    await time.setNextBlockTimestamp(until - 1);
    await viem.assertions.revertWithCustomErrorWithArgs(
      s.pool.write.stake([addressOf(alice), 0n], { account: alice.account, value: 7n, gas: 300_000n }),
      s.pool,
      "ActionPaused",
      [PAUSE.stake, until],
    );
    await time.setNextBlockTimestamp(until);
    expect(await stake(s, alice, 7n)).to.equal(7n);
  });

  it("INV-14 pause reverts above the longest pause, for no time, for no flag, and for flags that do not exist", async () => {
    const s = await stage();
    for (const [flags, duration] of [
      [PAUSE.stake, MAX_PAUSE + 1],
      [PAUSE.stake, 2 ** 40 - 1],
      [PAUSE.stake, 0],
      [0, 1000],
      [16, 1000],
      [PAUSE.stake | 128, 1000],
    ] as const)
      await viem.assertions.revertWithCustomErrorWithArgs(
        s.pool.write.pause([flags, duration], guardian(s)),
        s.pool,
        "PauseNotAllowed",
        [flags, duration],
      );
    await s.pool.write.pause([PAUSE_ALL, MAX_PAUSE], guardian(s));
  });

  it("INV-14 a pause cannot be renewed while it holds, nor before its cooldown is over", async () => {
    const s = await stage();
    await s.pool.write.pause([PAUSE.withdraw, 1000], guardian(s));
    const until = await s.pool.read.pausedUntil([PAUSE.withdraw]);
    for (const at of [until - 500, until, until + COOLDOWN - 1]) {
      await time.setNextBlockTimestamp(at);
      await viem.assertions.revertWithCustomErrorWithArgs(
        s.pool.write.pause([PAUSE.withdraw | PAUSE.stake, 100], { ...guardian(s), gas: 300_000n }),
        s.pool,
        "PauseNotAllowed",
        [PAUSE.withdraw, 100],
      );
    }
    await time.setNextBlockTimestamp(until + COOLDOWN);
    await s.pool.write.pause([PAUSE.withdraw | PAUSE.stake, 100], guardian(s));
    expect(await s.pool.read.pausedUntil([PAUSE.withdraw])).to.equal(until + COOLDOWN + 100);
  });

  it("another flag's cooldown does not hinder", async () => {
    const s = await stage();
    await s.pool.write.pause([PAUSE.withdraw, 1000], guardian(s));
    await s.pool.write.pause([PAUSE.stake | PAUSE.deposit | PAUSE.settle, 1000], guardian(s));
  });

  it("unpause frees the flags that are held and starts their cooldown", async () => {
    const s = await stage();
    const [alice] = s.accounts.stakers;
    await s.pool.write.pause([PAUSE.stake | PAUSE.deposit, 5000], guardian(s));
    const until = await s.pool.read.pausedUntil([PAUSE.deposit]);
    const now = (await time.latest()) + 10;
    await time.setNextBlockTimestamp(now);
    const sent = s.pool.write.unpause([PAUSE.stake | PAUSE.settle], unpauser(s));
    await viem.assertions.emitWithArgs(sent, s.pool, "PauseChanged", [PAUSE.stake, now]);
    expect(await expiries(s)).to.deep.equal([now, 0, until, 0]);
    expect(await stake(s, alice, 7n)).to.equal(7n);
    await time.setNextBlockTimestamp(now + COOLDOWN - 1);
    await viem.assertions.revertWithCustomError(
      s.pool.write.pause([PAUSE.stake, 100], { ...guardian(s), gas: 300_000n }),
      s.pool,
      "PauseNotAllowed",
    );
    await time.setNextBlockTimestamp(now + COOLDOWN);
    await s.pool.write.pause([PAUSE.stake, 100], guardian(s));
  });

  it("a settlement clears the flags of pauses that are over, and only those", async () => {
    const s = await stage();
    await s.pool.write.pause([PAUSE.stake, 100], guardian(s));
    await s.pool.write.pause([PAUSE.deposit, 5000], guardian(s));
    expect(await flagsOf(s)).to.equal(PAUSE.stake | PAUSE.deposit);
    await rebase(s);
    expect(await flagsOf(s)).to.equal(PAUSE.stake | PAUSE.deposit);
    await time.setNextBlockTimestamp(await s.pool.read.pausedUntil([PAUSE.stake]));
    await rebase(s);
    expect(await flagsOf(s)).to.equal(PAUSE.deposit);
    await time.increaseTo(await s.pool.read.pausedUntil([PAUSE.deposit]));
    await rebase(s);
    expect(await flagsOf(s)).to.equal(0);
  });

  it("INV-14 a settlement that cleared a pause leaves its cooldown", async () => {
    const s = await stage();
    await s.pool.write.pause([PAUSE.stake, 100], guardian(s));
    const until = await s.pool.read.pausedUntil([PAUSE.stake]);
    await time.increaseTo(until);
    await rebase(s);
    expect(await s.pool.read.pausedUntil([PAUSE.stake])).to.equal(until);
    await viem.assertions.revertWithCustomError(
      s.pool.write.pause([PAUSE.stake, 100], guardian(s)),
      s.pool,
      "PauseNotAllowed",
    );
  });

  it("unpause of a pause that is over does not lengthen its cooldown", async () => {
    const s = await stage();
    await s.pool.write.pause([PAUSE.stake, 100], guardian(s));
    const until = await s.pool.read.pausedUntil([PAUSE.stake]);
    await time.increaseTo(until + COOLDOWN);
    await s.pool.write.unpause([PAUSE.stake], unpauser(s));
    await s.pool.write.pause([PAUSE.stake, 100], guardian(s));
  });

  /** The flags in the accounting slot. */
  async function flagsOf(s: Stage): Promise<number> {
    const word = await s.client.getStorageAt({
      address: s.pool.address,
      slot: toHex(erc7201("ethstake.storage.StakingPool")),
    });
    return Number(BigInt(word ?? "0x0") >> 248n);
  }

  async function expiries({ pool }: Stage): Promise<number[]> {
    return Promise.all(Object.values(PAUSE).map((flag) => pool.read.pausedUntil([flag])));
  }
});

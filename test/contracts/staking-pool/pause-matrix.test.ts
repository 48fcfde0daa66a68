import { parseEther, parseGwei, stringToHex, type Hex } from "viem";

import { PAUSE, PAUSE_ALL } from "../support/pause-flags.ts";
import { signPermit } from "../support/permit.ts";
import { deployEther, finalize, rebase, stake, waitForEligibility, withdraw } from "../support/pool-steps.ts";
import { addressOf, networkHelpers, stage, viem, type Stage } from "../support/stage.ts";

const SHARES = parseEther("1");

/** Everything that moves ether or shares, with the one flag that stops it, if any. */
const ACTIONS: Record<string, { flag?: number; act: (s: Stage) => Promise<Hex> }> = {
  stake: { flag: PAUSE.stake, act: (s) => s.pool.write.stake([addressOf(alice(s)), 0n], { ...from(s), value: 7n }) },
  "a plain transfer": {
    flag: PAUSE.stake,
    act: (s) => alice(s).sendTransaction({ to: s.pool.address, value: 7n }),
  },
  stakeBond: { act: (s) => s.pool.write.stakeBond({ account: s.as.registry, value: 7n }) },
  withdraw: {
    flag: PAUSE.withdraw,
    act: (s) => s.pool.write.withdraw([SHARES, addressOf(alice(s)), 0n], from(s)),
  },
  withdrawWithPermit: {
    flag: PAUSE.withdraw,
    act: async (s) => {
      const deadline = 2n ** 64n;
      const { v, r, s: s_ } = await signPermit(s, alice(s), { spender: s.pool.address, shares: SHARES, deadline });
      return s.pool.write.withdrawWithPermit([SHARES, addressOf(alice(s)), 0n, deadline, v, r, s_], from(s));
    },
  },
  transferAndCall: {
    flag: PAUSE.withdraw,
    act: (s) => s.token.write.transferAndCall([s.pool.address, SHARES], from(s)),
  },
  takeForDeposits: {
    flag: PAUSE.deposit,
    act: (s) => s.pool.write.takeForDeposits([1n], { account: s.as.manager }),
  },
  distributeRewards: { flag: PAUSE.settle, act: (s) => rebase(s) },
  slashOperator: { act: (s) => s.pool.write.slashOperator([1, 7n], { account: s.as.distribution }) },
  finalizeWithdrawals: { act: (s) => finalize(s) },
  claim: { act: (s) => s.queue.write.claim([1n, 0n], from(s)) },
  "transfer of shares": { act: (s) => s.token.write.transfer([addressOf(s.accounts.stranger), 7n], from(s)) },
  "transfer of a ticket": {
    act: (s) => s.queue.write.transferFrom([addressOf(alice(s)), addressOf(s.accounts.stranger), 1n], from(s)),
  },
};

describe("StakingPool pause matrix", () => {
  /** Every action works here but for pauses: shares and an allowance, a bond, a finalised ticket, a waiting one. */
  async function prepare(): Promise<Stage> {
    const s = await stage();
    const [owner] = s.accounts.operators;
    await s.registry.write.registerOperator(["one", addressOf(owner), stringToHex("GELS")], {
      account: owner.account,
      value: parseEther("16"),
    });
    await stake(s, alice(s), parseEther("50"));
    await deployEther(s, parseEther("32") / parseGwei("1"));
    await withdraw(s, alice(s), SHARES);
    await waitForEligibility(s);
    await finalize(s);
    await withdraw(s, alice(s), SHARES);
    await s.token.write.approve([s.pool.address, 10n * SHARES], from(s));
    await waitForEligibility(s);
    return s;
  }

  for (const [name, { flag, act }] of Object.entries(ACTIONS)) {
    for (const [pause, mask] of Object.entries(PAUSE)) {
      const stopped = flag === mask;
      it(`INC-43 a ${pause} pause ${stopped ? "stops" : "does not stop"} ${name}`, async () => {
        const s = await prepare();
        await s.pool.write.pause([mask, 1000], { account: s.accounts.roles.GUARDIAN.account });
        if (!stopped) return void (await act(s));
        const until = await s.pool.read.pausedUntil([mask]);
        await viem.assertions.revertWithCustomErrorWithArgs(act(s), s.pool, "ActionPaused", [mask, until]);
        await networkHelpers.time.increaseTo(until);
        await act(s);
      });
    }
  }

  it("INV-14 INC-43 claims of finalised requests work while everything is paused", async () => {
    const s = await prepare();
    await s.pool.write.pause([PAUSE_ALL, 1000], { account: s.accounts.roles.GUARDIAN.account });
    await viem.assertions.balancesHaveChanged(s.queue.write.claim([1n, 0n], from(s)), [
      { address: addressOf(alice(s)), amount: SHARES },
    ]);
  });
});

function alice(s: Stage) {
  return s.accounts.stakers[0];
}

function from(s: Stage) {
  return { account: alice(s).account };
}

import { expect } from "chai";
import { parseEther } from "viem";

import { totalsOf } from "../support/pool-steps.ts";
import { actAs, addressOf, same, stage, viem } from "../support/stage.ts";

describe("StakingPool receiveEther", () => {
  const value = parseEther("1");

  it("receiveEther takes ether from the vaults and the queue and books nothing", async () => {
    const s = await stage();
    const before = await totalsOf(s);
    for (const { address } of [s.withdrawalVault, s.executionRewardsVault, s.queue]) {
      await s.pool.write.receiveEther({ account: await actAs(address), value });
    }
    expect(await totalsOf(s)).to.deep.equal({ ...before, balanceWei: before.balanceWei + 3n * value });
  });

  it("INV-13 receiveEther reverts for anybody else", async () => {
    const s = await stage();
    const { stranger, roles } = s.accounts;
    const callers = [addressOf(stranger), ...Object.values(roles).map(addressOf), ...Object.values(s.as)];
    for (const caller of [...callers, await actAs(s.token.address)])
      await viem.assertions.revertWithCustomErrorWithArgs(
        s.pool.write.receiveEther({ account: caller, value }),
        s.pool,
        "NotProtocol",
        [same(caller)],
      );
  });
});

import { expect } from "chai";
import { parseEther } from "viem";

import { setRate, totalsOf } from "../support/pool-steps.ts";
import { networkHelpers, stage, viem } from "../support/stage.ts";

const PAUSE_STAKE = 1;

describe("StakingPool stakeBond", () => {
  const value = parseEther("16");

  it("stakeBond mints shares to the registry", async () => {
    const s = await stage();
    await setRate(s, 4n, 3n);
    const before = await totalsOf(s);
    const shares = (value * before.totalShares) / before.pooledWei;
    const { result } = await s.pool.simulate.stakeBond({ account: s.as.registry, value });
    const sent = s.pool.write.stakeBond({ account: s.as.registry, value });
    await viem.assertions.emit(sent, s.pool, "Staked");
    expect(result).to.equal(shares);
    expect(await s.token.read.balanceOf([s.registry.address])).to.equal(shares);
    const after = await totalsOf(s);
    expect(after.pooledWei).to.equal(before.pooledWei + value);
    expect(after.totalShares).to.equal(before.totalShares + shares);
    expect(after.supply).to.equal(before.supply + shares);
  });

  it("stakeBond ignores the ceiling and the stake pause", async () => {
    const s = await stage();
    const { GUARDIAN, PARAMETERS } = s.accounts.roles;
    await s.pool.write.setLimits([{ ...s.parameters.pool, stakeCapWei: 0n }], { account: PARAMETERS.account });
    await s.pool.write.pause([PAUSE_STAKE, 100], { account: GUARDIAN.account });
    await s.pool.write.stakeBond({ account: s.as.registry, value });
    expect(await s.token.read.balanceOf([s.registry.address])).to.equal(value);
  });

  it("stakeBond reverts on a stale report", async () => {
    const s = await stage();
    const staleAfter = await s.pool.read.staleAfter();
    await networkHelpers.time.setNextBlockTimestamp(staleAfter);
    await s.pool.write.stakeBond({ account: s.as.registry, value });
    await viem.assertions.revertWithCustomErrorWithArgs(
      s.pool.write.stakeBond({ account: s.as.registry, value }),
      s.pool,
      "ReportStale",
      [staleAfter],
    );
  });

  it("stakeBond reverts without ether", async () => {
    const s = await stage();
    await viem.assertions.revertWithCustomError(
      s.pool.write.stakeBond({ account: s.as.registry, value: 0n }),
      s.pool,
      "ZeroAmount",
    );
  });
});

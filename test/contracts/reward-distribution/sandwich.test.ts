import { expect } from "chai";
import { network } from "hardhat";
import { parseEther } from "viem";

import { stake, startProtocol } from "../support/protocol.ts";
import { activeValidators } from "../support/scenarios.ts";
import { nextReport, sendReport, settle } from "../support/settlement.ts";
import { askBack } from "../support/withdrawals.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { networkHelpers } = connection;

const YEAR = 365n * 24n * 3600n;
const FRAME_SECONDS = 768n;
const TIPS_WEI = parseEther("50");

async function withActive() {
  const p = await startProtocol(connection);
  await activeValidators(p, { count: 2 });
  return p;
}

describe("RewardDistribution, around a report", () => {
  for (const ether of ["0.02", "1", "220", "900"])
    it(`INC-18 ${ether} ETH that come just before a rich report and leave after it take no more than a frame's growth`, async () => {
      const p = await networkHelpers.loadFixture(withActive);
      const attacker = p.accounts.stakers[4];
      const stakedWei = parseEther(ether);
      // Far more than one report may book; everybody can see it in the vault.
      await networkHelpers.setBalance(p.executionRewardsVault.address, TIPS_WEI);
      const rich = await nextReport(p);
      await stake(p, stakedWei, attacker);
      const shares = await p.token.read.balanceOf([attacker.account.address]);
      await sendReport(p, rich);

      const worthWei = await p.pool.read.convertToAssets([shares]);
      const { maxYearlyGrowthBps } = p.parameters.distribution;
      const mostWei = (stakedWei * BigInt(maxYearlyGrowthBps) * FRAME_SECONDS) / (10_000n * YEAR);
      expect(worthWei - stakedWei <= mostWei).to.equal(true);
      // Nor is it nothing, or this would show nothing.
      expect(worthWei > stakedWei).to.equal(true);

      await askBack(p, shares, attacker);
      await settle(p, { frames: 2n });
      expect((await p.pool.read.convertToAssets([shares])) > worthWei, "the next report is rich too").to.equal(true);
      expect(await p.queue.read.claimableWei([1n])).to.equal(worthWei);
    });
});

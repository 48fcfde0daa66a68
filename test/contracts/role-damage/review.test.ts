import { expect } from "chai";
import { network } from "hardhat";

import { hashReport } from "../../../chain/report/encoding.ts";
import { busyProtocol } from "../support/busy-protocol.ts";
import { createRefused } from "../support/refused.ts";
import { nextReport, sendReport, settlementOf } from "../support/settlement.ts";
import { treasureOf } from "../support/treasure.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;
const refused = createRefused(viem);

/** A report of a loss of a tenth of the pool is held. */
async function withHeld() {
  const p = await busyProtocol(connection);
  const pooledGwei = (await p.pool.read.totalPooledEther()) / 10n ** 9n;
  const report = await nextReport(p, { rewardsGwei: -(pooledGwei / 10n) });
  await sendReport(p, report);
  return { p, report, reviewer: { account: p.accounts.roles.REVIEW.account } };
}

describe("Role damage, REVIEW", () => {
  it("INV-20 REVIEW-1 it settles what the committee agreed on and is held, and nothing else", async () => {
    const { p, report, reviewer } = await networkHelpers.loadFixture(withHeld);
    const other = { ...report, consensusBalanceGwei: report.consensusBalanceGwei - 1n };
    await refused(p.distribution.write.confirmReport([other, 0n], reviewer), p.distribution, "NotInReview");
    const before = (await treasureOf(p)).etherWei;
    const { settlement } = await settlementOf(p, await p.distribution.write.confirmReport([report, 0n], reviewer));
    expect(settlement.rewardsWei < 0n).to.equal(true);
    const total = (values: readonly bigint[]) => values.reduce((all, value) => all + value, 0n);
    expect(total((await treasureOf(p)).etherWei), "no ether moves out").to.equal(total(before));
    await refused(p.distribution.write.confirmReport([report, 0n], reviewer), p.distribution, "NotInReview");
  });

  it("INV-20 REVIEW-1 what it drops comes again with the next frame, and not before", async () => {
    const { p, report, reviewer } = await networkHelpers.loadFixture(withHeld);
    await p.distribution.write.dropReport(reviewer);
    await refused(p.distribution.write.dropReport(reviewer), p.distribution, "NotInReview");
    await refused(sendReport(p, report), p.distribution, "ReviewedBefore");
    const next = await nextReport(p, { frames: 2n, consensusBalanceGwei: report.consensusBalanceGwei });
    await sendReport(p, next);
    expect((await p.distribution.read.heldReport())[0]).to.equal(hashReport(next));
  });
});

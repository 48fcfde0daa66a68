import { expect } from "chai";
import { network } from "hardhat";
import { parseEther } from "viem";

import { busyProtocol, type BusyProtocol } from "../support/busy-protocol.ts";
import { PAUSE_ALL } from "../support/pause-flags.ts";
import { predeposit, stake } from "../support/protocol.ts";
import { createRefused } from "../support/refused.ts";
import { settle, settleFrom } from "../support/settlement.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;
const start = () => networkHelpers.loadFixture(begin);
async function begin() {
  return busyProtocol(connection);
}

const DAY = 86_400;
const by = (p: BusyProtocol, role: "GUARDIAN" | "APPEALS" | "COMMITTEE" | "UNPAUSE") => ({
  account: p.accounts.roles[role].account,
});
const refused = createRefused(viem);

describe("Role damage, GUARDIAN and APPEALS", () => {
  it("INV-20 GUARDIAN-1 everything stands still for seven days, then not for one", async () => {
    const p = await start();
    const pause = (seconds: number) => p.pool.write.pause([PAUSE_ALL, seconds], by(p, "GUARDIAN"));
    await refused(pause(7 * DAY + 1), p.pool, "PauseNotAllowed");
    await pause(7 * DAY);
    const end = await p.pool.read.pausedUntil([1]);
    await p.queue.write.claim([p.finalizedTicket, 0n], { account: p.staker.account });
    await networkHelpers.time.setNextBlockTimestamp(end + DAY - 1);
    await refused(pause(1), p.pool, "PauseNotAllowed");
    await p.token.write.transferAndCall([p.pool.address, parseEther("1")], { account: p.staker.account });
    await networkHelpers.time.increaseTo(end + DAY);
    await pause(7 * DAY);
  });

  it("INV-20 UNPAUSE-1 what was paused goes on at once, and cannot be paused again for a day", async () => {
    const p = await start();
    const pause = () => p.pool.write.pause([PAUSE_ALL, DAY], by(p, "GUARDIAN"));
    await pause();
    await p.pool.write.unpause([PAUSE_ALL], by(p, "UNPAUSE"));
    await stake(p, parseEther("1"));
    await refused(pause(), p.pool, "PauseNotAllowed");
    await networkHelpers.time.increase(DAY);
    await pause();
  });

  it("INV-20 GUARDIAN-2 all free bond is locked, and burned for all stakers after the appeal window", async () => {
    const p = await start();
    const bondOf = async () => p.registry.read.getOperator([p.active.operatorId]);
    const before = await bondOf();
    await p.registry.write.emergencySlash([p.active.operatorId], by(p, "GUARDIAN"));
    expect(await bondOf()).to.include({ bondShares: before.bondShares, lockedShares: before.bondShares });

    const rate = await p.pool.read.ethPerShare();
    const { maturesAt } = await p.registry.read.getLock([(await p.registry.read.lockCount()) - 1n]);
    const { settlement } = await settleFrom(p, maturesAt);
    expect(settlement.burnedShares).to.equal(before.bondShares);
    expect((await bondOf()).bondShares).to.equal(0n);
    expect((await p.pool.read.ethPerShare()) > rate).to.equal(true);
    expect(await p.token.read.balanceOf([p.accounts.roles.GUARDIAN.account.address])).to.equal(0n);
  });

  it("INV-20 GUARDIAN-3 no report is agreed on until COMMITTEE takes it back", async () => {
    const p = await start();
    const members = p.accounts.members.map(({ account }) => account.address);
    for (const member of members) await p.committee.write.suspend([member], by(p, "GUARDIAN"));
    await refused(settle(p), p.committee, "SignerNotAccepted");
    await networkHelpers.time.increaseTo(await p.pool.read.staleAfter());
    await refused(stake(p, parseEther("1")), p.pool, "ReportStale");
    await p.queue.write.claim([p.finalizedTicket, 0n], { account: p.staker.account });
    for (const member of members) await p.committee.write.reinstate([member], by(p, "COMMITTEE"));
    await settle(p, { frames: 10n });
    await stake(p, parseEther("1"));
  });

  it("INV-20 APPEALS-1 locks go back to the bond they came from, and nowhere else", async () => {
    const p = await start();
    await p.registry.write.emergencySlash([p.active.operatorId], by(p, "GUARDIAN"));
    const { bondShares } = await p.registry.read.getOperator([p.active.operatorId]);
    for (let lock = 0n; lock < (await p.registry.read.lockCount()); lock++)
      await p.registry.write.releaseLock([lock], by(p, "APPEALS"));
    const after = await p.registry.read.getOperator([p.active.operatorId]);
    expect(after).to.include({ bondShares, lockedShares: 0n });
    await networkHelpers.time.increase(p.parameters.registry.appealWindowSeconds);
    expect((await settle(p, { frames: 2n })).settlement.burnedShares).to.equal(0n);
  });

  it("INV-20 APPEALS-2 a halted operator is active again, with its locks, and can be halted again", async () => {
    const p = await start();
    const operatorOf = async () => p.registry.read.getOperator([p.active.operatorId]);
    await p.registry.write.emergencySlash([p.active.operatorId], by(p, "GUARDIAN"));
    const { bondShares } = await operatorOf();
    await p.registry.write.resumeOperator([p.active.operatorId], by(p, "APPEALS"));
    expect(await operatorOf()).to.include({ status: 1, lockedShares: bondShares });
    await refused(predeposit(p, p.hidden), p.registry, "BondTooSmall");
    expect(await p.registry.read.capacityGwei([p.active.operatorId])).to.equal(0n);
    await p.registry.write.emergencySlash([p.active.operatorId], by(p, "GUARDIAN"));
    expect((await operatorOf()).status).to.equal(3);
  });
});

import { expect } from "chai";
import { network } from "hardhat";
import { keccak256, zeroHash, type Hex } from "viem";

import type { Report } from "../../../chain/report/report.ts";
import { setBeaconRoot } from "../../support/system-contracts.ts";
import { startProtocol, type Protocol } from "../support/protocol.ts";
import { nextReport, referenceRoot, sendReport, timeOfSlot } from "../support/settlement.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;
const start = () => startProtocol(connection);

/** So many slots after the reference slot are without a block; then comes the child of the reference block. */
async function missSlots(p: Protocol, report: Report, missed: bigint): Promise<void> {
  for (let slot = 1n; slot <= missed; slot++) await forget(p, timeOfSlot(p, report.refSlot + slot));
  const childTime = timeOfSlot(p, report.refSlot + missed + 1n);
  if (BigInt(await networkHelpers.time.latest()) < childTime) await networkHelpers.time.increaseTo(childTime);
  await setBeaconRoot(networkHelpers, childTime, report.blockRoot);
}

/** Makes EIP-4788 not know a timestamp. */
async function forget(_: Protocol, timestamp: bigint): Promise<void> {
  await setBeaconRoot(networkHelpers, timestamp, zeroHash);
  await networkHelpers.setStorageAt("0x000F3df6D732807Ef1319fB7B8bB8522d0Beac02", timestamp % 8191n, 0n);
}

const mismatch = (p: Protocol, call: Promise<Hex>, got: Hex, want: Hex) =>
  viem.assertions.revertWithCustomErrorWithArgs(call, p.distribution, "BlockRootMismatch", [got, want]);

describe("RewardDistribution, reference block", () => {
  it("INC-22 refuses a report whose block is not the one that the chain itself knows", async () => {
    const p = await networkHelpers.loadFixture(start);
    const report = await nextReport(p);
    for (const blockRoot of [keccak256("0x01"), zeroHash])
      await mismatch(p, sendReport(p, { ...report, blockRoot }), blockRoot, report.blockRoot);
    await sendReport(p, report);
  });

  it("looks over missed slots for the child of the reference block", async () => {
    for (const missed of [1n, 2n, 31n]) {
      const p = await networkHelpers.loadFixture(start);
      const report = await nextReport(p);
      await missSlots(p, report, missed);
      const blockRoot = keccak256("0x02");
      await mismatch(p, sendReport(p, { ...report, blockRoot }), blockRoot, report.blockRoot);
      await sendReport(p, report);
    }
  });

  it("takes the first child, not a later block", async () => {
    const p = await networkHelpers.loadFixture(start);
    const report = await nextReport(p);
    const later = referenceRoot(report.refSlot + 1n);
    await setBeaconRoot(networkHelpers, timeOfSlot(p, report.refSlot + 2n), later);
    await mismatch(p, sendReport(p, { ...report, blockRoot: later }), later, report.blockRoot);
  });

  it("refuses every report after 256 missed slots, also one that names the zero root", async () => {
    const p = await networkHelpers.loadFixture(start);
    const report = await nextReport(p);
    await missSlots(p, report, 255n);
    const snapshot = await networkHelpers.takeSnapshot();
    await sendReport(p, report);
    await snapshot.restore();

    await missSlots(p, report, 256n);
    for (const blockRoot of [report.blockRoot, zeroHash])
      await mismatch(p, sendReport(p, { ...report, blockRoot }), blockRoot, zeroHash);
  });

  it("trusts the committee alone once EIP-4788 has forgotten the block, and not a second before", async () => {
    const p = await networkHelpers.loadFixture(start);
    const report = { ...(await nextReport(p)), blockRoot: keccak256("0x03") };
    const forgotten = timeOfSlot(p, report.refSlot + 1n) + 8191n * BigInt(p.chain.secondsPerSlot);
    await networkHelpers.time.setNextBlockTimestamp(forgotten - 1n);
    await mismatch(p, sendReport(p, report), report.blockRoot, referenceRoot(report.refSlot));
    await networkHelpers.time.setNextBlockTimestamp(forgotten);
    await sendReport(p, report);
    expect(await p.distribution.read.lastRefSlot()).to.equal(report.refSlot);
  });
});

import { expect } from "chai";
import { parseEther } from "viem";

import { deployEther, finalize, rebase, stake, waitForEligibility, withdraw } from "../support/pool-steps.ts";
import { addressOf, networkHelpers, stage, viem } from "../support/stage.ts";

const ETHER = parseEther("1");
const GWEI = 10n ** 9n;
const DAYS = 45n;
const SOURCE = { queue: 0, buffer: 1, exits: 3, validators: 4 };

describe("WithdrawalQueue bank run", () => {
  /** Of 1000 ETH 50 are in the buffer; 300 are asked back on one day by two thirds of the holders, in thirty tickets. */
  async function prepare() {
    const s = await stage();
    const [alice, bob, carol, dave] = s.accounts.stakers;
    for (const actor of [alice, bob, carol]) await stake(s, actor, 333n * ETHER);
    await deployEther(s, 950n * GWEI);
    for (let i = 0; i < 15; i++) for (const actor of [alice, bob]) await withdraw(s, actor, 10n * ETHER);
    await waitForEligibility(s);
    return { s, alice, carol, dave };
  }

  /** A day on which the chain lets some ether out. */
  async function passDay({ s }: Awaited<ReturnType<typeof prepare>>, outWei: bigint) {
    const held = await s.client.getBalance({ address: s.withdrawalVault.address });
    await networkHelpers.setBalance(s.withdrawalVault.address, held + outWei);
    await rebase(s, {
      consensusGwei: (await s.pool.read.consensusGwei()) - outWei / GWEI,
      withdrawalsWei: held + outWei,
    });
    await finalize(s);
  }

  it("INC-34 INV-09 a third of all ether asked back on one day is paid in order as exits allow, and nobody gets ahead", async () => {
    const run = await networkHelpers.loadFixture(prepare);
    const { s, alice, carol, dave } = run;
    const sourceOf = async (id: bigint) => (await s.queue.read.queueStatus([id])).source;
    const sources = () => Promise.all(Array.from({ length: 30 }, (_, i) => sourceOf(BigInt(i) + 1n)));
    // What is there is for those who came first; nobody is told of a day that nobody can know.
    expect(await sources()).to.deep.equal([
      ...Array<number>(5).fill(SOURCE.buffer),
      ...Array<number>(25).fill(SOURCE.validators),
    ]);
    expect((await s.queue.read.queueStatus([30n])).expectedAt).to.equal(0n);

    const dailyWei = ((250n * ETHER) / DAYS / GWEI / 2n) * 2n * GWEI;
    let outWei = 50n * ETHER;
    for (let day = 0n; day < DAYS; day++) {
      await passDay(run, dailyWei);
      outWei += dailyWei;
      const paid = outWei / (10n * ETHER);
      expect(await s.queue.read.finalizedShares()).to.equal(outWei);
      if (day % 9n !== 0n) continue;

      expect(await sources()).to.deep.equal([
        ...Array<number>(Number(paid)).fill(SOURCE.queue),
        ...Array<number>(30 - Number(paid)).fill(SOURCE.validators),
      ]);
      // New ether is not deposited, and does not serve a late-comer either: it goes to who came first.
      await viem.assertions.revertWithCustomError(
        s.pool.write.takeForDeposits([1n], { account: s.as.manager }),
        s.pool,
        "BufferTooSmall",
      );
    }

    // A late-comer with new ether in the buffer waits behind the rest, which is paid first.
    const late = await withdraw(s, carol, 10n * ETHER);
    const restWei = 300n * ETHER - outWei;
    await stake(s, dave, restWei + 4n * ETHER);
    await waitForEligibility(s);
    await finalize(s);
    expect(await sourceOf(30n)).to.equal(SOURCE.queue);
    expect((await s.queue.read.getRequest([late])).pendingShares).to.equal(6n * ETHER);
    for (let id = 1n; id <= 30n; id++) {
      const address = await s.queue.read.ownerOf([id]);
      await viem.assertions.balancesHaveChanged(s.queue.write.claim([id, 0n]), [{ address, amount: 10n * ETHER }]);
    }
    expect(await s.queue.read.balanceOf([addressOf(alice)])).to.equal(0n);
  }).timeout(120_000);
});

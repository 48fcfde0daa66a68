import { expect } from "chai";
import { network } from "hardhat";
import { parseEther } from "viem";

import { requestPartial } from "../support/exits.ts";
import { PAUSE } from "../support/pause-flags.ts";
import { startProtocol, type Protocol } from "../support/protocol.ts";
import { activeValidators } from "../support/scenarios.ts";
import { settle, timeOfSlot } from "../support/settlement.ts";
import { askBack } from "../support/withdrawals.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { networkHelpers } = connection;

const GWEI = 1_000_000_000n;
const SOURCE = { queue: 0, buffer: 1, vaults: 2, exits: 3, validators: 4 };

/** Two frames and a half. */
const MIN_DELAY_SECONDS = 160 * 12;

/** 100 ETH on two validators, 120 in the buffer; 100, 30 and 20 are asked back. */
async function withTickets() {
  const p = await startProtocol(connection, { queue: { minDelaySeconds: MIN_DELAY_SECONDS } });
  const active = await activeValidators(p, { count: 2, amountGwei: 49n * GWEI });
  for (const amountWei of [100n, 30n, 20n]) await askBack(p, parseEther(`${amountWei}`));
  return { p, ...active };
}

const statusOf = (p: Protocol, requestId: bigint) => p.queue.read.queueStatus([requestId]);
const sourcesOf = async (p: Protocol) => {
  const all = await Promise.all([1n, 2n, 3n].map((id) => statusOf(p, id)));
  return all.map(({ source }) => source);
};

/** Time of the first reference slot at or after a time, and after the last settled one. */
async function frameEndFrom(p: Protocol, timestamp: bigint): Promise<bigint> {
  let refSlot = await p.distribution.read.lastRefSlot();
  do refSlot += p.parameters.frame.slotsPerFrame;
  while (timeOfSlot(p, refSlot) < timestamp);
  return timeOfSlot(p, refSlot);
}

describe("WithdrawalQueue queueStatus", () => {
  it("tells what is ahead, what is there, and where the ether of a ticket is", async () => {
    const { p } = await networkHelpers.loadFixture(withTickets);
    await networkHelpers.setBalance(p.withdrawalVault.address, parseEther("2"));
    await networkHelpers.setBalance(p.executionRewardsVault.address, parseEther("3"));
    const { eligibleAt } = await p.queue.read.getRequest([2n]);
    expect(await statusOf(p, 2n)).to.deep.equal({
      aheadWei: parseEther("100"),
      ownWei: parseEther("30"),
      demandWei: parseEther("150"),
      bufferedWei: parseEther("120"),
      vaultsWei: parseEther("5"),
      exitingWei: 0n,
      eligibleAt,
      source: SOURCE.validators,
      expectedAt: 0n,
    });
    expect(await sourcesOf(p)).to.deep.equal([SOURCE.buffer, SOURCE.validators, SOURCE.validators]);
  });

  it("looks into buffer, vaults and exits in this order, to the wei", async () => {
    const { p, owner, pubkeys } = await networkHelpers.loadFixture(withTickets);
    const vault = (amountWei: bigint) => networkHelpers.setBalance(p.withdrawalVault.address, amountWei);
    await vault(parseEther("10") - 1n);
    expect(await sourcesOf(p)).to.deep.equal([SOURCE.buffer, SOURCE.validators, SOURCE.validators]);
    await vault(parseEther("10"));
    expect(await sourcesOf(p)).to.deep.equal([SOURCE.buffer, SOURCE.vaults, SOURCE.validators]);
    await requestPartial(p, [pubkeys[0]!], [18n * GWEI], { by: owner });
    expect((await statusOf(p, 3n)).exitingWei).to.equal(parseEther("18"));
    await vault(parseEther("12") - 1n);
    expect(await sourcesOf(p)).to.deep.equal([SOURCE.buffer, SOURCE.vaults, SOURCE.validators]);
    await vault(parseEther("12"));
    expect(await sourcesOf(p)).to.deep.equal([SOURCE.buffer, SOURCE.vaults, SOURCE.exits]);
    // When it comes is for the queues of the beacon chain.
    expect((await statusOf(p, 3n)).expectedAt).to.equal(0n);
  });

  it("expects a ticket at the end of the frame whose report finalises it", async () => {
    const { p } = await networkHelpers.loadFixture(withTickets);
    await networkHelpers.setBalance(p.withdrawalVault.address, parseEther("10"));
    const expectedAt = await frameEndFrom(p, (await statusOf(p, 2n)).eligibleAt);
    for (const requestId of [1n, 2n]) expect((await statusOf(p, requestId)).expectedAt).to.equal(expectedAt);

    // Reports of the frames before it finalise nothing, and change nothing about it.
    const framesLeft = async () => {
      const gap = expectedAt - timeOfSlot(p, await p.distribution.read.lastRefSlot());
      return gap / BigInt(p.chain.secondsPerSlot) / p.parameters.frame.slotsPerFrame;
    };
    await settle(p, { rewardsGwei: -10n * GWEI });
    expect(Number(await framesLeft())).to.be.above(1);
    while ((await framesLeft()) > 1n) {
      expect((await statusOf(p, 1n)).source).not.to.equal(SOURCE.queue);
      expect((await statusOf(p, 2n)).expectedAt).to.equal(expectedAt);
      await settle(p);
    }
    await settle(p);
    expect((await sourcesOf(p)).slice(0, 2)).to.deep.equal([SOURCE.queue, SOURCE.queue]);
    expect((await statusOf(p, 2n)).expectedAt).to.equal(BigInt(await networkHelpers.time.latest()));
    expect(await statusOf(p, 2n)).to.include({ aheadWei: 0n, ownWei: 0n });
    expect(await statusOf(p, 3n)).to.include({ aheadWei: 0n, ownWei: parseEther("20") });
  });

  it("expects a ticket that is overdue now, after a pause at its end, and not at all without reports", async () => {
    const { p } = await networkHelpers.loadFixture(withTickets);
    const { eligibleAt } = await statusOf(p, 1n);
    const end = await frameEndFrom(p, eligibleAt);
    await networkHelpers.time.increaseTo(end + 5n);
    expect((await statusOf(p, 1n)).expectedAt).to.equal(end + 5n);

    await p.pool.write.pause([PAUSE.settle, 500], { account: p.accounts.roles.GUARDIAN.account });
    const until = BigInt(await p.pool.read.pausedUntil([PAUSE.settle]));
    expect((await statusOf(p, 1n)).expectedAt).to.equal(until);

    await networkHelpers.time.increaseTo(await p.pool.read.staleAfter());
    expect((await statusOf(p, 1n)).expectedAt).not.to.equal(0n);
    await networkHelpers.time.increase(1);
    expect(await statusOf(p, 1n)).to.include({ source: SOURCE.buffer, expectedAt: 0n });
  });

  it("reverts for a ticket that never was or is paid", async () => {
    const { p } = await networkHelpers.loadFixture(withTickets);
    await p.connection.viem.assertions.revertWithCustomErrorWithArgs(
      p.queue.read.queueStatus([4n]),
      p.queue,
      "ERC721NonexistentToken",
      [4n],
    );
  });
});

import { expect } from "chai";
import { encodeFunctionData, parseEther, zeroAddress } from "viem";

import { claim, finalizeQueue, queueStage, request, sumsOf } from "../support/queue-steps.ts";
import { addressOf, same, viem } from "../support/stage.ts";

const ETHER = parseEther("1");

describe("WithdrawalQueue claim", () => {
  async function finalized() {
    const s = await queueStage();
    await request(s, { shares: 4n * ETHER });
    await finalizeQueue(s, { budgetWei: 10n * ETHER });
    return s;
  }

  it("claim pays the owner and burns the ticket", async () => {
    const s = await finalized();
    const [alice] = s.accounts.stakers;
    const { result } = await s.queue.simulate.claim([1n, 0n], { account: addressOf(alice) });
    expect(result).to.equal(4n * ETHER);
    const sent = s.queue.write.claim([1n, 0n], { account: alice.account });
    await viem.assertions.emitWithArgs(sent, s.queue, "Claimed", [1n, same(addressOf(alice)), 4n * ETHER, true]);
    await viem.assertions.emitWithArgs(sent, s.queue, "Transfer", [same(addressOf(alice)), zeroAddress, 1n]);
    await viem.assertions.balancesHaveChanged(sent, [
      { address: addressOf(alice), amount: 4n * ETHER },
      { address: s.queue.address, amount: -4n * ETHER },
    ]);
    expect(await sumsOf(s)).to.include({ lockedWei: 0n, surplusWei: 0n });
    expect(await s.queue.read.balanceOf([addressOf(alice)])).to.equal(0n);
  });

  it("INV-09 claim reverts a second time, and for a ticket that never was", async () => {
    const s = await finalized();
    await claim(s, 1n);
    for (const requestId of [0n, 1n, 2n]) {
      for (const send of [
        () => s.queue.write.claim([requestId, 0n]),
        () => s.queue.read.claimableWei([requestId]),
        () => s.queue.read.claimReceiver([requestId]),
        () => s.queue.read.checkpointHint([requestId]),
      ])
        await viem.assertions.revertWithCustomErrorWithArgs(send(), s.queue, "ERC721NonexistentToken", [requestId]);
    }
  });

  it("claim reverts while nothing is finalised", async () => {
    const s = await queueStage();
    await request(s, { shares: ETHER });
    await request(s, { shares: ETHER });
    const nothing = async (requestId: bigint) => {
      expect(await s.queue.read.claimableWei([requestId])).to.equal(0n);
      await viem.assertions.revertWithCustomErrorWithArgs(
        s.queue.write.claim([requestId, 0n]),
        s.queue,
        "NothingToClaim",
        [requestId],
      );
      await viem.assertions.revertWithCustomErrorWithArgs(
        s.queue.read.checkpointHint([requestId]),
        s.queue,
        "NothingToClaim",
        [requestId],
      );
    };
    await nothing(1n);
    await finalizeQueue(s, { budgetWei: ETHER });
    await nothing(2n);
  });

  describe("in parts", () => {
    it("claim pays what is finalised, keeps the ticket, and pays the rest later", async () => {
      const s = await queueStage();
      const [alice] = s.accounts.stakers;
      await request(s, { shares: 10n * ETHER });
      await finalizeQueue(s, { budgetWei: 3n * ETHER });
      const first = s.queue.write.claim([1n, 0n], { account: alice.account });
      await viem.assertions.emitWithArgs(first, s.queue, "Claimed", [1n, same(addressOf(alice)), 3n * ETHER, false]);
      expect(await s.queue.read.ownerOf([1n])).to.satisfy(same(addressOf(alice)));
      await viem.assertions.revertWithCustomError(s.queue.write.claim([1n, 0n]), s.queue, "NothingToClaim");

      await finalizeQueue(s, { budgetWei: 2n * ETHER });
      await finalizeQueue(s, { budgetWei: ETHER });
      expect(await s.queue.read.claimableWei([1n])).to.equal(3n * ETHER);
      expect(await claim(s, 1n)).to.equal(3n * ETHER);
      await finalizeQueue(s, { budgetWei: 100n * ETHER });
      expect(await claim(s, 1n)).to.equal(4n * ETHER);
      expect(await sumsOf(s)).to.include({ lockedWei: 0n, surplusWei: 0n, balanceWei: 0n });
      await viem.assertions.revertWithCustomError(s.queue.read.ownerOf([1n]), s.queue, "ERC721NonexistentToken");
    });

    it("a new owner of a partly paid ticket gets the rest and no more", async () => {
      const s = await queueStage();
      const [alice, bob] = s.accounts.stakers;
      await request(s, { shares: 10n * ETHER });
      await finalizeQueue(s, { budgetWei: 3n * ETHER });
      await claim(s, 1n);
      await s.queue.write.transferFrom([addressOf(alice), addressOf(bob), 1n], { account: alice.account });
      await finalizeQueue(s, { budgetWei: 100n * ETHER });
      await viem.assertions.balancesHaveChanged(s.queue.write.claim([1n, 0n]), [
        { address: addressOf(bob), amount: 7n * ETHER },
        { address: addressOf(alice), amount: 0n },
      ]);
    });
  });

  describe("hint", () => {
    it("right, wrong and absent hints pay the same", async () => {
      const s = await queueStage();
      for (let i = 0; i < 3; i++) await request(s, { shares: 3n * ETHER });
      for (const budgetWei of [1n, 2n, 1n, 1n, 1n, 1n]) await finalizeQueue(s, { budgetWei: budgetWei * ETHER });
      for (const [requestId, checkpoint] of Object.entries({ 1: 1n, 2: 3n, 3: 6n }))
        expect(await s.queue.read.checkpointHint([BigInt(requestId)])).to.equal(checkpoint);
      for (const [requestId, payoutWei] of Object.entries({ 1: 3n * ETHER, 2: 3n * ETHER, 3: ETHER }))
        for (const hint of [0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n, 2n ** 256n - 1n]) {
          const { result } = await s.queue.simulate.claim([BigInt(requestId), hint]);
          expect(result).to.equal(payoutWei);
        }
    });

    it("checkpointHint moves on with a partly paid ticket", async () => {
      const s = await queueStage();
      await request(s, { shares: 9n * ETHER });
      for (let i = 1n; i <= 3n; i++) {
        await finalizeQueue(s, { budgetWei: ETHER });
        expect(await s.queue.read.checkpointHint([1n])).to.equal(i);
        expect(await claim(s, 1n, i)).to.equal(ETHER);
      }
    });
  });

  describe("by third parties", () => {
    it("anybody may claim for an owner without code, and the owner is paid", async () => {
      const s = await finalized();
      const sent = s.queue.write.claim([1n, 0n], { account: s.accounts.stranger.account });
      await viem.assertions.balancesHaveChanged(sent, [
        { address: addressOf(s.accounts.stakers[0]), amount: 4n * ETHER },
        { address: addressOf(s.accounts.stranger), amount: 0n },
      ]);
    });

    it("INC-32 nobody else may claim for an owner with code, unless it opted in", async () => {
      const s = await queueStage();
      const owner = await viem.deployContract("Payee");
      await request(s, { owner: owner.address, shares: ETHER });
      await finalizeQueue(s, { budgetWei: ETHER });
      const { stranger } = s.accounts;
      const third = () => s.queue.write.claim([1n, 0n], { account: stranger.account });
      const setAllowed = async (allowed: boolean) => {
        const data = encodeFunctionData({ abi: s.queue.abi, functionName: "setThirdPartyClaims", args: [allowed] });
        return owner.write.execute([s.queue.address, 0n, data]);
      };
      const refused = async () =>
        viem.assertions.revertWithCustomErrorWithArgs(third(), s.queue, "ClaimNotAllowed", [
          1n,
          same(addressOf(stranger)),
        ]);
      await refused();
      const sent = setAllowed(true);
      await viem.assertions.emitWithArgs(sent, s.queue, "ThirdPartyClaimsChanged", [same(owner.address), true]);
      expect(await s.queue.read.thirdPartyClaims([owner.address])).to.equal(true);
      await setAllowed(false);
      await refused();
      await setAllowed(true);
      await viem.assertions.balancesHaveChanged(third(), [{ address: owner.address, amount: ETHER }]);
    });

    it("an owner with code may always claim itself", async () => {
      const s = await queueStage();
      const owner = await viem.deployContract("Payee");
      await request(s, { owner: owner.address, shares: ETHER });
      await finalizeQueue(s, { budgetWei: ETHER });
      const data = encodeFunctionData({ abi: s.queue.abi, functionName: "claim", args: [1n, 0n] });
      await viem.assertions.balancesHaveChanged(owner.write.execute([s.queue.address, 0n, data]), [
        { address: owner.address, amount: ETHER },
      ]);
    });

    it("an approved account may not claim for an owner with code", async () => {
      const s = await queueStage();
      const { stranger } = s.accounts;
      const owner = await viem.deployContract("Payee");
      await request(s, { owner: owner.address, shares: ETHER });
      await finalizeQueue(s, { budgetWei: ETHER });
      const args = [addressOf(stranger), true] as const;
      const data = encodeFunctionData({ abi: s.queue.abi, functionName: "setApprovalForAll", args });
      await owner.write.execute([s.queue.address, 0n, data]);
      await viem.assertions.revertWithCustomError(
        s.queue.write.claim([1n, 0n], { account: stranger.account }),
        s.queue,
        "ClaimNotAllowed",
      );
    });
  });
});

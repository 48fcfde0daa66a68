import { expect } from "chai";
import { decodeFunctionResult, encodeFunctionData, parseEther, type Address, type Hex } from "viem";

import { PAYEE_MODE } from "../support/payee-mode.ts";
import { deployEther, finalize, reward, stake, waitForEligibility, withdraw } from "../support/pool-steps.ts";
import { addressOf, same, stage, viem, type Stage } from "../support/stage.ts";

const ETHER = parseEther("1");

describe("WithdrawalQueue claim payees", () => {
  /** Three finalised tickets of one ether: the payee's in the middle. The payee also holds shares and an allowance. */
  async function prepare() {
    const s = await stage();
    const [alice, bob] = s.accounts.stakers;
    const payee = await viem.deployContract("Payee");
    // With a limit, or the estimate would burn all gas many times over.
    const execute = (target: Address, data: Hex) => payee.write.execute([target, 0n, data], { gas: 5_000_000n });
    await stake(s, alice, 20n * ETHER);
    await deployEther(s, 10n ** 9n);
    await s.token.write.transfer([payee.address, 2n * ETHER], { account: alice.account });
    await withdraw(s, alice, ETHER);
    await withdraw(s, alice, ETHER, payee.address);
    await withdraw(s, alice, ETHER, addressOf(bob));
    await waitForEligibility(s);
    await reward(s, -(10n ** 8n));
    await finalize(s);
    const claimData = encodeFunctionData({ abi: s.queue.abi, functionName: "claim", args: [2n, 0n] });
    return { s, alice, bob, payee, execute, claimOwn: () => execute(s.queue.address, claimData) };
  }

  async function othersAreUnaffected(s: Stage) {
    for (const requestId of [1n, 3n]) {
      const amount = await s.queue.read.claimableWei([requestId]);
      const address = await s.queue.read.ownerOf([requestId]);
      expect(Number(amount)).to.be.above(0);
      await viem.assertions.balancesHaveChanged(s.queue.write.claim([requestId, 0n]), [{ address, amount }]);
    }
  }

  for (const [what, mode] of [
    ["refuses", PAYEE_MODE.refuse],
    ["burns all gas", PAYEE_MODE.burnGas],
  ] as const)
    it(`INC-32 a receiver that ${what} harms nobody else, and its ether stays claimable`, async () => {
      const { s, payee, claimOwn, execute, bob } = await prepare();
      await payee.write.setMode([mode]);
      const before = await s.client.getBalance({ address: s.queue.address });
      await viem.assertions.revertWithCustomError(claimOwn(), s.queue, "PaymentRefused");
      expect(await s.client.getBalance({ address: s.queue.address })).to.equal(before);
      await othersAreUnaffected(s);

      const args = [2n, addressOf(bob)] as const;
      await execute(s.queue.address, encodeFunctionData({ abi: s.queue.abi, functionName: "setClaimReceiver", args }));
      const amount = await s.queue.read.claimableWei([2n]);
      await viem.assertions.balancesHaveChanged(claimOwn(), [{ address: addressOf(bob), amount }]);
    });

  it("INC-32 a receiver that refuses is paid when it stops refusing", async () => {
    const { s, payee, claimOwn } = await prepare();
    await payee.write.setMode([PAYEE_MODE.refuse]);
    await viem.assertions.revertWithCustomError(claimOwn(), s.queue, "PaymentRefused");
    await payee.write.setMode([PAYEE_MODE.accept]);
    const amount = await s.queue.read.claimableWei([2n]);
    await viem.assertions.balancesHaveChanged(claimOwn(), [{ address: payee.address, amount }]);
  });

  it("INC-33 INV-19 a receiver that re-enters finds the books closed and the rate as before and after", async () => {
    const { s, alice, payee, claimOwn } = await prepare();
    const { queue, pool, token } = s;
    const call = (target: Address, data: Hex, value = 0n) => ({ target, value, data });
    const view = (functionName: "ethPerShare" | "totalPooledEther") =>
      call(pool.address, encodeFunctionData({ abi: pool.abi, functionName }));
    const ofQueue = (data: Hex) => call(queue.address, data);
    const script = [
      view("ethPerShare"),
      view("totalPooledEther"),
      ofQueue(encodeFunctionData({ abi: queue.abi, functionName: "surplusWei" })),
      ofQueue(encodeFunctionData({ abi: queue.abi, functionName: "claim", args: [2n, 0n] })),
      ofQueue(encodeFunctionData({ abi: queue.abi, functionName: "claimableWei", args: [2n] })),
      ofQueue(encodeFunctionData({ abi: queue.abi, functionName: "setClaimReceiver", args: [2n, payee.address] })),
      ofQueue(
        encodeFunctionData({
          abi: queue.abi,
          functionName: "transferFrom",
          args: [payee.address, addressOf(alice), 2n],
        }),
      ),
      ofQueue(encodeFunctionData({ abi: queue.abi, functionName: "sweepSurplus" })),
      ofQueue(
        encodeFunctionData({
          abi: queue.abi,
          functionName: "request",
          args: [payee.address, payee.address, ETHER, ETHER],
        }),
      ),
      call(pool.address, encodeFunctionData({ abi: pool.abi, functionName: "receiveEther" })),
    ];
    await payee.write.setScript([script]);
    const rate = await pool.read.ethPerShare();
    const pooled = await pool.read.totalPooledEther();
    const amount = await queue.read.claimableWei([2n]);
    await viem.assertions.balancesHaveChanged(claimOwn(), [{ address: payee.address, amount }]);

    const outcomes = await payee.read.outcomes();
    expect(outcomes.map(({ ok }) => ok)).to.deep.equal([true, true, true, ...Array<boolean>(7).fill(false)]);
    const answer = (i: number) => outcomes[i]?.answer ?? "0x";
    expect(decodeFunctionResult({ abi: pool.abi, functionName: "ethPerShare", data: answer(0) })).to.equal(rate);
    expect(decodeFunctionResult({ abi: pool.abi, functionName: "totalPooledEther", data: answer(1) })).to.equal(pooled);
    const surplusWithin = decodeFunctionResult({ abi: queue.abi, functionName: "surplusWei", data: answer(2) });
    expect(surplusWithin).to.equal(await queue.read.surplusWei());
    expect(await token.read.balanceOf([payee.address])).to.equal(2n * ETHER);
    await othersAreUnaffected(s);
  });

  it("INC-33 a receiver that re-enters may claim for another, stake and ask anew, at the same rate", async () => {
    const { s, alice, payee, claimOwn } = await prepare();
    const { queue, pool, token } = s;
    const promised = await pool.read.convertToShares([1_000n]);
    const claimOther = encodeFunctionData({ abi: queue.abi, functionName: "claim", args: [1n, 0n] });
    const stakeData = encodeFunctionData({
      abi: pool.abi,
      functionName: "stake",
      args: [payee.address, promised],
    });
    const transferAndCall = encodeFunctionData({
      abi: token.abi,
      functionName: "transferAndCall",
      args: [pool.address, ETHER],
    });
    await payee.write.setScript([
      [
        { target: queue.address, value: 0n, data: claimOther },
        { target: pool.address, value: 1_000n, data: stakeData },
        { target: token.address, value: 0n, data: transferAndCall },
      ],
    ]);
    const [own, other] = [await queue.read.claimableWei([2n]), await queue.read.claimableWei([1n])];
    await viem.assertions.balancesHaveChanged(claimOwn(), [
      { address: payee.address, amount: own - 1_000n },
      { address: addressOf(alice), amount: other },
    ]);
    expect((await payee.read.outcomes()).map(({ ok }) => ok)).to.deep.equal([true, true, true]);
    expect(await token.read.balanceOf([payee.address])).to.equal(ETHER + promised);
    expect(await queue.read.ownerOf([4n])).to.satisfy(same(payee.address));
    expect(await s.client.getBalance({ address: queue.address })).to.equal(
      (await queue.read.claimableWei([3n])) + (await queue.read.surplusWei()),
    );
  });
});

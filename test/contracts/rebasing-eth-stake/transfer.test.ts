import { expect } from "chai";
import fc from "fast-check";
import { parseEther, parseSignature, zeroAddress } from "viem";

import { FUZZ, FUZZ_TIMEOUT } from "../support/fuzz.ts";
import { setRate } from "../support/pool-steps.ts";
import { rebasingStage } from "../support/rebasing.ts";
import { addressOf, networkHelpers, same, viem } from "../support/stage.ts";

const ETHER = parseEther("1");

describe("RebasingEthStake transfer", () => {
  it("transfer moves the shares that the amount is worth, rounded down", async () => {
    const { s, rebasing, alice, carol, wrap, sharesOf, balanceOf } = await rebasingStage();
    await setRate(s, 7n, 5n);
    await wrap(alice, 10n * ETHER);
    const amountWei = ETHER + 1n;
    const shares = await s.pool.read.convertToShares([amountWei]);
    const sent = rebasing.write.transfer([addressOf(carol), amountWei], { account: alice.account });
    const [from, to] = [same(addressOf(alice)), same(addressOf(carol))];
    await viem.assertions.emitWithArgs(sent, rebasing, "Transfer", [from, to, amountWei]);
    await viem.assertions.emitWithArgs(sent, rebasing, "TransferShares", [from, to, shares]);
    expect(await sharesOf(carol)).to.equal(shares);
    expect(await sharesOf(alice)).to.equal(10n * ETHER - shares);
    expect(Number(amountWei - (await balanceOf(carol)))).to.be.within(0, 2);
  });

  it("transfer of a whole balance, and transferShares of the rest, leave nothing", async () => {
    const { s, rebasing, alice, carol, wrap, sharesOf, balanceOf } = await rebasingStage();
    await setRate(s, 999_999_937n, 700_000_001n);
    await wrap(alice, 10n * ETHER + 1n);
    await rebasing.write.transfer([addressOf(carol), await balanceOf(alice)], { account: alice.account });
    const left = await sharesOf(alice);
    expect(Number(left)).to.be.within(0, 2);
    const args = [addressOf(carol), left] as const;
    const { result } = await rebasing.simulate.transferShares(args, { account: addressOf(alice) });
    expect(result).to.equal(await s.pool.read.convertToAssets([left]));
    await rebasing.write.transferShares(args, { account: alice.account });
    expect(await sharesOf(carol)).to.equal(10n * ETHER + 1n);
  });

  it("transfer and transferShares revert above the balance, to nobody and to the wrapper itself", async () => {
    const { rebasing, alice, carol, wrap } = await rebasingStage();
    await wrap(alice, ETHER);
    const both = (to: `0x${string}`, amount: bigint) => [
      rebasing.write.transfer([to, amount], { account: alice.account }),
      rebasing.write.transferShares([to, amount], { account: alice.account }),
    ];
    for (const sent of both(addressOf(carol), ETHER + 1n))
      await viem.assertions.revertWithCustomErrorWithArgs(sent, rebasing, "ERC20InsufficientBalance", [
        same(addressOf(alice)),
        ETHER,
        ETHER + 1n,
      ]);
    for (const to of [zeroAddress, rebasing.address])
      for (const sent of both(to, 1n))
        await viem.assertions.revertWithCustomErrorWithArgs(sent, rebasing, "ERC20InvalidReceiver", [same(to)]);
  });

  it("INC-12 transferFrom spends an allowance of at least the value that moves, also after a loss", async () => {
    const { s, rebasing, alice, bob, carol, wrap, balanceOf } = await rebasingStage();
    await wrap(alice, 10n * ETHER);
    await setRate(s, 1n, 3n);
    const allowance = () => rebasing.read.allowance([addressOf(alice), addressOf(bob)]);
    await rebasing.write.approve([addressOf(bob), ETHER], { account: alice.account });
    for (const amountWei of [1n, 2n, 12_345_678_901n, ETHER / 3n]) {
      const [allowed, held] = [await allowance(), await balanceOf(alice)];
      await rebasing.write.transferFrom([addressOf(alice), addressOf(carol), amountWei], { account: bob.account });
      expect(allowed - (await allowance())).to.equal(amountWei);
      // Two balances that are rounded down may differ by a wei more than what moved.
      expect(held - (await balanceOf(alice)) <= amountWei + 1n).to.equal(true);
      expect((await balanceOf(carol)) <= ETHER - (await allowance())).to.equal(true);
    }
    await viem.assertions.revertWithCustomError(
      rebasing.write.transferFrom([addressOf(alice), addressOf(carol), ETHER], { account: bob.account }),
      rebasing,
      "ERC20InsufficientAllowance",
    );
  });

  it("permit gives an allowance that its owner signed", async () => {
    const { s, rebasing, alice, bob } = await rebasingStage();
    const deadline = BigInt(await networkHelpers.time.latest()) + 1_000n;
    const field = (name: string, type: string) => ({ name, type });
    const signature = await alice.signTypedData({
      domain: {
        name: "Rebasing ethSTAKE",
        version: "1",
        chainId: await s.client.getChainId(),
        verifyingContract: rebasing.address,
      },
      types: {
        Permit: [
          field("owner", "address"),
          field("spender", "address"),
          field("value", "uint256"),
          field("nonce", "uint256"),
          field("deadline", "uint256"),
        ],
      },
      primaryType: "Permit",
      message: { owner: addressOf(alice), spender: addressOf(bob), value: 7n, nonce: 0n, deadline },
    });
    const { r, s: s_, yParity } = parseSignature(signature);
    await rebasing.write.permit([addressOf(alice), addressOf(bob), 7n, deadline, 27 + yParity, r, s_]);
    expect(await rebasing.read.allowance([addressOf(alice), addressOf(bob)])).to.equal(7n);
    expect(await rebasing.read.nonces([addressOf(alice)])).to.equal(1n);
  });

  it("metadata", async () => {
    const { rebasing } = await rebasingStage();
    const { name, symbol, decimals } = rebasing.read;
    expect([await name(), await symbol(), await decimals()]).to.deep.equal(["Rebasing ethSTAKE", "rbSTAKE", 18]);
  });

  it("INC-11 INC-12 no history of small amounts makes shares, or more ether than was put in", async () => {
    const amounts = fc.oneof(fc.bigInt(1n, 5n), fc.bigInt(1n, ETHER));
    const step = fc.record({
      kind: fc.constantFrom("wrap", "unwrap", "transfer", "rate" as const),
      amount: amounts,
      who: fc.nat(1),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25, size: "max" }), async (history) => {
        const { s, rebasing, alice, bob, wrap, sharesOf, balanceOf } = await rebasingStage();
        const people = [alice, bob];
        for (const { kind, amount, who } of history) {
          const [actor, other] = who === 0 ? [alice, bob] : [bob, alice];
          const { account } = actor;
          const own = await balanceOf(actor);
          const some = amount < own ? amount : own;
          if (kind === "wrap") await wrap(actor, amount);
          if (kind === "unwrap") await rebasing.write.unwrap([some], { account });
          if (kind === "transfer") await rebasing.write.transfer([addressOf(other), some], { account });
          if (kind === "rate") await setRate(s, 900_000_000n + (amount % 200_000_001n), 1_000_000_000n);

          const held = await Promise.all(people.map(sharesOf));
          const balances = await Promise.all(people.map(balanceOf));
          const total = held.reduce((sum, shares) => sum + shares, 0n);
          expect(await rebasing.read.totalShares()).to.equal(total);
          expect(await s.token.read.balanceOf([rebasing.address])).to.equal(total);
          expect(balances[0]! + balances[1]! <= (await rebasing.read.totalSupply())).to.equal(true);
        }
        const outside = await Promise.all(people.map((actor) => s.token.read.balanceOf([addressOf(actor)])));
        const inside = await Promise.all(people.map(sharesOf));
        expect([...outside, ...inside].reduce((sum, shares) => sum + shares, 0n)).to.equal(110n * ETHER);
      }),
      { ...FUZZ, numRuns: Math.ceil(FUZZ.numRuns / 3) },
    );
  }).timeout(FUZZ_TIMEOUT);
});

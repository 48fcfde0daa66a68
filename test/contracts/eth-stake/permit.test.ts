import { expect } from "chai";
import { zeroAddress, zeroHash } from "viem";

import { signPermit } from "../support/permit.ts";
import { addressOf, networkHelpers, same, stage, viem } from "../support/stage.ts";

const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

describe("EthStake permit", () => {
  async function prepare() {
    const s = await stage();
    const [alice, bob, carol] = s.accounts.stakers;
    const deadline = BigInt(await networkHelpers.time.latest()) + 1_000n;
    const terms = { spender: addressOf(bob), shares: 7n, deadline };
    const allowance = () => s.token.read.allowance([addressOf(alice), addressOf(bob)]);
    return { s, alice, bob, carol, deadline, terms, allowance };
  }

  it("permit gives the allowance that the owner signed; anybody may send it, once", async () => {
    const { s, alice, bob, carol, deadline, terms, allowance } = await prepare();
    const { v, r, s: s_ } = await signPermit(s, alice, terms);
    const send = () =>
      s.token.write.permit([addressOf(alice), addressOf(bob), 7n, deadline, v, r, s_], { account: carol.account });
    await viem.assertions.emitWithArgs(send(), s.token, "Approval", [same(addressOf(alice)), same(addressOf(bob)), 7n]);
    expect(await allowance()).to.equal(7n);
    expect(await s.token.read.nonces([addressOf(alice)])).to.equal(1n);
    await viem.assertions.revertWithCustomError(send(), s.token, "PermitSignerMismatch");
  });

  it("permit works up to the second of its deadline", async () => {
    const { s, alice, bob, deadline, terms, allowance } = await prepare();
    const { v, r, s: s_ } = await signPermit(s, alice, terms);
    const args = [addressOf(alice), addressOf(bob), 7n, deadline, v, r, s_] as const;
    const snapshot = await networkHelpers.takeSnapshot();
    await networkHelpers.time.setNextBlockTimestamp(deadline + 1n);
    await viem.assertions.revertWithCustomErrorWithArgs(
      s.token.write.permit(args, { gas: 200_000n }),
      s.token,
      "PermitExpired",
      [deadline],
    );
    await snapshot.restore();
    await networkHelpers.time.setNextBlockTimestamp(deadline);
    await s.token.write.permit(args);
    expect(await allowance()).to.equal(7n);
  });

  it("permit reverts when another signed, or anything was changed", async () => {
    const { s, alice, bob, carol, deadline, terms, allowance } = await prepare();
    const good = await signPermit(s, alice, terms);
    const foreign = await signPermit(s, carol, terms);
    const early = await signPermit(s, alice, { ...terms, nonce: 1n });
    for (const [owner, spender, shares, until, { v, r, s: s_ }] of [
      [alice, bob, 7n, deadline, foreign],
      [alice, bob, 7n, deadline, early],
      [alice, bob, 8n, deadline, good],
      [alice, carol, 7n, deadline, good],
      [carol, bob, 7n, deadline, good],
      [alice, bob, 7n, deadline + 1n, good],
    ] as const)
      await viem.assertions.revertWithCustomErrorWithArgs(
        s.token.write.permit([addressOf(owner), addressOf(spender), shares, until, v, r, s_]),
        s.token,
        "PermitSignerMismatch",
        [() => true, same(addressOf(owner))],
      );
    expect(await allowance()).to.equal(0n);
    expect(await s.token.read.nonces([addressOf(alice)])).to.equal(0n);
  });

  it("permit reverts on what is no signature, also for the zero address", async () => {
    const { s, alice, bob, deadline, terms } = await prepare();
    const { v, r, s: s_ } = await signPermit(s, alice, terms);
    for (const owner of [addressOf(alice), zeroAddress])
      await viem.assertions.revertWithCustomError(
        s.token.write.permit([owner, addressOf(bob), 7n, deadline, 0, zeroHash, zeroHash]),
        s.token,
        "ECDSAInvalidSignature",
      );
    // The other root of the same signature.
    const high = `0x${(CURVE_ORDER - BigInt(s_)).toString(16).padStart(64, "0")}` as const;
    await viem.assertions.revertWithCustomErrorWithArgs(
      s.token.write.permit([addressOf(alice), addressOf(bob), 7n, deadline, 55 - v, r, high]),
      s.token,
      "ECDSAInvalidSignatureS",
      [high],
    );
  });

  it("permit reverts for the zero address as spender", async () => {
    const { s, alice, deadline, terms } = await prepare();
    const { v, r, s: s_ } = await signPermit(s, alice, { ...terms, spender: zeroAddress });
    await viem.assertions.revertWithCustomError(
      s.token.write.permit([addressOf(alice), zeroAddress, 7n, deadline, v, r, s_]),
      s.token,
      "ERC20InvalidSpender",
    );
  });
});

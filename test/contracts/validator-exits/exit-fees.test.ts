import { expect } from "chai";
import { network } from "hardhat";
import { parseEther, type Hex } from "viem";

import { requestFeeWei, setRequestExcess, withdrawalRequestsOf } from "../support/chain-requests.ts";
import { requestExit, requestPartial } from "../support/exits.ts";
import { startProtocol } from "../support/protocol.ts";
import { activeValidators } from "../support/scenarios.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;

const GWEI = 1_000_000_000n;
/** Requests ahead of what the chain takes, and the fee that EIP-7002 derives from it. */
const EXCESS = 100n;
const FEE_WEI = requestFeeWei(EXCESS);

async function withActive() {
  const p = await startProtocol(connection);
  const { pubkeys, owner } = await activeValidators(p, { count: 2, amountGwei: 49n * GWEI });
  const [first, second] = pubkeys as [Hex, Hex];
  const { account } = owner;
  // What 50 ETH were deposited for can give 18 of them.
  const calls = {
    requestExit: (keys: readonly Hex[], maxFeeWei: bigint, value: bigint) =>
      requestExit(p, keys, { by: owner, maxFeeWei, value }),
    requestPartialWithdrawal: (keys: readonly Hex[], maxFeeWei: bigint, value: bigint) =>
      requestPartial(
        p,
        keys,
        keys.map(() => GWEI),
        { by: owner, maxFeeWei, value },
      ),
  };
  return { p, account, first, second, calls };
}

for (const name of ["requestExit", "requestPartialWithdrawal"] as const)
  describe(`ValidatorExits, ${name}, fees`, () => {
    it("INC-35 pays the fee of the moment and refunds the rest to the wei", async () => {
      const { p, account, first, calls } = await networkHelpers.loadFixture(withActive);
      await setRequestExcess(p, EXCESS);
      expect(await p.withdrawalVault.read.withdrawalRequestFeeWei()).to.equal(FEE_WEI);
      const sent = calls[name]([first], FEE_WEI, parseEther("1"));
      await viem.assertions.balancesHaveChanged(sent, [
        { address: account.address, amount: -FEE_WEI },
        { address: p.exits.address, amount: 0n },
        { address: p.manager.address, amount: 0n },
        { address: p.withdrawalVault.address, amount: 0n },
        { address: "0x00000961Ef480Eb55e80D19ad83579A64c007002", amount: FEE_WEI },
      ]);
    });

    it("pays for each request of a call, and takes exactly enough", async () => {
      const { p, account, first, second, calls } = await networkHelpers.loadFixture(withActive);
      await setRequestExcess(p, EXCESS);
      const both = [first, second];
      await viem.assertions.revertWithCustomErrorWithArgs(
        calls[name](both, FEE_WEI, 2n * FEE_WEI - 1n),
        p.exits,
        "FeeNotPaid",
        [2n * FEE_WEI - 1n, 2n * FEE_WEI],
      );
      const sent = calls[name](both, FEE_WEI, 2n * FEE_WEI);
      await viem.assertions.balancesHaveChanged(sent, [{ address: account.address, amount: -2n * FEE_WEI }]);
      expect(await withdrawalRequestsOf(p, await sent)).to.have.lengthOf(2);
    });

    it("INC-35 asks for nothing when the fee is above what the caller would pay", async () => {
      const { p, first, calls } = await networkHelpers.loadFixture(withActive);
      await setRequestExcess(p, EXCESS);
      await viem.assertions.revertWithCustomErrorWithArgs(
        calls[name]([first], FEE_WEI - 1n, parseEther("1")),
        p.exits,
        "FeeTooHigh",
        [FEE_WEI, FEE_WEI - 1n],
      );
      expect(await p.manager.read.requestedGwei()).to.equal(0n);
    });

    it("INC-35 asks for nothing when the request contract takes no requests", async () => {
      const { p, first, calls } = await networkHelpers.loadFixture(withActive);
      // What it holds before its first system call.
      await setRequestExcess(p, 2n ** 256n - 1n);
      await viem.assertions.revertWithCustomError(
        calls[name]([first], 1n, 1n),
        p.withdrawalVault,
        "WithdrawalRequestFailed",
      );
    });
  });

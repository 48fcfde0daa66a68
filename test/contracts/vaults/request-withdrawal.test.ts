import { expect } from "chai";
import { concat, pad, toHex, type Hex } from "viem";

import { SYSTEM_CONTRACTS } from "../../../chain/networks.ts";
import { actAs, addressOf, networkHelpers, same, stage, viem, type Stage } from "../support/stage.ts";

const PUBKEY = pad("0xc0ffee", { size: 48 });
/** Where EIP-7002 keeps its queue: three slots a request, behind four slots of counters. */
const QUEUE_OFFSET = 4;

describe("WithdrawalVault requestWithdrawal", () => {
  it("withdrawalRequestFeeWei answers the fee of EIP-7002", async () => {
    const s = await stage();
    expect(await s.withdrawalVault.read.withdrawalRequestFeeWei()).to.equal(1n);
    // The first slot holds the excess, and the fee is e to the power of a 17th of it: e * e here, rounded down.
    await networkHelpers.setStorageAt(SYSTEM_CONTRACTS.withdrawalRequests, 0n, 34n);
    expect(await s.withdrawalVault.read.withdrawalRequestFeeWei()).to.equal(7n);
  });

  it("withdrawalRequestFeeWei reverts while the system contract takes no requests", async () => {
    const s = await stage();
    await networkHelpers.setStorageAt(SYSTEM_CONTRACTS.withdrawalRequests, 0n, 2n ** 256n - 1n);
    await viem.assertions.revertWithCustomError(
      s.withdrawalVault.read.withdrawalRequestFeeWei(),
      s.withdrawalVault,
      "WithdrawalRequestFailed",
    );
  });

  for (const [what, amountGwei] of [
    ["a full exit", 0n],
    ["a partial withdrawal", 0x0102030405060708n],
  ] as const)
    it(`requestWithdrawal queues ${what} with the vault as source, and pays the fee`, async () => {
      const s = await stage();
      const sent = s.withdrawalVault.write.requestWithdrawal([PUBKEY, amountGwei], {
        account: s.as.manager,
        value: 1n,
      });
      await viem.assertions.balancesHaveChanged(sent, [
        { address: SYSTEM_CONTRACTS.withdrawalRequests, amount: 1n },
        { address: s.withdrawalVault.address, amount: 0n },
      ]);
      expect(await queued(s)).to.deep.equal([
        pad(s.withdrawalVault.address, { size: 32 }).toLowerCase(),
        PUBKEY.slice(0, 66),
        concat([`0x${PUBKEY.slice(66)}`, toHex(amountGwei, { size: 8 }), pad("0x", { size: 8 })]),
      ]);
    });

  it("INC-35 requestWithdrawal reverts below the fee and on a public key of wrong length", async () => {
    const s = await stage();
    await networkHelpers.setStorageAt(SYSTEM_CONTRACTS.withdrawalRequests, 0n, 100n);
    const feeWei = await s.withdrawalVault.read.withdrawalRequestFeeWei();
    for (const [pubkey, value] of [
      [PUBKEY, feeWei - 1n],
      [PUBKEY.slice(0, -2) as Hex, feeWei],
      [`${PUBKEY}00`, feeWei],
      ["0x", feeWei],
    ] as const)
      await viem.assertions.revertWithCustomError(
        s.withdrawalVault.write.requestWithdrawal([pubkey, 0n], { account: s.as.manager, value }),
        s.withdrawalVault,
        "WithdrawalRequestFailed",
      );
    await s.withdrawalVault.write.requestWithdrawal([PUBKEY, 0n], { account: s.as.manager, value: feeWei });
  });

  it("INV-13 requestWithdrawal reverts for everybody but the manager", async () => {
    const s = await stage();
    const { stranger, deployer, roles } = s.accounts;
    const people = [stranger, deployer, ...Object.values(roles)].map(addressOf);
    const contracts = [s.as.registry, s.as.distribution, await actAs(s.pool.address)];
    for (const caller of [...people, ...contracts])
      await viem.assertions.revertWithCustomErrorWithArgs(
        s.withdrawalVault.write.requestWithdrawal([PUBKEY, 0n], { account: caller, value: 1n }),
        s.withdrawalVault,
        "NotProtocol",
        [same(caller)],
      );
  });

  it("MANAGER is who decides about exits", async () => {
    const s = await stage();
    expect(await s.withdrawalVault.read.MANAGER()).to.satisfy(same(s.manager.address));
  });

  /** The first request of the system contract's queue. */
  async function queued({ client }: Stage): Promise<(string | undefined)[]> {
    const address = SYSTEM_CONTRACTS.withdrawalRequests;
    return Promise.all([0, 1, 2].map((i) => client.getStorageAt({ address, slot: toHex(QUEUE_OFFSET + i) })));
  }
});

import { expect } from "chai";
import { pad, slice, type Hex } from "viem";

import { SYSTEM_CONTRACTS } from "../../../chain/networks.ts";
import { actAs, addressOf, networkHelpers, same, stage, viem } from "../support/stage.ts";

const SOURCE = pad("0xc0ffee", { size: 48 });
const TARGET = pad("0xbeef", { size: 48 });

describe("WithdrawalVault requestConsolidation", () => {
  it("consolidationRequestFeeWei answers the fee of EIP-7251", async () => {
    const s = await stage();
    expect(await s.withdrawalVault.read.consolidationRequestFeeWei()).to.equal(1n);
    // The first slot holds the excess, and the fee is e to the power of a 17th of it: e * e here, rounded down.
    await networkHelpers.setStorageAt(SYSTEM_CONTRACTS.consolidationRequests, 0n, 34n);
    expect(await s.withdrawalVault.read.consolidationRequestFeeWei()).to.equal(7n);
  });

  it("consolidationRequestFeeWei reverts while the system contract takes no requests", async () => {
    const s = await stage();
    await networkHelpers.setStorageAt(SYSTEM_CONTRACTS.consolidationRequests, 0n, 2n ** 256n - 1n);
    await viem.assertions.revertWithCustomError(
      s.withdrawalVault.read.consolidationRequestFeeWei(),
      s.withdrawalVault,
      "ConsolidationRequestFailed",
    );
  });

  it("requestConsolidation queues both keys with the vault as source, and pays the fee", async () => {
    const s = await stage();
    const sent = s.withdrawalVault.write.requestConsolidation([SOURCE, TARGET], { account: s.as.manager, value: 1n });
    await viem.assertions.balancesHaveChanged(sent, [
      { address: SYSTEM_CONTRACTS.consolidationRequests, amount: 1n },
      { address: s.withdrawalVault.address, amount: 0n },
    ]);
    const { logs } = await s.client.getTransactionReceipt({ hash: await sent });
    const data = logs[0]?.data ?? "0x";
    expect([slice(data, 0, 20), slice(data, 20, 68), slice(data, 68, 116)]).to.deep.equal([
      s.withdrawalVault.address.toLowerCase(),
      SOURCE,
      TARGET,
    ]);
  });

  it("INC-35 requestConsolidation reverts below the fee and on public keys of wrong length", async () => {
    const s = await stage();
    await networkHelpers.setStorageAt(SYSTEM_CONTRACTS.consolidationRequests, 0n, 100n);
    const feeWei = await s.withdrawalVault.read.consolidationRequestFeeWei();
    const short = SOURCE.slice(0, -2) as Hex;
    for (const [from, to, value] of [
      [SOURCE, TARGET, feeWei - 1n],
      // Together they have the right length.
      [short, `${TARGET}00`, feeWei],
      [`${SOURCE}00`, TARGET.slice(0, -2) as Hex, feeWei],
      ["0x", TARGET, feeWei],
    ] as const)
      await viem.assertions.revertWithCustomError(
        s.withdrawalVault.write.requestConsolidation([from, to], { account: s.as.manager, value }),
        s.withdrawalVault,
        "ConsolidationRequestFailed",
      );
    await s.withdrawalVault.write.requestConsolidation([SOURCE, TARGET], { account: s.as.manager, value: feeWei });
  });

  it("INV-13 requestConsolidation reverts for everybody but the manager", async () => {
    const s = await stage();
    const { stranger, deployer, roles } = s.accounts;
    const people = [stranger, deployer, ...Object.values(roles)].map(addressOf);
    const contracts = [s.as.registry, s.as.distribution, await actAs(s.pool.address), await actAs(s.exits.address)];
    for (const caller of [...people, ...contracts])
      await viem.assertions.revertWithCustomErrorWithArgs(
        s.withdrawalVault.write.requestConsolidation([SOURCE, TARGET], { account: caller, value: 1n }),
        s.withdrawalVault,
        "NotProtocol",
        [same(caller)],
      );
  });
});

import { expect } from "chai";
import { network } from "hardhat";
import { parseEther } from "viem";

import type { BatchKey } from "../../../chain/keys/key-batch.ts";
import { sight } from "../support/beacon.ts";
import { asContract } from "../support/impersonation.ts";
import { fund, predeposit, startProtocol } from "../support/protocol.ts";
import { readyToDeposit } from "../support/scenarios.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;

const GWEI = 1_000_000_000n;
const PAUSE_DEPOSIT = 4;

async function withPredeposits() {
  const p = await startProtocol(connection);
  const batch = await readyToDeposit(p, { count: 2 });
  await predeposit(p, batch);
  return { p, batch, keys: batch.keys as [BatchKey, BatchKey] };
}

describe("ValidatorManager, fund, limits", () => {
  it("INV-06 refuses what the bond does not cover", async () => {
    const { p, batch, keys } = await networkHelpers.loadFixture(withPredeposits);
    // 5.92 ETH of bond left: 1.6 for the unproven one, 4 % of 108 ETH for the other.
    await p.registry.write.requestBondWithdrawal([1, parseEther("14.08")], { account: batch.owner.account });
    await viem.assertions.revertWithCustomErrorWithArgs(
      fund(p, await sight(p, [keys[0]]), 107n * GWEI + 1n),
      p.registry,
      "BondTooSmall",
      [1, parseEther("5.92"), parseEther("5.92") + 40_000_000n],
    );
    await fund(p, await sight(p, [keys[0]]), 107n * GWEI);
  });

  it("refuses more of the pool on one operator than its share, to the gwei", async () => {
    const { p, keys } = await networkHelpers.loadFixture(withPredeposits);
    await p.manager.write.setParameters([{ ...p.parameters.manager, maxOperatorShareBps: 2_500 }], {
      account: p.accounts.roles.PARAMETERS.account,
    });
    // A quarter of 220 ETH.
    await viem.assertions.revertWithCustomErrorWithArgs(
      fund(p, await sight(p, [keys[0]]), 54n * GWEI + 1n),
      p.manager,
      "OperatorShareReached",
      [1, 55n * GWEI + 1n, 55n * GWEI],
    );
    await fund(p, await sight(p, [keys[0]]), 54n * GWEI);
    expect((await p.registry.read.getOperator([1])).fundedGwei).to.equal(55n * GWEI);
  });

  it("refuses more than the buffer has beyond the demand", async () => {
    const { p, keys } = await networkHelpers.loadFixture(withPredeposits);
    const [{ account }] = p.accounts.stakers;
    await p.token.write.approve([p.pool.address, parseEther("180")], { account });
    await p.pool.write.withdraw([parseEther("180"), account.address, 0n], { account });
    await viem.assertions.revertWithCustomErrorWithArgs(
      fund(p, await sight(p, [keys[0]]), 38n * GWEI + 1n),
      p.pool,
      "BufferTooSmall",
      [parseEther("38") + 1_000_000_000n, parseEther("38")],
    );
    await fund(p, await sight(p, [keys[0]]), 38n * GWEI);
    expect(await p.pool.read.depositableWei()).to.equal(0n);
  });

  it("INC-43 refuses while deposits are paused", async () => {
    const { p, keys } = await networkHelpers.loadFixture(withPredeposits);
    await p.pool.write.pause([PAUSE_DEPOSIT, 600], { account: p.accounts.roles.GUARDIAN.account });
    const until = await p.pool.read.pausedUntil([PAUSE_DEPOSIT]);
    await viem.assertions.revertWithCustomErrorWithArgs(
      fund(p, await sight(p, [keys[0]]), 31n * GWEI),
      p.pool,
      "ActionPaused",
      [PAUSE_DEPOSIT, until],
    );
    await networkHelpers.time.increaseTo(until);
    await fund(p, await sight(p, [keys[0]]), 31n * GWEI);
  });

  it("gives a deactivated operator no more ether", async () => {
    const { p, keys } = await networkHelpers.loadFixture(withPredeposits);
    const distribution = await asContract(p, p.distribution);
    const breach = { operatorId: 1, uptimePpm: 1, thresholdPpm: 2, missedGweiEpochs: 0n };
    await p.registry.write.reportDowntime([[1, 2, 3].map((period) => ({ ...breach, period }))], distribution);
    await viem.assertions.revertWithCustomErrorWithArgs(
      fund(p, await sight(p, [keys[0]]), 31n * GWEI),
      p.registry,
      "OperatorNotActive",
      [1],
    );
  });

  it("passes on that the deposit contract takes no less than 1 ETH", async () => {
    const { p, keys } = await networkHelpers.loadFixture(withPredeposits);
    await fund(p, await sight(p, [keys[0]]), 31n * GWEI);
    await viem.assertions.revertWith(
      fund(p, await sight(p, [keys[0]]), GWEI - 1n),
      "DepositContract: deposit value too low",
    );
  });
});

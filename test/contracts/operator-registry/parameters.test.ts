import { expect } from "chai";
import { network } from "hardhat";
import { parseEther } from "viem";

import type { RegistryParameters } from "../../../deploy/parameters/types.ts";
import { startProtocol, type Protocol } from "../support/protocol.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;
const start = () => startProtocol(connection);

const DAYS = 24 * 3600;

const set = (p: Protocol, changes: Partial<RegistryParameters>) =>
  p.registry.write.setParameters([{ ...p.parameters.registry, ...changes }], {
    account: p.accounts.roles.PARAMETERS.account,
  });

describe("OperatorRegistry, setParameters", () => {
  it("begins with those of the deployment", async () => {
    const p = await networkHelpers.loadFixture(start);
    expect(await p.registry.read.parameters()).to.deep.equal(p.parameters.registry);
  });

  it("INC-25 accepts every number at its hard bounds, with an event", async () => {
    const p = await networkHelpers.loadFixture(start);
    const most: RegistryParameters = {
      faultPenaltyWei: parseEther("32"),
      bondMarginWei: parseEther("32"),
      bondRateBps: 10_000,
      clientCapBps: 10_000,
      clientCapFloorGwei: 1_000_000_000_000_000n,
      minBatchAgeSeconds: 90 * DAYS,
      appealWindowSeconds: 90 * DAYS,
      bondExitDelaySeconds: 90 * DAYS,
      exitDeadlineSeconds: 90 * DAYS,
      downtimePenaltyWeiPerEthEpoch: parseEther("0.01"),
      maxDowntimeLockBps: 10_000,
      strikesToDeactivate: 32,
      maxPeriodLockWei: 2n ** 96n - 1n,
      theftPenaltyWei: parseEther("32"),
    };
    const least: RegistryParameters = {
      faultPenaltyWei: parseEther("0.1"),
      bondMarginWei: 0n,
      bondRateBps: 100,
      clientCapBps: 2_000,
      clientCapFloorGwei: 0n,
      minBatchAgeSeconds: 1,
      appealWindowSeconds: 600,
      bondExitDelaySeconds: 600,
      exitDeadlineSeconds: 0,
      downtimePenaltyWeiPerEthEpoch: 0n,
      maxDowntimeLockBps: 0,
      strikesToDeactivate: 1,
      maxPeriodLockWei: 0n,
      theftPenaltyWei: 0n,
    };
    for (const parameters of [most, least]) {
      await viem.assertions.emitWithArgs(set(p, parameters), p.registry, "ParametersChanged", [parameters]);
      expect(await p.registry.read.parameters()).to.deep.equal(parameters);
    }
  });

  it("INC-25 refuses every number beyond them", async () => {
    const p = await networkHelpers.loadFixture(start);
    const long = 90 * DAYS;
    const penalty = parseEther("32");
    for (const [changes, got, least, most] of [
      [{ faultPenaltyWei: penalty + 1n }, penalty + 1n, parseEther("0.1"), penalty],
      [{ faultPenaltyWei: parseEther("0.1") - 1n }, parseEther("0.1") - 1n, parseEther("0.1"), penalty],
      [{ bondMarginWei: penalty + 1n }, penalty + 1n, 0n, penalty],
      [{ bondRateBps: 10_001 }, 10_001n, 100n, 10_000n],
      [{ bondRateBps: 99 }, 99n, 100n, 10_000n],
      [{ clientCapBps: 10_001 }, 10_001n, 2_000n, 10_000n],
      [{ clientCapBps: 1_999 }, 1_999n, 2_000n, 10_000n],
      [{ clientCapFloorGwei: 10n ** 15n + 1n }, 10n ** 15n + 1n, 0n, 10n ** 15n],
      [{ minBatchAgeSeconds: long + 1 }, BigInt(long + 1), 1n, BigInt(long)],
      [{ minBatchAgeSeconds: 0 }, 0n, 1n, BigInt(long)],
      [{ appealWindowSeconds: long + 1 }, BigInt(long + 1), 600n, BigInt(long)],
      [{ appealWindowSeconds: 599 }, 599n, 600n, BigInt(long)],
      [{ appealWindowSeconds: 700, bondExitDelaySeconds: long + 1 }, BigInt(long + 1), 700n, BigInt(long)],
      [{ appealWindowSeconds: 700, bondExitDelaySeconds: 699 }, 699n, 700n, BigInt(long)],
      [{ exitDeadlineSeconds: long + 1 }, BigInt(long + 1), 0n, BigInt(long)],
      [{ downtimePenaltyWeiPerEthEpoch: parseEther("0.01") + 1n }, parseEther("0.01") + 1n, 0n, parseEther("0.01")],
      [{ maxDowntimeLockBps: 10_001 }, 10_001n, 0n, 10_000n],
      [{ strikesToDeactivate: 33 }, 33n, 1n, 32n],
      [{ strikesToDeactivate: 0 }, 0n, 1n, 32n],
      [{ theftPenaltyWei: penalty + 1n }, penalty + 1n, 0n, penalty],
    ] as [Partial<RegistryParameters>, bigint, bigint, bigint][])
      await viem.assertions.revertWithCustomErrorWithArgs(set(p, changes), p.registry, "ParameterOutOfBounds", [
        got,
        least,
        most,
      ]);
    expect(await p.registry.read.parameters()).to.deep.equal(p.parameters.registry);
  });
});

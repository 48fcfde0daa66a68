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
      minBatchAgeSeconds: 90 * DAYS,
      appealWindowSeconds: 90 * DAYS,
      bondExitDelaySeconds: 90 * DAYS,
      exitDeadlineSeconds: 90 * DAYS,
      downtimePenaltyWeiPerEthEpoch: parseEther("0.01"),
      maxDowntimeLockBps: 10_000,
      maxPeriodLockWei: 2n ** 96n - 1n,
      strikesToDeactivate: 255,
    };
    const least: RegistryParameters = {
      faultPenaltyWei: 0n,
      bondMarginWei: 0n,
      bondRateBps: 0,
      minBatchAgeSeconds: 0,
      appealWindowSeconds: 600,
      bondExitDelaySeconds: 600,
      exitDeadlineSeconds: 0,
      downtimePenaltyWeiPerEthEpoch: 0n,
      maxDowntimeLockBps: 0,
      maxPeriodLockWei: 0n,
      strikesToDeactivate: 1,
    };
    for (const parameters of [most, least]) {
      await viem.assertions.emitWithArgs(set(p, parameters), p.registry, "ParametersChanged", [parameters]);
      expect(await p.registry.read.parameters()).to.deep.equal(parameters);
    }
  });

  it("INC-25 refuses every number beyond them", async () => {
    const p = await networkHelpers.loadFixture(start);
    const long = 90 * DAYS;
    for (const [changes, got, bound] of [
      [{ faultPenaltyWei: parseEther("32") + 1n }, parseEther("32") + 1n, parseEther("32")],
      [{ bondMarginWei: parseEther("32") + 1n }, parseEther("32") + 1n, parseEther("32")],
      [{ bondRateBps: 10_001 }, 10_001n, 10_000n],
      [{ minBatchAgeSeconds: long + 1 }, BigInt(long + 1), BigInt(long)],
      [{ appealWindowSeconds: long + 1 }, BigInt(long + 1), BigInt(long)],
      [{ bondExitDelaySeconds: long + 1 }, BigInt(long + 1), BigInt(long)],
      [{ exitDeadlineSeconds: long + 1 }, BigInt(long + 1), BigInt(long)],
      [{ downtimePenaltyWeiPerEthEpoch: parseEther("0.01") + 1n }, parseEther("0.01") + 1n, parseEther("0.01")],
      [{ maxDowntimeLockBps: 10_001 }, 10_001n, 10_000n],
      [{ appealWindowSeconds: 599 }, 599n, 600n],
      [{ appealWindowSeconds: 700, bondExitDelaySeconds: 699 }, 699n, 700n],
      [{ strikesToDeactivate: 0 }, 0n, 1n],
    ] as [Partial<RegistryParameters>, bigint, bigint][])
      await viem.assertions.revertWithCustomErrorWithArgs(set(p, changes), p.registry, "ParameterOutOfBounds", [
        got,
        bound,
      ]);
    expect(await p.registry.read.parameters()).to.deep.equal(p.parameters.registry);
  });
});

import { expect } from "chai";
import { network } from "hardhat";

import type { ManagerParameters } from "../../../deploy/parameters/types.ts";
import { depositDomain } from "../../support/deposit-signing.ts";
import { startProtocol, type Protocol } from "../support/protocol.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;
const start = () => startProtocol(connection);

const DAYS = 24 * 3600;
const GWEI = 1_000_000_000n;

const set = (p: Protocol, changes: Partial<ManagerParameters>) =>
  p.manager.write.setParameters([{ ...p.parameters.manager, ...changes }], {
    account: p.accounts.roles.PARAMETERS.account,
  });

describe("ValidatorManager, setParameters", () => {
  it("begins with those of the deployment, and knows its chain", async () => {
    const p = await networkHelpers.loadFixture(start);
    expect(await p.manager.read.parameters()).to.deep.equal(p.parameters.manager);
    expect(await p.manager.read.depositDomain()).to.equal(depositDomain(p.chain.genesisForkVersion));
  });

  it("INC-25 accepts every number at its hard bounds, with an event", async () => {
    const p = await networkHelpers.loadFixture(start);
    const most: ManagerParameters = {
      maxStock: 1024,
      maxStockPerOperator: 1024,
      maxOperatorShareBps: 10_000,
      maxProofAgeSeconds: 3600,
      minPartialGwei: 32n * GWEI,
      exitRetrySeconds: 30 * DAYS,
      slashedLockBps: 10_000,
      turnGwei: 64n * 2048n * GWEI,
    };
    const least: ManagerParameters = {
      maxStock: 1,
      maxStockPerOperator: 1,
      maxOperatorShareBps: 100,
      maxProofAgeSeconds: 600,
      minPartialGwei: 1n,
      exitRetrySeconds: 32 * p.chain.secondsPerSlot,
      slashedLockBps: 3,
      turnGwei: 31n * GWEI,
    };
    for (const parameters of [most, least]) {
      await viem.assertions.emitWithArgs(set(p, parameters), p.manager, "ParametersChanged", [parameters]);
      expect(await p.manager.read.parameters()).to.deep.equal(parameters);
    }
  });

  it("INC-25 refuses every number beyond them", async () => {
    const p = await networkHelpers.loadFixture(start);
    const retry = [BigInt(32 * p.chain.secondsPerSlot), BigInt(30 * DAYS)] as const;
    const bounds = {
      maxStock: [1n, 1024n],
      maxStockPerOperator: [1n, BigInt(p.parameters.manager.maxStock)],
      maxOperatorShareBps: [100n, 10_000n],
      maxProofAgeSeconds: [600n, 3600n],
      minPartialGwei: [1n, 32n * GWEI],
      exitRetrySeconds: retry,
      slashedLockBps: [3n, 10_000n],
      turnGwei: [31n * GWEI, 64n * 2048n * GWEI],
    } as const satisfies Record<keyof ManagerParameters, readonly [bigint, bigint]>;
    for (const [name, [least, most]] of Object.entries(bounds))
      for (const got of [least - 1n, most + 1n]) {
        const value = name.endsWith("Gwei") ? got : Number(got);
        await viem.assertions.revertWithCustomErrorWithArgs(
          set(p, { [name]: value }),
          p.manager,
          "ParameterOutOfBounds",
          [got, least, most],
        );
      }
    expect(await p.manager.read.parameters()).to.deep.equal(p.parameters.manager);
  });
});

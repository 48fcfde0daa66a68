import { expect } from "chai";
import { network } from "hardhat";

import type { ManagerParameters } from "../../../deploy/parameters/types.ts";
import { depositDomain } from "../../support/deposit-signing.ts";
import { startProtocol, type Protocol } from "../support/protocol.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;
const start = () => startProtocol(connection);

const DAYS = 24 * 3600;

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
      maxStock: 65_535,
      maxStockPerOperator: 65_535,
      maxOperatorShareBps: 10_000,
      maxProofAgeSeconds: 3600,
      minPartialGwei: 32_000_000_000n,
      exitRetrySeconds: 30 * DAYS,
    };
    const least: ManagerParameters = {
      maxStock: 0,
      maxStockPerOperator: 0,
      maxOperatorShareBps: 0,
      maxProofAgeSeconds: 0,
      minPartialGwei: 1n,
      exitRetrySeconds: 0,
    };
    for (const parameters of [most, least]) {
      await viem.assertions.emitWithArgs(set(p, parameters), p.manager, "ParametersChanged", [parameters]);
      expect(await p.manager.read.parameters()).to.deep.equal(parameters);
    }
  });

  it("INC-25 refuses every number beyond them", async () => {
    const p = await networkHelpers.loadFixture(start);
    for (const [changes, got, bound] of [
      [{ maxOperatorShareBps: 10_001 }, 10_001n, 10_000n],
      [{ maxProofAgeSeconds: 3601 }, 3601n, 3600n],
      [{ minPartialGwei: 0n }, 0n, 32_000_000_000n],
      [{ minPartialGwei: 32_000_000_001n }, 32_000_000_001n, 32_000_000_000n],
      [{ exitRetrySeconds: 30 * DAYS + 1 }, BigInt(30 * DAYS + 1), BigInt(30 * DAYS)],
    ] as [Partial<ManagerParameters>, bigint, bigint][])
      await viem.assertions.revertWithCustomErrorWithArgs(set(p, changes), p.manager, "ParameterOutOfBounds", [
        got,
        bound,
      ]);
    expect(await p.manager.read.parameters()).to.deep.equal(p.parameters.manager);
  });
});

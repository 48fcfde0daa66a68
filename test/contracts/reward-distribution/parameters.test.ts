import { expect } from "chai";
import { network } from "hardhat";
import { encodeFunctionData, parseEther, zeroHash } from "viem";

import type { DistributionParameters } from "../../../deploy/parameters/types.ts";
import { initializeArguments } from "../../../deploy/arguments.ts";
import { startProtocol, type Protocol } from "../support/protocol.ts";
import { timeOfSlot } from "../support/settlement.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;
const start = () => startProtocol(connection);

const set = (p: Protocol, changes: Partial<DistributionParameters>) =>
  p.distribution.write.setParameters([{ ...p.parameters.distribution, ...changes }], {
    account: p.accounts.roles.PARAMETERS.account,
  });

describe("RewardDistribution, setParameters", () => {
  it("begins with those of the deployment, and knows its chain", async () => {
    const p = await networkHelpers.loadFixture(start);
    const { distribution } = p;
    expect(await distribution.read.parameters()).to.deep.equal(p.parameters.distribution);
    expect(await distribution.read.genesisTime()).to.equal(BigInt(p.chain.genesisTime));
    expect(await distribution.read.secondsPerSlot()).to.equal(BigInt(p.chain.secondsPerSlot));
    expect(await distribution.read.slotsPerFrame()).to.equal(p.parameters.frame.slotsPerFrame);
    expect(await distribution.read.framesPerPeriod()).to.equal(p.parameters.frame.framesPerPeriod);
    expect(await distribution.read.lastRefSlot()).to.equal(p.start.refSlot);
    expect(await distribution.read.lastCutoffTimestamp()).to.equal(timeOfSlot(p, p.start.refSlot));
    expect(await distribution.read.cumulativeFeeShares()).to.equal(0n);
    expect(await distribution.read.pendingRoot()).to.deep.equal([`0x${"00".repeat(32)}`, 0n, 0]);
  });

  it("INC-25 accepts every number at its hard bounds, with an event", async () => {
    const p = await networkHelpers.loadFixture(start);
    const most = {
      operatorFeeBps: 1_000,
      maxYearlyGrowthBps: 10_000_000,
      maxLossBps: 1_000,
      claimDelaySeconds: 384,
      maxCoverBps: 10_000,
      staleFrames: 30,
      staleHaircutBps: 2_000,
      staleDailyWei: parseEther("1000000"),
    };
    const least = {
      operatorFeeBps: 0,
      maxYearlyGrowthBps: 0,
      maxLossBps: 0,
      claimDelaySeconds: 0,
      maxCoverBps: 0,
      staleFrames: 2,
      staleHaircutBps: 0,
      staleDailyWei: 0n,
    };
    for (const parameters of [most, least]) {
      await viem.assertions.emitWithArgs(set(p, parameters), p.distribution, "ParametersChanged", [parameters]);
      expect(await p.distribution.read.parameters()).to.deep.equal(parameters);
    }
  });

  it("INC-25 refuses every number beyond them", async () => {
    const p = await networkHelpers.loadFixture(start);
    for (const [changes, got, min, max] of [
      [{ operatorFeeBps: 1_001 }, 1_001n, 0n, 1_000n],
      [{ maxYearlyGrowthBps: 10_000_001 }, 10_000_001n, 0n, 10_000_000n],
      [{ maxLossBps: 1_001 }, 1_001n, 0n, 1_000n],
      [{ claimDelaySeconds: 385 }, 385n, 0n, 384n],
      [{ maxCoverBps: 10_001 }, 10_001n, 0n, 10_000n],
      [{ staleFrames: 1 }, 1n, 2n, 30n],
      [{ staleFrames: 31 }, 31n, 2n, 30n],
      // Who leaves without a report must not leave better than with the worst one.
      [{ maxLossBps: 600, staleHaircutBps: 599 }, 599n, 600n, 2_000n],
      [{ staleHaircutBps: 2_001 }, 2_001n, 500n, 2_000n],
      [{ staleDailyWei: parseEther("1000000") + 1n }, parseEther("1000000") + 1n, 0n, parseEther("1000000")],
    ] as const)
      await viem.assertions.revertWithCustomErrorWithArgs(set(p, changes), p.distribution, "ParameterOutOfBounds", [
        got,
        min,
        max,
      ]);
    expect(await p.distribution.read.parameters()).to.deep.equal(p.parameters.distribution);
  });

  it("refuses to begin off the grid of frames", async () => {
    const p = await networkHelpers.loadFixture(start);
    const refSlot = p.start.refSlot + 1n;
    const [init] = initializeArguments(
      { authority: p.accessManager.address, committee: p.committee.address },
      { ...p.start, refSlot },
      p.parameters,
    ).distribution;
    const data = encodeFunctionData({ abi: p.distribution.abi, functionName: "initialize", args: [init] });
    await viem.assertions.revertWithCustomErrorWithArgs(
      viem.deployContract("ERC1967Proxy", [p.implementations.distribution.address, data]).then(() => zeroHash),
      p.distribution,
      "OffGrid",
      [refSlot],
    );
  });
});

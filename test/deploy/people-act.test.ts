import { expect } from "chai";
import { encodeFunctionData, keccak256, stringToHex, type Address } from "viem";

import { stakingPoolAbi } from "../../chain/abi/StakingPool.ts";
import { accessManagerAbi, timelockAbi } from "../../deploy/abi.ts";
import { decisionOf } from "../../deploy/administration/timelock-calls.ts";
import { devnetAccounts } from "../../deploy/devnet-people.ts";
import { contractOf, deployOnTestNetwork, type Deployed } from "./support/deployed.ts";
import { revertOf } from "./support/reverts.ts";
import { callAsSafe, type SafeCall } from "./support/safe.ts";

const PAUSE_STAKE = 1;
const HOUR = 3_600;
const SALT = keccak256(stringToHex("a decision"));

describe("the people of a deployment", () => {
  let deployed: Deployed;
  let beginning: `0x${string}`;
  before(async () => (deployed = await deployOnTestNetwork()));
  after(() => deployed?.stop());
  beforeEach(async () => (beginning = await deployed.client.snapshot()));
  afterEach(() => deployed.client.revert({ id: beginning }));

  const asAdministrator = (call: SafeCall) =>
    callAsSafe(
      deployed.client,
      contractOf(deployed, "administrator"),
      firstTwo(devnetAccounts.administratorOwners()),
      call,
    );
  const asGuardian = (call: SafeCall) =>
    callAsSafe(deployed.client, contractOf(deployed, "guardian"), firstTwo(devnetAccounts.guardianOwners()), call);
  const readCap = async () => {
    const read = { address: deployed.contracts.pool, abi: stakingPoolAbi, functionName: "limits" } as const;
    return (await deployed.client.readContract(read)).stakeCapWei;
  };
  const pass = async (seconds: number) => {
    await deployed.client.increaseTime({ seconds });
    await deployed.client.mine({ blocks: 1 });
  };
  /** Setting the stake cap to 1 wei above what it was. */
  const newCap = () => {
    const { parameters, contracts } = deployed;
    const limits = { ...parameters.pool, stakeCapWei: parameters.pool.stakeCapWei + 1n };
    return {
      limits,
      target: contracts.pool,
      data: encodeFunctionData({ abi: stakingPoolAbi, functionName: "setLimits", args: [limits] }),
    };
  };
  const decision = () =>
    decisionOf({
      ...newCap(),
      timelock: contractOf(deployed, "timelock"),
      accessManager: deployed.contracts.accessManager,
      salt: SALT,
      timelockSeconds: deployed.parameters.delays.timelockSeconds,
      roleSeconds: deployed.parameters.delays.roleSeconds.PARAMETERS,
    });
  /** The Safe reports a call that failed inside as GS013. */
  const fails = (action: Promise<unknown>) =>
    action.then(
      () => "nothing",
      (error: Error) => /GS\d+/.exec(error.message)?.[0],
    );

  it("let the guardian's multisig pause, at once", async () => {
    const { client, contracts } = deployed;
    const data = encodeFunctionData({ abi: stakingPoolAbi, functionName: "pause", args: [PAUSE_STAKE, HOUR] });
    const { status } = await asGuardian({ to: contracts.pool, data });
    expect(status).to.equal("success");
    const { timestamp } = await client.getBlock();
    const read = { address: contracts.pool, abi: stakingPoolAbi, functionName: "pausedUntil" } as const;
    expect(await client.readContract({ ...read, args: [PAUSE_STAKE] })).to.equal(Number(timestamp) + HOUR);
    expect(await revertOf(client, stakeCall(), stakingPoolAbi)).to.equal("ActionPaused");
  });

  it("do not let one owner of the guardian's multisig pause alone", async () => {
    const data = encodeFunctionData({ abi: stakingPoolAbi, functionName: "pause", args: [PAUSE_STAKE, HOUR] });
    const [one] = devnetAccounts.guardianOwners();
    const alone = callAsSafe(deployed.client, contractOf(deployed, "guardian"), one ? [one] : [], {
      to: deployed.contracts.pool,
      data,
    });
    // GS020: signatures data too short.
    expect(await fails(alone)).to.equal("GS020");
  });

  it("change a number through the timelock, after both delays and no sooner", async () => {
    const { timelockSeconds, roleSeconds } = deployed.parameters.delays;
    const { schedule, announce, execute } = decision();
    const before = await readCap();
    for (const call of schedule) await asAdministrator(call);

    expect(await fails(asAdministrator(announce))).to.equal("GS013");
    await pass(timelockSeconds);
    await asAdministrator(announce);
    expect(await fails(asAdministrator(execute))).to.equal("GS013");
    expect(await readCap()).to.equal(before);

    await pass(roleSeconds.PARAMETERS);
    await asAdministrator(execute);
    expect(await readCap()).to.equal(before + 1n);
  });

  it("cannot schedule with less than the timelock's delay", async () => {
    const { schedule } = decisionOf({
      ...newCap(),
      timelock: contractOf(deployed, "timelock"),
      accessManager: deployed.contracts.accessManager,
      salt: SALT,
      timelockSeconds: deployed.parameters.delays.timelockSeconds - 1,
      roleSeconds: 0,
    });
    const call = { from: contractOf(deployed, "administrator"), ...schedule[0] };
    expect(await revertOf(deployed.client, call, timelockAbi)).to.equal("TimelockInsufficientDelay");
  });

  it("cannot change a number past the timelock", async () => {
    const { target, data } = newCap();
    const call = { from: contractOf(deployed, "administrator"), to: target, data };
    expect(await revertOf(deployed.client, call, accessManagerAbi)).to.equal("AccessManagedUnauthorized");
  });

  it("let the guardian cancel what waits in the timelock", async () => {
    const { client } = deployed;
    const timelock = { address: contractOf(deployed, "timelock"), abi: timelockAbi } as const;
    const { schedule, announce } = decision();
    const { logs } = await asAdministrator(schedule[0]);
    const id = logs.find(({ address }) => address.toLowerCase() === timelock.address.toLowerCase())?.topics[1] ?? "0x";
    const data = encodeFunctionData({ abi: timelockAbi, functionName: "cancel", args: [id] });
    expect(await revertOf(client, { from: stranger, to: timelock.address, data }, timelockAbi)).to.equal(
      "AccessControlUnauthorizedAccount",
    );
    await asGuardian({ to: timelock.address, data });
    await pass(deployed.parameters.delays.timelockSeconds);
    expect(await fails(asAdministrator(announce))).to.equal("GS013");
  });

  it("let the guardian cancel what the AccessManager has announced", async () => {
    const { timelockSeconds, roleSeconds } = deployed.parameters.delays;
    const { schedule, announce, execute } = decision();
    for (const call of schedule) await asAdministrator(call);
    await pass(timelockSeconds);
    await asAdministrator(announce);

    const { target, data } = newCap();
    const args = [contractOf(deployed, "timelock"), target, data] as const;
    const cancel = encodeFunctionData({ abi: accessManagerAbi, functionName: "cancel", args });
    await asGuardian({ to: deployed.contracts.accessManager, data: cancel });

    await pass(roleSeconds.PARAMETERS);
    expect(await fails(asAdministrator(execute))).to.equal("GS013");
  });

  const stranger: Address = "0x000000000000000000000000000000000000dEaD";
  const stakeCall = () => ({
    from: devnetAccounts.deployer().address,
    to: deployed.contracts.pool,
    data: encodeFunctionData({ abi: stakingPoolAbi, functionName: "stake", args: [stranger, 0n] }),
    value: 1n,
  });
});

function firstTwo<T>(owners: readonly T[]): T[] {
  return owners.slice(0, 2);
}

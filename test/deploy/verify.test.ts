import { expect } from "chai";
import { encodeFunctionData, getAddress, pad, parseAbi, parseEther, type Address, type Hex } from "viem";
import { privateKeyToAccount } from "viem/accounts";

import { accessManagerAbi, timelockAbi } from "../../deploy/abi.ts";
import { ROLES, assignments } from "../../deploy/roles.ts";
import { IMPLEMENTATION_SLOT, verifyHandOver } from "../../deploy/verify.ts";
import { thrownBy } from "../chain/support/thrown.ts";
import { contractOf, deployOnTestNetwork, type Deployed } from "./support/deployed.ts";
import { DEPLOYER_KEY } from "./support/network.ts";

const DEPLOYER = privateKeyToAccount(DEPLOYER_KEY).address;
const administrationAbi = [...accessManagerAbi, ...parseAbi(["function revokeRole(uint64 roleId, address account)"])];
const SEED: Address = "0x000000000000000000000000000000000000bEEF";

describe("the check of a hand-over", () => {
  let deployed: Deployed;
  let beginning: Hex;
  before(async () => (deployed = await deployOnTestNetwork()));
  after(() => deployed?.stop());
  beforeEach(async () => (beginning = await deployed.client.snapshot()));
  afterEach(() => deployed.client.revert({ id: beginning }));

  const verify = () => {
    const { client, contracts, parameters } = deployed;
    const { executionVault, ...rest } = contracts;
    const addresses = {
      ...rest,
      executionRewardsVault: executionVault,
      seed: SEED,
      administrator: contractOf(deployed, "administrator"),
      guardian: contractOf(deployed, "guardian"),
      timelock: contractOf(deployed, "timelock"),
      coverFund: contractOf(deployed, "coverFund"),
      beaconProofs: contractOf(deployed, "beaconProofs"),
      depositVerifier: contractOf(deployed, "depositVerifier"),
      rebasingEthStake: contractOf(deployed, "rebasingEthStake"),
      asyncRedeem: contractOf(deployed, "asyncRedeem"),
    };
    return verifyHandOver({ client, addresses, deployer: DEPLOYER, delays: parameters.delays, fromBlock: 0n });
  };
  const problems = async () => (await thrownBy(verify)).details["problems"] as string[];

  /** What the administrator could do by mistake: a call of the AccessManager, after the delay of its role. */
  const administrate = async (data: Hex) => {
    const { client, contracts, parameters } = deployed;
    const to = contracts.accessManager;
    const account = contractOf(deployed, "timelock");
    await client.impersonateAccount({ address: account });
    await client.setBalance({ address: account, value: parseEther("1") });
    const schedule = encodeFunctionData({ abi: administrationAbi, functionName: "schedule", args: [to, data, 0] });
    await client.sendTransaction({ to, data: schedule, account, chain: null });
    await client.increaseTime({ seconds: parameters.delays.roleSeconds.ADMIN });
    await client.sendTransaction({ to, data, account, chain: null });
  };

  it("passes a complete one", () => verify());

  it("INC-42: finds a role that the deployer has kept", async () => {
    const args = [ROLES.ADMIN.id, DEPLOYER, 0] as const;
    await administrate(encodeFunctionData({ abi: administrationAbi, functionName: "grantRole", args }));
    expect(await problems()).to.deep.equal([
      `0 ${DEPLOYER} 0 holds a role that it should not have (role, account, delay)`,
    ]);
  });

  it("finds a role that nobody holds", async () => {
    const args = [ROLES.GUARDIAN.id, contractOf(deployed, "guardian")] as const;
    await administrate(encodeFunctionData({ abi: administrationAbi, functionName: "revokeRole", args }));
    expect((await problems()).join()).to.include("does not hold its role");
  });

  it("finds a function that needs another role", async () => {
    const [line] = assignments();
    const args = [deployed.contracts.pool, line?.selectors ?? [], ROLES.GUARDIAN.id] as const;
    await administrate(encodeFunctionData({ abi: administrationAbi, functionName: "setTargetFunctionRole", args }));
    expect(await problems()).to.deep.equal([
      "pool.setLimits needs role 3 instead of PARAMETERS",
      "pool.setStakeCapSchedule needs role 3 instead of PARAMETERS",
    ]);
  });

  it("INC-42: finds a role of the timelock that the deployer has kept", async () => {
    const address = contractOf(deployed, "timelock");
    const abi = timelockAbi;
    await deployed.client.impersonateAccount({ address });
    await deployed.client.setBalance({ address, value: parseEther("1") });
    const role = await deployed.client.readContract({ address, abi, functionName: "PROPOSER_ROLE" });
    const args = [role, DEPLOYER] as const;
    await deployed.client.writeContract({
      address,
      abi,
      functionName: "grantRole",
      args,
      account: address,
      chain: null,
    });
    expect(await problems()).to.deep.equal([
      `PROPOSER_ROLE ${DEPLOYER} holds a role of the timelock that it should not have`,
    ]);
  });

  it("finds a proxy that is still a seed", async () => {
    const { client, contracts } = deployed;
    await client.setStorageAt({ address: contracts.manager, index: IMPLEMENTATION_SLOT, value: pad(SEED) });
    expect(await problems()).to.deep.equal(["the proxy of manager is still a seed"]);
  });

  it("finds wrappers of another token", async () => {
    const { client, contracts } = deployed;
    const beside = ["rebasingEthStake", "asyncRedeem"].map((name) => contractOf(deployed, name));
    for (const address of beside) {
      const code = (await client.getCode({ address })) ?? "0x";
      const changed = code.replaceAll(contracts.token.slice(2).toLowerCase(), SEED.slice(2).toLowerCase()) as Hex;
      await client.setCode({ address, bytecode: changed });
    }
    expect(await problems()).to.deep.equal([
      `rebasingEthStake wraps ${getAddress(SEED)} instead of the token`,
      `asyncRedeem redeems ${getAddress(SEED)} instead of the token`,
    ]);
  });
});

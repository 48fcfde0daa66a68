import { expect } from "chai";
import { parseEther } from "viem";
import { privateKeyToAccount } from "viem/accounts";

import { asyncRedeemAbi } from "../../chain/abi/AsyncRedeem.ts";
import { ethStakeAbi } from "../../chain/abi/EthStake.ts";
import { oracleCommitteeAbi } from "../../chain/abi/OracleCommittee.ts";
import { rebasingEthStakeAbi } from "../../chain/abi/RebasingEthStake.ts";
import { rewardDistributionAbi } from "../../chain/abi/RewardDistribution.ts";
import { stakingPoolAbi } from "../../chain/abi/StakingPool.ts";
import { safeAbi } from "../../deploy/abi.ts";
import { devnetPeople } from "../../deploy/devnet-people.ts";
import { MANAGED_ABIS, MANAGED_CONTRACTS } from "../../deploy/roles.ts";
import { contractOf, deployOnTestNetwork, type Deployed } from "./support/deployed.ts";
import { DEPLOYER_KEY } from "./support/network.ts";

const FRAME_SLOTS = 64;

describe("a deployment", () => {
  let deployed: Deployed;
  before(async () => (deployed = await deployOnTestNetwork()));
  after(() => deployed?.stop());

  it("tells every transaction, and no other", async () => {
    const { steps, client, deployment } = deployed;
    const sent = await client.getTransactionCount({ address: privateKeyToAccount(DEPLOYER_KEY).address });
    expect(steps).to.have.lengthOf(sent);
    expect(steps.at(-1)).to.equal(`${sent}/${sent} HandOver`);
    expect(deployment.deployedAtBlock).to.equal(0);
  });

  it("writes an address with code for every contract", async () => {
    for (const [name, address] of Object.entries(deployed.contracts))
      expect(await deployed.client.getCode({ address }), name).to.match(/^0x.{10}/);
  });

  it("locks the first shares for ever", async () => {
    const { pool, token } = deployed.contracts;
    const read = { address: pool, abi: stakingPoolAbi } as const;
    const { initialLockedWei } = deployed.parameters;
    expect(await deployed.client.readContract({ ...read, functionName: "totalPooledEther" })).to.equal(
      initialLockedWei,
    );
    expect(await deployed.client.readContract({ ...read, functionName: "totalShares" })).to.equal(initialLockedWei);
    const locked = { address: token, abi: ethStakeAbi, functionName: "balanceOf", args: [token] } as const;
    expect(await deployed.client.readContract(locked)).to.equal(initialLockedWei);
  });

  it("gives every contract its numbers", async () => {
    const { client, contracts, parameters } = deployed;
    const limits = await client.readContract({ address: contracts.pool, abi: stakingPoolAbi, functionName: "limits" });
    expect(limits).to.deep.equal(parameters.pool);
    for (const part of ["queue", "registry", "manager", "distribution"] as const) {
      const call = { address: contracts[part], abi: MANAGED_ABIS[part], functionName: "parameters" } as const;
      expect(await client.readContract(call), part).to.deep.equal(parameters[part]);
    }
  });

  it("begins at the end of the last whole frame", async () => {
    const { client, contracts, deployment } = deployed;
    const read = { address: contracts.distribution, abi: rewardDistributionAbi } as const;
    const refSlot = Number(await client.readContract({ ...read, functionName: "lastRefSlot" }));
    const { timestamp } = await client.getBlock();
    const slot = Math.floor((Number(timestamp) - deployment.genesisTime) / 12);
    expect((refSlot + 1) % FRAME_SLOTS).to.equal(0);
    expect(slot - refSlot).to.be.within(1, FRAME_SLOTS);
    expect(await client.readContract({ ...read, functionName: "slotsPerFrame" })).to.equal(BigInt(FRAME_SLOTS));
    expect(await client.readContract({ ...read, functionName: "committeeFor", args: [BigInt(refSlot + 64)] })).to.equal(
      contracts.committee,
    );
  });

  it("makes the Safes and the committee of the people", async () => {
    const { client, contracts } = deployed;
    const people = devnetPeople();
    for (const name of ["administrator", "guardian"] as const) {
      const safe = { address: contractOf(deployed, name), abi: safeAbi } as const;
      const wanted = people[name];
      const owners = await client.readContract({ ...safe, functionName: "getOwners" });
      expect("owners" in wanted && wanted.owners).to.deep.equal(owners);
      expect(await client.readContract({ ...safe, functionName: "getThreshold" })).to.equal(2n);
    }
    const committee = { address: contracts.committee, abi: oracleCommitteeAbi } as const;
    expect(await client.readContract({ ...committee, functionName: "members" })).to.have.members(
      people.committee.members,
    );
    expect(await client.readContract({ ...committee, functionName: "quorum" })).to.equal(2n);
  });

  it("lets holders use the wrappers", async () => {
    const { client, contracts } = deployed;
    const account = privateKeyToAccount(DEPLOYER_KEY);
    const send = { account, chain: null } as const;
    const pool = { address: contracts.pool, abi: stakingPoolAbi } as const;
    const token = { address: contracts.token, abi: ethStakeAbi } as const;
    const rebasing = { address: contractOf(deployed, "rebasingEthStake"), abi: rebasingEthStakeAbi } as const;
    const redeem = { address: contractOf(deployed, "asyncRedeem"), abi: asyncRedeemAbi } as const;
    const half = parseEther("0.5");
    const args = [account.address, 0n] as const;
    await client.writeContract({ ...pool, ...send, functionName: "stake", args, value: 2n * half });
    for (const { address } of [rebasing, redeem])
      await client.writeContract({ ...token, ...send, functionName: "approve", args: [address, half] });

    await client.writeContract({ ...rebasing, ...send, functionName: "wrap", args: [half] });
    expect(await client.readContract({ ...rebasing, functionName: "balanceOf", args: [account.address] })).to.equal(
      half,
    );
    const ask = [half, account.address, account.address] as const;
    await client.writeContract({ ...redeem, ...send, functionName: "requestRedeem", args: ask });
    const pending = { ...redeem, functionName: "pendingRedeemRequest", args: [1n, account.address] } as const;
    expect(await client.readContract(pending)).to.equal(half);
  });

  it("puts one AccessManager in charge of every contract", async () => {
    const { client, contracts } = deployed;
    for (const name of MANAGED_CONTRACTS) {
      const call = { address: contracts[name], abi: MANAGED_ABIS[name], functionName: "authority" } as const;
      expect(await client.readContract(call), name).to.equal(contracts.accessManager);
    }
  });
});

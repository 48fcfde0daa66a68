// What a decision names must stand before it is decided: the code of an upgrade, or another committee.
import { buildModule, type EIP1193Provider } from "@nomicfoundation/ignition-core";
import { isAddress, type Address } from "viem";
import { z } from "zod";

import type { Deployment } from "../../chain/deployment.ts";
import { networkByName } from "../../chain/networks.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { IMPLEMENTATIONS, constructorArguments, type Contracts, type ProxyName } from "../arguments.ts";
import type { ChainFacts } from "../chain.ts";
import { runModule, type Pace } from "../ignition.ts";
import type { FrameParameters } from "../parameters/types.ts";
import { sortedMembers, type People } from "../people.ts";

export type ReplacementOptions = {
  deployment: Deployment;
  provider: EIP1193Provider;
  deployer: Address;
  pace: Pace;
};

const frameSchema = z.object({
  secondsPerSlot: z.coerce.number().int().positive(),
  frame: z.object({ slotsPerFrame: z.coerce.bigint().positive(), framesPerPeriod: z.coerce.bigint().positive() }),
});

/** Deploys the code of this checkout for a proxy, built with what the deployment has; answers its address. */
export async function deployImplementation(name: ProxyName, options: ReplacementOptions): Promise<Address> {
  const { deployment, ...run } = options;
  const { chain, frame } = factsOf(deployment);
  const args = constructorArguments<Address>(contractsOf(deployment), chain, { frame })[name];
  const module = buildModule(`Implementation${IMPLEMENTATIONS[name]}`, (m) => ({
    implementation: m.contract(IMPLEMENTATIONS[name], [...args]),
  }));
  return (await runModule({ ...run, module })).implementation;
}

/** Deploys a committee of other members, or with another quorum; answers its address. */
export async function deployCommittee(committee: People["committee"], options: ReplacementOptions): Promise<Address> {
  const { deployment, ...run } = options;
  const args = [deployment.contracts.accessManager, sortedMembers(committee), committee.quorum];
  const module = buildModule("Committee", (m) => ({ committee: m.contract("OracleCommittee", args) }));
  return (await runModule({ ...run, module })).committee;
}

function factsOf({ network: name, genesisTime, parameters }: Deployment): {
  chain: ChainFacts;
  frame: FrameParameters;
} {
  const parsed = frameSchema.safeParse(parameters);
  if (!parsed.success)
    throw new EthStakeError(
      "DEPLOYMENT_INVALID",
      "Use an addresses file of this version: its parameters name no frame",
    );
  const { secondsPerSlot, frame } = parsed.data;
  const { chainId, genesisForkVersion, depositContract } = networkByName(name);
  return { chain: { chainId, genesisTime, secondsPerSlot, genesisForkVersion, depositContract }, frame };
}

/** The addresses file calls the vault of execution rewards by its old name. */
function contractsOf({ contracts }: Deployment): Contracts<Address> {
  const { executionVault, ...others } = contracts;
  const named: Record<string, Address> = { ...others, executionRewardsVault: executionVault };
  const address = (name: keyof Contracts<Address>): Address => {
    const found = named[name];
    if (found !== undefined && isAddress(found)) return found;
    throw new EthStakeError("DEPLOYMENT_INVALID", `Use an addresses file of this version: it does not name ${name}`);
  };
  return {
    pool: address("pool"),
    queue: address("queue"),
    registry: address("registry"),
    manager: address("manager"),
    distribution: address("distribution"),
    token: address("token"),
    withdrawalVault: address("withdrawalVault"),
    executionRewardsVault: address("executionRewardsVault"),
    beaconProofs: address("beaconProofs"),
    depositVerifier: address("depositVerifier"),
    validatorExits: address("validatorExits"),
    coverFund: address("coverFund"),
  };
}

import { parseDeployment, type Deployment } from "../chain/deployment.ts";
import { writeFileAtomic } from "../runtime/atomic-file.ts";
import { stringifyJson } from "../runtime/json.ts";
import type { Address } from "viem";
import type { ChainFacts } from "./chain.ts";
import type { DeployedName } from "./ignition.ts";
import type { ProtocolParameters } from "./parameters/types.ts";

export type DeploymentFacts = {
  chain: ChainFacts;
  parameters: ProtocolParameters;
  addresses: Readonly<Record<DeployedName, Address>>;
  deployedAtBlock: number;
};

/** What programs read (chain/deployment.ts), as text. */
export function deploymentText({ chain, parameters, addresses, deployedAtBlock }: DeploymentFacts): string {
  const { executionRewardsVault, seed: _seed, ...contracts } = addresses;
  const { network, ...numbers } = parameters;
  return `${stringifyJson(
    {
      chainId: chain.chainId,
      network,
      deployedAtBlock,
      genesisTime: chain.genesisTime,
      contracts: { ...contracts, executionVault: executionRewardsVault },
      parameters: { secondsPerSlot: chain.secondsPerSlot, ...numbers },
    },
    2,
  )}\n`;
}

/** Writes the addresses file, whole or not at all, and answers what a program will read from it. */
export async function writeDeployment(path: string, text: string): Promise<Deployment> {
  const deployment = parseDeployment(text, path);
  await writeFileAtomic(path, text, { overwrite: true });
  return deployment;
}

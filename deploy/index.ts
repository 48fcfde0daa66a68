import { join } from "node:path";

import type { EIP1193Provider } from "@nomicfoundation/ignition-core";
import type { Address, Hex } from "viem";
import { privateKeyToAccount } from "viem/accounts";

import { parseDeployment, type Deployment } from "../chain/deployment.ts";
import { createExecution, type Execution } from "../chain/execution/client.ts";
import { networkByName, type NetworkName } from "../chain/networks.ts";
import { keepBeginning } from "./beginning.ts";
import { readChainFacts, startOf, type ChainFacts } from "./chain.ts";
import { deploymentText, writeDeployment } from "./deployment-file.ts";
import { requireFunds } from "./funds.ts";
import { runModule, type Pace } from "./ignition.ts";
import { protocolModule } from "./modules/protocol.ts";
import { parametersOf, type ParameterOverrides, type ProtocolParameters } from "./parameters/index.ts";
import { checkPeople, sortedMembers, type People } from "./people.ts";
import type { OnProgress } from "./progress.ts";
import { createSigningProvider } from "./signing-provider.ts";
import { verifyHandOver } from "./verify.ts";
import { withBlocksOnDemand, type MakeBlock } from "./virtual-time.ts";

export type { People } from "./people.ts";
export type { OnProgress } from "./progress.ts";

/** Nothing to wait for: every look at the chain makes it move. */
const VIRTUAL_PACE: Pace = { pollingMs: 1, confirmations: 1 };
const JOURNALS = join(import.meta.dirname, "deployments");

export type DeployOptions = {
  network: NetworkName;
  executionUrl: string;
  consensusUrl: string;
  deployerKey: Hex;
  people: People;
  overrides?: ParameterOverrides;
  /** Where the addresses file goes. */
  outFile: string;
  onProgress?: OnProgress;
  /** In virtual time: makes the next block. Without it blocks must come by themselves. */
  makeBlock?: MakeBlock;
};

/**
 * Deploys the whole protocol, hands it over and writes the addresses file that programs read.
 *
 * @example
 * const { contracts } = await deployProtocol({ network: "devnet", executionUrl, consensusUrl, deployerKey, people,
 *   outFile: "build/deployment.json", onProgress: ({ step, done, total }) => console.log(`${done}/${total} ${step}`) });
 */
export async function deployProtocol(options: DeployOptions): Promise<Deployment> {
  const { outFile, executionUrl, deployerKey, onProgress, makeBlock } = options;
  const prepared = await prepareDeployment(options);
  const { network, chain } = prepared;
  const account = privateKeyToAccount(deployerKey);
  await requireFunds(prepared.execution, account.address, prepared.parameters.initialLockedWei);
  const node = createSigningProvider({ url: executionUrl, account, chainId: chain.chainId });
  const text = await deployPrepared({
    ...prepared,
    provider: makeBlock === undefined ? node : withBlocksOnDemand(node, makeBlock),
    deployer: account.address,
    pace: makeBlock === undefined ? paceOf(network) : VIRTUAL_PACE,
    // A devnet is born anew every time: a journal of another one would only mislead.
    journalFolder: network === "devnet" ? undefined : join(JOURNALS, network),
    onProgress,
  });
  return writeDeployment(outFile, text);
}

export type PreparedDeployment = {
  network: NetworkName;
  execution: Execution;
  chain: ChainFacts;
  parameters: ProtocolParameters;
  people: People;
};

/** Everything that can be checked before the first transaction. A dry run ends here. */
export async function prepareDeployment(
  options: Pick<DeployOptions, "network" | "executionUrl" | "consensusUrl" | "people" | "overrides">,
): Promise<PreparedDeployment> {
  const { network: name, executionUrl, consensusUrl, people, overrides } = options;
  const network = networkByName(name);
  const execution = createExecution({ urls: [executionUrl], network, pollingIntervalMs: paceOf(name).pollingMs });
  await execution.assertChain();
  const chain = await readChainFacts(consensusUrl, network);
  const parameters = parametersOf({
    network: name,
    secondsPerSlot: chain.secondsPerSlot,
    ...(overrides === undefined ? {} : { overrides }),
  });
  await checkPeople(people, execution, name);
  return { network: name, execution, chain, parameters, people };
}

export type DeployPreparedOptions = PreparedDeployment & {
  provider: EIP1193Provider;
  deployer: Address;
  pace: Pace;
  journalFolder?: string | undefined;
  onProgress?: OnProgress | undefined;
};

/** Deploys through any provider, reads back that the hand-over is complete, and answers the addresses file's text. */
export async function deployPrepared(options: DeployPreparedOptions): Promise<string> {
  const { execution, chain, parameters, people, provider, deployer, pace, journalFolder, onProgress } = options;
  const { client } = execution;
  const head = await client.getBlock();
  const now = startOf(chain, parameters.frame.slotsPerFrame, Number(head.timestamp));
  const { block, ...start } = await keepBeginning(journalFolder, { ...now, block: head.number });
  const module = protocolModule({
    chain,
    parameters,
    people,
    committee: { members: sortedMembers(people.committee), quorum: people.committee.quorum },
    start,
  });
  const addresses = await runModule({ module, provider, deployer, pace, journalFolder, onProgress });
  await verifyHandOver({ client, addresses, deployer, delays: parameters.delays, fromBlock: block });
  const text = deploymentText({ chain, parameters, addresses, deployedAtBlock: Number(block) });
  parseDeployment(text);
  return text;
}

/** Mainnet's blocks are deep enough after five; a devnet has no forks and no time. */
function paceOf(network: NetworkName): Pace {
  return network === "devnet" ? { pollingMs: 50, confirmations: 1 } : { pollingMs: 2_000, confirmations: 5 };
}

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { loadDeployment, type Deployment } from "../../../chain/deployment.ts";
import { devnetPeople } from "../../../deploy/devnet-people.ts";
import { deployProtocol } from "../../../deploy/index.ts";
import { parametersOf, type ProtocolParameters } from "../../../deploy/parameters/index.ts";
import { DEPLOYER_KEY, startTestNetwork, type TestNetwork } from "./network.ts";

export type Deployed = TestNetwork & {
  /** What was told while it ran. */
  steps: readonly string[];
  deployment: Deployment;
  contracts: Deployment["contracts"];
  parameters: ProtocolParameters;
};

/** The protocol on Hardhat's network, deployed as on any other: over HTTP, by Ignition, with a file at the end. */
export async function deployOnTestNetwork(): Promise<Deployed> {
  const network = await startTestNetwork();
  const folder = await mkdtemp(join(tmpdir(), "ethstake-deploy-"));
  const outFile = join(folder, "deployment.json");
  const stop = async () => {
    await network.stop();
    await rm(folder, { recursive: true });
  };
  const steps: string[] = [];
  const run = deployProtocol({
    network: "devnet",
    executionUrl: network.executionUrl,
    consensusUrl: network.consensusUrl,
    deployerKey: DEPLOYER_KEY,
    people: devnetPeople(),
    outFile,
    onProgress: ({ step, done, total }) => steps.push(`${done}/${total} ${step}`),
  });
  // A network that nobody stops would keep the test run alive.
  await run.catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  const deployment = await loadDeployment(outFile, 32382);
  return {
    ...network,
    steps,
    deployment,
    contracts: deployment.contracts,
    parameters: parametersOf({ network: "devnet" }),
    stop,
  };
}

/** An address that a deployment must have. */
export function contractOf({ contracts }: Pick<Deployed, "contracts">, name: string) {
  const address = contracts[name];
  if (address === undefined) throw new Error(`the deployment has no ${name}`);
  return address;
}

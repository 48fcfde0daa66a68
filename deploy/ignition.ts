import {
  DeploymentResultType,
  deploy,
  type DeploymentResult,
  type EIP1193Provider,
  type ExecutionEventListener,
  type IgnitionModule,
} from "@nomicfoundation/ignition-core";
import { getAddress, type Address } from "viem";

import { EthStakeError, toEthStakeError } from "../runtime/errors.ts";
import { createArtifactResolver } from "./artifacts.ts";
import { listenForProgress, type OnProgress } from "./progress.ts";
import type { protocolModule } from "./modules/protocol.ts";

/** A virtual network makes ten blocks a second, a real one makes one in twelve. */
export type Pace = { pollingMs: number; confirmations: number };

export type RunOptions<Module extends IgnitionModule> = {
  module: Module;
  provider: EIP1193Provider;
  deployer: Address;
  pace: Pace;
  /** Where Ignition keeps its journal, so that a run that was cut short goes on where it stopped. */
  journalFolder?: string | undefined;
  onProgress?: OnProgress | undefined;
};

/** What a module answers. */
type NameOf<Module extends IgnitionModule> = keyof Module["results"] & string;
export type DeployedName = NameOf<ReturnType<typeof protocolModule>>;

/** Runs a module to its end and answers the address of each result. */
export async function runModule<Module extends IgnitionModule>(
  options: RunOptions<Module>,
): Promise<Record<NameOf<Module>, Address>> {
  const { module, provider, deployer, pace, journalFolder, onProgress } = options;
  const listener: ExecutionEventListener | undefined = onProgress && listenForProgress(module, onProgress);
  const result = await deploy({
    ignitionModule: module,
    provider,
    artifactResolver: createArtifactResolver(),
    accounts: [deployer],
    defaultSender: deployer,
    deploymentParameters: {},
    config: {
      blockPollingInterval: pace.pollingMs,
      retryInterval: pace.pollingMs,
      // A node may take a moment to know a transaction that it was just sent.
      maxRetries: Math.ceil(30_000 / pace.pollingMs),
      requiredConfirmations: pace.confirmations,
    },
    ...(journalFolder === undefined ? {} : { deploymentDir: journalFolder }),
    ...(listener === undefined ? {} : { executionEventListener: listener }),
  }).catch((error: unknown) => {
    throw toEthStakeError(error, "DEPLOYMENT_FAILED");
  });
  return addressesOf(module, result);
}

function addressesOf<Module extends IgnitionModule>(
  module: Module,
  result: DeploymentResult,
): Record<NameOf<Module>, Address> {
  if (result.type !== DeploymentResultType.SUCCESSFUL_DEPLOYMENT)
    throw new EthStakeError("DEPLOYMENT_FAILED", `The deployment stopped: ${reasonOf(result)}`, {
      details: { type: result.type },
    });
  const entries = Object.entries(module.results).map(([name, future]) => {
    const deployed = result.contracts[future.id];
    if (deployed === undefined) throw new EthStakeError("DEPLOYMENT_FAILED", `Ignition lost the address of ${name}`);
    return [name, getAddress(deployed.address)];
  });
  return Object.fromEntries(entries) as Record<NameOf<Module>, Address>;
}

function reasonOf(result: Exclude<DeploymentResult, { type: DeploymentResultType.SUCCESSFUL_DEPLOYMENT }>): string {
  switch (result.type) {
    case DeploymentResultType.VALIDATION_ERROR:
    case DeploymentResultType.RECONCILIATION_ERROR:
      return Object.entries(result.errors)
        .map(([id, errors]) => `${id}: ${errors.join(", ")}`)
        .join("; ");
    case DeploymentResultType.PREVIOUS_RUN_ERROR:
      return `an earlier run failed at ${Object.keys(result.errors).join(", ")}; look at its journal and remove it`;
    case DeploymentResultType.EXECUTION_ERROR:
      return [
        ...result.failed.map(({ futureId, error }) => `${futureId} failed: ${error}`),
        ...result.timedOut.map(({ futureId }) => `${futureId} found no place in a block; run it again`),
      ].join("; ");
  }
}

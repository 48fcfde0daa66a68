import { readFile } from "node:fs/promises";

import { getAddress, isAddress, zeroAddress, type Address } from "viem";
import { z } from "zod";

import { decodeJson } from "../runtime/decode-json.ts";
import { EthStakeError } from "../runtime/errors.ts";
import { NETWORK_NAMES } from "./networks.ts";

const address = z
  .string()
  .refine((text) => isAddress(text), "is not an address")
  .refine((text) => text !== zeroAddress, "is the zero address")
  .transform((text): Address => getAddress(text));

const deploymentSchema = z.object({
  chainId: z.int().positive(),
  network: z.enum(NETWORK_NAMES),
  /** Programs look for events from here on. */
  deployedAtBlock: z.int().nonnegative(),
  /** Genesis time of the beacon chain, in seconds. */
  genesisTime: z.int().nonnegative(),
  contracts: z
    .object({
      token: address,
      pool: address,
      queue: address,
      registry: address,
      manager: address,
      validatorExits: address,
      distribution: address,
      committee: address,
      withdrawalVault: address,
      executionVault: address,
      accessManager: address,
    })
    .catchall(address),
  /** The numbers that it was deployed with, as deploy/ wrote them. */
  parameters: z.record(z.string(), z.unknown()),
});

/** Where the protocol lives on a chain: the file that deploy/ writes and every program reads. */
export type Deployment = z.output<typeof deploymentSchema>;

/** Reads and checks the addresses file; `chainId`, when given, must be its own. */
export async function loadDeployment(path: string, chainId?: number): Promise<Deployment> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new EthStakeError("DEPLOYMENT_MISSING", `Deploy first, or name the addresses file: cannot read ${path}`, {
      cause,
      details: { path },
    });
  });
  const deployment = parseDeployment(text, path);
  if (chainId !== undefined && chainId !== deployment.chainId)
    throw new EthStakeError(
      "WRONG_CHAIN",
      `Use the addresses file of chain ${chainId}: ${path} is of chain ${deployment.chainId}`,
      { details: { want: chainId, got: deployment.chainId } },
    );
  return deployment;
}

/** Decodes the text of an addresses file. */
export function parseDeployment(text: string, source = "the addresses file"): Deployment {
  return decodeJson(
    deploymentSchema,
    text,
    (problem) => new EthStakeError("DEPLOYMENT_INVALID", `Write ${source} again with deploy: ${problem}`),
  );
}

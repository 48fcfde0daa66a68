import { readFile } from "node:fs/promises";

import type { Command } from "commander";
import { type LocalAccount, type Address } from "viem";
import { privateKeyToAccount } from "viem/accounts";

import { createBeaconApi, type BeaconApi } from "../chain/beacon/api.ts";
import { assertNetwork } from "../chain/beacon/health.ts";
import { loadDeployment, type Deployment } from "../chain/deployment.ts";
import { createExecution, type Execution } from "../chain/execution/client.ts";
import { networkByName, type Network } from "../chain/networks.ts";
import { createProtocol, type Protocol } from "../chain/protocol/contracts.ts";
import { commaList, privateKey, readEnvironment } from "../runtime/config.ts";
import { EthStakeError } from "../runtime/errors.ts";
import { z } from "zod";
import { readGlobals, type Globals } from "./globals.ts";
import { consensusUrls, deploymentPath, executionUrls } from "./environment.ts";
import type { CliIo } from "./io.ts";
import { usageError } from "./options.ts";

/** A deployment, and the nodes through which a command reaches it. */
export type Session = {
  io: CliIo;
  globals: Globals;
  deployment: Deployment;
  network: Network;
  execution: Execution;
  protocol: Protocol;
  /** The newest block when the command began: what is read together belongs together. */
  at: { blockNumber: bigint };
  /** Unix seconds of that block. */
  now: number;
};

/** Finds the deployment and connects to the execution node; refuses a node of another chain. */
export async function openSession(command: Command, io: CliIo): Promise<Session> {
  const globals = readGlobals(command);
  const path = deploymentPath(globals, io);
  const deployment = await loadDeployment(path);
  if (globals.network !== undefined && globals.network !== deployment.network)
    throw new EthStakeError(
      "WRONG_NETWORK",
      `Use an addresses file of ${globals.network}: ${path} is of ${deployment.network}`,
    );
  const network = networkByName(deployment.network);
  const urls = commaList(executionUrls(globals, io));
  const { pollingIntervalMs } = io;
  const execution = createExecution({ urls, network, ...(pollingIntervalMs ? { pollingIntervalMs } : {}) });
  await execution.assertChain();
  const block = await execution.client.getBlock();
  return {
    io,
    globals,
    deployment,
    network,
    execution,
    protocol: createProtocol(execution, deployment),
    at: { blockNumber: block.number },
    now: Number(block.timestamp),
  };
}

/** Connects to the beacon node; refuses one of another network, and one that is not in sync. */
export async function openBeacon({ globals, io, network }: Session): Promise<BeaconApi> {
  const [url = ""] = commaList(consensusUrls(globals, io));
  const beacon = createBeaconApi({ url, signal: io.signal });
  await assertNetwork(beacon, network);
  await beacon.assertReady();
  return beacon;
}

/** The account whose key the command was given. */
export async function readAccount(globals: Globals, io: CliIo): Promise<LocalAccount> {
  const account = await readAccountIfAny(globals, io);
  if (account !== undefined) return account;
  throw new EthStakeError(
    "KEY_MISSING",
    "Give a private key: --private-key-file, or ETHSTAKE_PRIVATE_KEY_FILE in the environment",
  );
}

/** The same, or undefined when there is no key. */
export async function readAccountIfAny(globals: Globals, io: CliIo): Promise<LocalAccount | undefined> {
  if (globals.privateKeyFile !== undefined) return privateKeyToAccount(await readKeyFile(globals.privateKeyFile));
  const { ETHSTAKE_PRIVATE_KEY, ETHSTAKE_PRIVATE_KEY_FILE } = io.env;
  if (!ETHSTAKE_PRIVATE_KEY && !ETHSTAKE_PRIVATE_KEY_FILE) return undefined;
  const schema = z.object({ ETHSTAKE_PRIVATE_KEY: privateKey("the key of your account") });
  return privateKeyToAccount(readEnvironment(schema, io.env).ETHSTAKE_PRIVATE_KEY);
}

/** The address that was named, else that of the key. */
export async function readAddress(globals: Globals, io: CliIo, named: Address | undefined): Promise<Address> {
  if (named !== undefined) return named;
  const account = await readAccountIfAny(globals, io);
  if (account !== undefined) return account.address;
  throw usageError("Name an address with --address, or give a private key");
}

async function readKeyFile(path: string): Promise<`0x${string}`> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new EthStakeError("KEY_MISSING", `Make the private key file readable: ${path}`, { cause });
  });
  const result = privateKey("").safeParse(text.trim());
  if (result.success) return result.data;
  throw new EthStakeError("KEY_MALFORMED", `Put one private key into ${path}: 64 hex digits`);
}

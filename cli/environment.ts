import type { Environment } from "../runtime/config.ts";
import type { Globals } from "./globals.ts";
import type { CliIo } from "./io.ts";
import { usageError } from "./options.ts";

/** A comma list of execution nodes: by option, environment, or on this machine. */
export function executionUrls({ execution }: Globals, { env }: CliIo): string {
  return execution ?? given(env, "EXECUTION_CLIENT_URI") ?? "http://127.0.0.1:8545";
}

/** A comma list of beacon nodes. */
export function consensusUrls({ consensus }: Globals, { env }: CliIo): string {
  return consensus ?? given(env, "CONSENSUS_CLIENT_URI") ?? "http://127.0.0.1:5052";
}

/** Where the addresses file is: by option, environment, or where deploy writes it for a network. */
export function deploymentPath({ deployment, network }: Globals, { env }: CliIo): string {
  const path = deployment ?? given(env, "DEPLOYMENT_FILE");
  if (path !== undefined) return path;
  if (network !== undefined) return `build/deployment-${network}.json`;
  throw usageError("Name the addresses file with --deployment, or the network with --network");
}

/**
 * The environment with which a program is run from here: its own variables, and the global options in their place.
 * `keyName` is the variable in which the program looks for its private key.
 */
export function programEnvironment(globals: Globals, io: CliIo, keyName: string): Environment {
  return {
    ...io.env,
    EXECUTION_CLIENT_URI: executionUrls(globals, io),
    CONSENSUS_CLIENT_URI: consensusUrls(globals, io),
    DEPLOYMENT_FILE: deploymentPath(globals, io),
    ...(globals.dryRun ? { DRY_RUN: "true" } : {}),
    ...keyVariables(globals, io.env, keyName),
  };
}

function keyVariables({ privateKeyFile }: Globals, env: Environment, keyName: string): Environment {
  if (privateKeyFile !== undefined) return { [keyName]: undefined, [`${keyName}_FILE`]: privateKeyFile };
  if (given(env, keyName) !== undefined || given(env, `${keyName}_FILE`) !== undefined) return {};
  return { [keyName]: env["ETHSTAKE_PRIVATE_KEY"], [`${keyName}_FILE`]: env["ETHSTAKE_PRIVATE_KEY_FILE"] };
}

function given(env: Environment, name: string): string | undefined {
  return env[name]?.trim() || undefined;
}

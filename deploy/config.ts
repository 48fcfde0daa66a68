import { Command, Option } from "commander";
import type { Hex } from "viem";
import { z } from "zod";

import { NETWORK_NAMES, type NetworkName } from "../chain/networks.ts";
import { privateKey, readEnvironment, type Environment } from "../runtime/config.ts";
import { EthStakeError } from "../runtime/errors.ts";

export type DeployConfig = {
  network: NetworkName;
  executionUrl: string;
  consensusUrl: string;
  /** Undefined on a devnet, which has people of its own. */
  peopleFile: string | undefined;
  outFile: string;
  dryRun: boolean;
};

const flags = z.object({
  network: z.enum(NETWORK_NAMES),
  execution: z.url({ protocol: /^https?$/ }),
  consensus: z.url({ protocol: /^https?$/ }),
  people: z.string().optional(),
  out: z.string().optional(),
  dryRun: z.boolean().default(false),
});

/** Reads the command line; EXECUTION_CLIENT_URI and CONSENSUS_CLIENT_URI stand in for the two nodes. */
export function readDeployConfig(argv: readonly string[], env: Environment): DeployConfig {
  const node = (name: string, variable: string, what: string) =>
    new Option(`--${name} <url>`, what)
      .default(env[variable], variable)
      .makeOptionMandatory(env[variable] === undefined);
  const program = new Command("deploy")
    .description("Deploys the protocol and hands it over to its multisigs. The key is read from DEPLOYER_PRIVATE_KEY.")
    .addOption(new Option("--network <name>", "which numbers to use").choices(NETWORK_NAMES).makeOptionMandatory())
    .addOption(node("execution", "EXECUTION_CLIENT_URI", "execution node"))
    .addOption(node("consensus", "CONSENSUS_CLIENT_URI", "beacon node"))
    .option("--people <file>", "who decides, see docs/deployment.md; needed everywhere but on a devnet")
    .option("--out <file>", "addresses file to write (default: build/deployment-<network>.json)")
    .option("--dry-run", "check everything, print the plan, send nothing")
    .parse(argv, { from: "user" });
  const parsed = flags.safeParse(program.opts());
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new EthStakeError("CONFIG_INVALID", `Correct --${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
  }
  const { network, execution, consensus, people, out, dryRun } = parsed.data;
  if (people === undefined && network !== "devnet")
    throw new EthStakeError(
      "CONFIG_INVALID",
      `Give --people: ${network} has no people of its own (docs/deployment.md)`,
    );
  return {
    network,
    executionUrl: execution,
    consensusUrl: consensus,
    peopleFile: people,
    outFile: out ?? `build/deployment-${network}.json`,
    dryRun,
  };
}

/** The key that pays for the deployment; only asked for when it is needed. */
export function readDeployerKey(env: Environment): Hex {
  const schema = z.object({ DEPLOYER_PRIVATE_KEY: privateKey("key of the account that pays for the deployment") });
  return readEnvironment(schema, env).DEPLOYER_PRIVATE_KEY;
}

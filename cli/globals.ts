import { Option, type Command } from "commander";
import { z } from "zod";

import { NETWORK_NAMES } from "../chain/networks.ts";
import { commaList } from "../runtime/config.ts";
import { readOptions } from "./options.ts";

/** The options that every command takes. */
export type Globals = {
  network: (typeof NETWORK_NAMES)[number] | undefined;
  deployment: string | undefined;
  execution: string | undefined;
  consensus: string | undefined;
  privateKeyFile: string | undefined;
  json: boolean;
  dryRun: boolean;
  yes: boolean;
};

/** One or more, with commas between them. */
const urls = z
  .string()
  .refine((text) => commaList(text).every((url) => z.url({ protocol: /^https?$/ }).safeParse(url).success), {
    error: "an http(s) address is expected",
  });

const schema = z.object({
  network: z.enum(NETWORK_NAMES).optional(),
  deployment: z.string().optional(),
  execution: urls.optional(),
  consensus: urls.optional(),
  privateKeyFile: z.string().optional(),
  json: z.boolean().default(false),
  dryRun: z.boolean().default(false),
  yes: z.boolean().default(false),
});

/** Adds the global options to the program. */
export function addGlobalOptions(program: Command): Command {
  return program
    .addOption(new Option("--network <name>", "network; finds build/deployment-<name>.json").choices(NETWORK_NAMES))
    .option("--deployment <file>", "addresses file that deploy wrote [DEPLOYMENT_FILE]")
    .option("--execution <url>", "execution nodes [EXECUTION_CLIENT_URI] (default: http://127.0.0.1:8545)")
    .option("--consensus <url>", "beacon nodes [CONSENSUS_CLIENT_URI] (default: http://127.0.0.1:5052)")
    .option("--private-key-file <file>", "file with the private key [ETHSTAKE_PRIVATE_KEY_FILE, ETHSTAKE_PRIVATE_KEY]")
    .option("--json", "print one JSON document")
    .option("--dry-run", "check everything, send nothing")
    .option("--yes", "send without asking");
}

/** The global options of a command that is running. */
export function readGlobals(command: Command): Globals {
  const { network, deployment, execution, consensus, privateKeyFile, ...flags } = readOptions(schema, command);
  return { network, deployment, execution, consensus, privateKeyFile, ...flags };
}

import type { Command } from "commander";
import { z } from "zod";

import { createValidatorApi } from "../../chain/beacon/validator-api.ts";
import type { AnyNetwork } from "../../chain/networks.ts";
import type { QuietOptions } from "../../deposits/migrate/quiet.ts";
import type { Stage } from "../../deposits/migrate/journal.ts";
import { commaList } from "../../runtime/config.ts";
import { createSystemClock } from "../../runtime/clock.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { createCommand } from "../command.ts";
import { addNetworkOptions, networkFields, readNetwork } from "../deposits/network-options.ts";
import { consensusUrls } from "../environment.ts";
import { readGlobals, type Globals } from "../globals.ts";
import type { CliIo } from "../io.ts";
import { openBeacons } from "../nodes.ts";
import { readOptions, usageError, wholeNumber } from "../options.ts";
import type { Answer } from "../output.ts";
import { readOrAskSecret, readSecret } from "../secrets.ts";

const address = z.url({ protocol: /^https?$/, error: "an http(s) address is expected" });
const options = z.object({
  ...networkFields,
  from: address,
  fromTokenFile: z.string().optional(),
  to: address,
  toTokenFile: z.string().optional(),
  keystores: z.array(z.string()),
  keystorePasswordFile: z.string().optional(),
  protection: z.array(z.string()).default([]),
  epochs: wholeNumber,
  folder: z.string(),
});

const STAGES: Record<Stage | "quiet", string> = {
  deleting: "Deleting the keys at the old client",
  proving: "Deleted there. Waiting until silence is proven",
  quiet: "Nothing was signed in epoch",
  importing: "Silence is proven. Importing into the new client",
  done: "The new client has the keys",
};

/** `ethstake validators migrate` */
export function migrateCommand(io: CliIo): Command {
  const command = createCommand(io, {
    name: "migrate",
    description:
      "Moves keys to another validator client so that two never sign: delete, prove silence, import with protection",
    example:
      "ethstake validators migrate --from http://old:5062 --from-token-file old.txt --to http://new:7500 --to-token-file new.txt --keystores validator_keys --keystore-password-file password.txt --chain hoodi",
    run: migrate,
  })
    .requiredOption("--from <url>", "keymanager API of the old client")
    .option("--from-token-file <file>", "its token [ETHSTAKE_FROM_TOKEN_FILE]")
    .requiredOption("--to <url>", "keymanager API of the new client")
    .option("--to-token-file <file>", "its token [ETHSTAKE_TO_TOKEN_FILE]")
    .requiredOption("--keystores <paths...>", "keystores of the keys that move, or folders of them")
    .option("--keystore-password-file <file>", "file with their password [ETHSTAKE_KEYSTORE_PASSWORD_FILE]")
    .option("--protection <files...>", "more that is known of what they signed (EIP-3076)")
    .option("--epochs <count>", "final epochs without a signature before they are imported", "2")
    .option("--folder <folder>", "where the journal and the protection are kept", "validator_migration");
  return addNetworkOptions(command);
}

async function migrate(command: Command, io: CliIo): Promise<Answer> {
  const given = readOptions(options, command);
  const globals = readGlobals(command);
  if (given.offline) throw usageError("Leave --offline out: this asks the beacon chain");
  if (new URL(given.from).host === new URL(given.to).host) throw usageError("Name two clients with --from and --to");
  const { network } = await readNetwork(globals, given);
  const [{ migrateValidators }, { createKeymanager }] = await Promise.all([
    import("../../deposits/migrate/migrate.ts"),
    import("../../deposits/migrate/keymanager.ts"),
  ]);
  const nodes = await openNodes(globals, io, network);
  const { genesisValidatorsRoot } = await nodes[0].beacon.genesis();
  const client = async (name: "from" | "to", file: string | undefined) =>
    createKeymanager({ url: given[name], token: await readToken(io, name, file), signal: io.signal });
  const from = await client("from", given.fromTokenFile);
  const to = await client("to", given.toTokenFile);
  const password = await readOrAskSecret(io, {
    file: given.keystorePasswordFile,
    variable: "ETHSTAKE_KEYSTORE_PASSWORD",
    what: "password of keystores",
  });
  if (password === undefined) throw usageError("Give the password of the keystores with --keystore-password-file");
  if (!globals.dryRun) await assertConfirmed(io, globals, given.from, given.to);
  const migrated = await migrateValidators({
    from,
    to,
    nodes,
    keystores: given.keystores,
    password,
    genesisValidatorsRoot,
    protectionFiles: given.protection,
    epochs: given.epochs,
    folder: given.folder,
    dryRun: globals.dryRun,
    clock: io.clock ?? createSystemClock(),
    signal: io.signal,
    onStage: (stage, epoch) => {
      if (!globals.json) io.stderr.write(`${STAGES[stage]}${epoch === undefined ? "" : ` ${epoch}`}\n`);
    },
  });
  const { pubkeys, protectionPath } = migrated;
  return {
    document: { action: "validators migrate", ...(globals.dryRun ? { dryRun: true } : {}), ...migrated },
    lines: globals.dryRun
      ? [`Dry run: nothing was changed; ${pubkeys.length} keys could be moved`]
      : [`${pubkeys.length} keys moved to ${to.client}`, `Their protection, to be kept: ${protectionPath}`],
  };
}

async function openNodes(globals: Globals, io: CliIo, network: AnyNetwork): Promise<QuietOptions["nodes"]> {
  const beacons = await openBeacons(globals, io, network);
  const urls = commaList(consensusUrls(globals, io));
  const [first, ...others] = beacons.map((beacon, i) => ({
    beacon,
    validators: createValidatorApi({ url: urls[i] ?? "", signal: io.signal }),
  }));
  if (first === undefined) throw usageError("Name a beacon node with --consensus");
  return [first, ...others];
}

async function readToken(io: CliIo, name: "from" | "to", file: string | undefined): Promise<string> {
  const variable = `ETHSTAKE_${name.toUpperCase()}_TOKEN`;
  const token = await readSecret(io, { file, variable, what: "API token" });
  if (token !== undefined) return token.trim();
  throw usageError(`Name the file of the API token with --${name}-token-file`);
}

async function assertConfirmed(io: CliIo, { yes }: Globals, from: string, to: string): Promise<void> {
  if (yes) return;
  if (io.confirm === undefined)
    throw new EthStakeError("NOT_CONFIRMED", "Add --yes to do this without being asked: nobody can be asked here");
  if (!(await io.confirm(`Delete the keys at ${from} and import them at ${to}. Go on?`)))
    throw new EthStakeError("NOT_CONFIRMED", "Nothing was changed, as you answered no");
}

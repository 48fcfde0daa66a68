import { Option, type Command } from "commander";
import { z } from "zod";

import { loadDeployment } from "../../chain/deployment.ts";
import { NETWORK_NAMES, networkByName } from "../../chain/networks.ts";
import { addAliases } from "../aliases.ts";
import { createCommand } from "../command.ts";
import { showProgress } from "../deposits/progress.ts";
import { addRunOptions, resumable, runFields } from "../deposits/run-options.ts";
import { addNewWordsOptions, newWordsFields, readWords } from "../deposits/words.ts";
import { deploymentPath } from "../environment.ts";
import { readGlobals } from "../globals.ts";
import type { CliIo } from "../io.ts";
import { addressText, readOptions, usageError, wholeNumber } from "../options.ts";
import type { Answer } from "../output.ts";
import { readSecret } from "../secrets.ts";

// The flags of the usual deposit tools, by their own names. Secrets come from files or the environment.
const options = z.object({
  operator: wholeNumber,
  num_validators: wholeNumber,
  validator_start_index: wholeNumber.optional(),
  chain: z.enum(NETWORK_NAMES).optional(),
  withdrawal_address: addressText.optional(),
  compounding: z.boolean().default(true),
  amount: z.literal("1", "a predeposit is always 1 ETH; the protocol adds the rest"),
  ...runFields,
  ...newWordsFields,
});

/** `ethstake operator keys generate` */
export function keysGenerateCommand(io: CliIo): Command {
  const command = createCommand(io, {
    name: "generate",
    description: "Makes validator keys: keystores, a deposit data file and key batches; needs no node",
    example:
      "ethstake operator keys generate --operator 1 --num_validators 4 --network hoodi --mnemonic-file words.txt --keystore-password-file password.txt",
    run: generate,
  })
    .requiredOption("--operator <number>", "number of your operator, as registration answered it")
    .requiredOption("--num_validators <count>", "how many keys to make")
    .option("--validator_start_index <index>", "first key index (default: the first never used from the folder)")
    .addOption(new Option("--chain <name>", "the same as --network").choices(NETWORK_NAMES))
    .option("--withdrawal_address <address>", "checked: only the pool's WithdrawalVault is right (default: that)")
    .option("--compounding", "always so: credentials compound up to 2048 ETH")
    .option("--amount <ether>", "always 1: what a predeposit holds", "1");
  return addAliases(addRunOptions(addNewWordsOptions(command)), {
    "--num_validators": ["--count", "--num-validators"],
    "--validator_start_index": ["--start-index", "--validator-start-index"],
    "--withdrawal_address": ["--withdrawal-address"],
    "--out": ["--folder"],
  });
}

async function generate(command: Command, io: CliIo): Promise<Answer> {
  const given = readOptions(options, command);
  const globals = readGlobals(command);
  const named = { ...globals, network: given.chain ?? globals.network };
  const deployment = await loadDeployment(deploymentPath(named, io));
  if (named.network !== undefined && named.network !== deployment.network)
    throw usageError(`Correct --chain: the addresses file is of ${deployment.network}, not ${named.network}`);
  const { withdrawalVault } = deployment.contracts;
  if (given.withdrawal_address !== undefined && given.withdrawal_address !== withdrawalVault)
    throw usageError(`Correct --withdrawal_address: validators of the pool pay out to ${withdrawalVault} alone`);
  if (globals.dryRun) throw usageError("Leave --dry-run out: making keys sends nothing");
  const password = await readSecret(io, {
    file: given.keystorePasswordFile,
    variable: "ETHSTAKE_KEYSTORE_PASSWORD",
    what: "password of keystores",
  });
  // Loaded when it is needed: most commands need none of the programs.
  const { generateValidatorKeys } = await import("../../deposits/generate.ts");
  const { mnemonic, passphrase } = await readWords(io, given);
  const made = await resumable(() =>
    generateValidatorKeys({
      mnemonic,
      passphrase,
      count: given.num_validators,
      startIndex: given.validator_start_index,
      network: networkByName(deployment.network),
      withdrawalVault,
      operatorId: given.operator,
      folder: given.out,
      password,
      kdf: given.pbkdf2 ? "pbkdf2" : given.kdf,
      threads: given.threads,
      resume: given.resume,
      depositCliVersion: given.depositCliVersion,
      onProgress: showProgress(io, globals),
      signal: io.signal,
      clock: io.clock,
    }),
  );
  const { startIndex, pubkeys, depositDataPath, keystorePaths } = made;
  const batches = made.batches.map(({ path, commitment, count }) => ({ path, commitment, count }));
  return {
    document: { action: "operator keys generate", startIndex, pubkeys, depositDataPath, keystorePaths, batches },
    lines: [
      `${pubkeys.length} keys from index ${startIndex} on, verified`,
      ...pubkeys,
      ...batches.map(({ path, count }) => `${count} keys in ${path}: private until it is used`),
      `Deposit data: ${depositDataPath}`,
      keystorePaths.length > 0 ? `${keystorePaths.length} keystores in ${given.out}` : "No keystores: give a password",
      `Next: ethstake operator keys submit --batch ${batches[0]?.path ?? "FILE"}`,
    ],
  };
}

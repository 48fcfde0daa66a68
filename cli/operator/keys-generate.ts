import { Option, type Command } from "commander";
import { z } from "zod";

import { loadDeployment } from "../../chain/deployment.ts";
import { NETWORK_NAMES, networkByName } from "../../chain/networks.ts";
import { SECRET_FILE_MODE, writeFileAtomic } from "../../runtime/atomic-file.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { createCommand } from "../command.ts";
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
  pbkdf2: z.boolean().default(false),
  folder: z.string(),
  mnemonicFile: z.string().optional(),
  newMnemonic: z.string().optional(),
  keystorePasswordFile: z.string().optional(),
});

/** `ethstake operator keys generate` */
export function keysGenerateCommand(io: CliIo): Command {
  return createCommand(io, {
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
    .option("--amount <ether>", "always 1: what a predeposit holds", "1")
    .option("--pbkdf2", "keystores with pbkdf2 instead of scrypt: faster and weaker")
    .option("--folder <folder>", "where files go", "validator_keys")
    .option("--mnemonic-file <file>", "file with your words [ETHSTAKE_MNEMONIC_FILE, ETHSTAKE_MNEMONIC]")
    .option("--new-mnemonic <file>", "make new words and write them to this file")
    .option(
      "--keystore-password-file <file>",
      "file with the password of keystores [ETHSTAKE_KEYSTORE_PASSWORD_FILE, ETHSTAKE_KEYSTORE_PASSWORD]",
    );
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
  const made = await generateValidatorKeys({
    mnemonic: await readWords(io, given),
    count: given.num_validators,
    network: networkByName(deployment.network),
    withdrawalVault,
    operatorId: given.operator,
    folder: given.folder,
    pbkdf2: given.pbkdf2,
    ...(password === undefined ? {} : { password }),
    ...(given.validator_start_index === undefined ? {} : { startIndex: given.validator_start_index }),
    ...(globals.json ? {} : { onProgress: (step, done, total) => void io.stderr.write(progress(step, done, total)) }),
  });
  const { startIndex, pubkeys, depositDataPath, keystorePaths } = made;
  const batches = made.batches.map(({ path, commitment, count }) => ({ path, commitment, count }));
  return {
    document: { action: "operator keys generate", startIndex, pubkeys, depositDataPath, keystorePaths, batches },
    lines: [
      `${pubkeys.length} keys from index ${startIndex} on, verified`,
      ...pubkeys,
      ...batches.map(({ path, count }) => `${count} keys in ${path}: private until it is used`),
      `Deposit data: ${depositDataPath}`,
      keystorePaths.length > 0
        ? `${keystorePaths.length} keystores in ${given.folder}`
        : "No keystores: give a password",
      `Next: ethstake operator keys submit --batch ${batches[0]?.path ?? "FILE"}`,
    ],
  };
}

async function readWords(io: CliIo, { mnemonicFile, newMnemonic }: z.output<typeof options>): Promise<string> {
  if (newMnemonic !== undefined) {
    if (mnemonicFile !== undefined) throw usageError("Give either --mnemonic-file or --new-mnemonic");
    const { createMnemonic } = await import("../../deposits/mnemonic.ts");
    const words = createMnemonic();
    await writeFileAtomic(newMnemonic, `${words}\n`, { mode: SECRET_FILE_MODE });
    return words;
  }
  const words = await readSecret(io, { file: mnemonicFile, variable: "ETHSTAKE_MNEMONIC", what: "mnemonic" });
  if (words !== undefined) return words;
  throw new EthStakeError(
    "MNEMONIC_MISSING",
    "Give the words with --mnemonic-file, or make new ones with --new-mnemonic",
  );
}

function progress(step: string, done: number, total: number): string {
  return `\r${step} ${done}/${total}${done === total ? "\n" : ""}`;
}

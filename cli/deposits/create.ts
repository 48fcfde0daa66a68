import { Option, type Command } from "commander";
import { z } from "zod";

import type { CreatedDeposits } from "../../deposits/create.ts";
import { formatGwei } from "../../chain/units.ts";
import { addAliases } from "../aliases.ts";
import { createCommand } from "../command.ts";
import { readGlobals } from "../globals.ts";
import type { CliIo } from "../io.ts";
import { readOptions, usageError, wholeNumber } from "../options.ts";
import type { Answer } from "../output.ts";
import { readOrAskSecret } from "../secrets.ts";
import { runFields, addRunOptions, resumable } from "./run-options.ts";
import { addNetworkOptions, networkFields, readNetwork } from "./network-options.ts";
import { showProgress } from "./progress.ts";
import { addNewWordsOptions, newWordsFields, readWords } from "./words.ts";

const options = z.object({
  ...networkFields,
  ...newWordsFields,
  ...runFields,
  count: wholeNumber,
  startIndex: wholeNumber.optional(),
  withdrawalAddress: z.string().optional(),
  compounding: z.boolean().default(false),
  amount: z.string(),
  keystores: z.boolean().default(true),
});

/** `ethstake deposits create` */
export function createDepositsCommand(io: CliIo): Command {
  const command = createCommand(io, {
    name: "create",
    description: "Makes validator keys: keystores and a deposit data file; needs no node",
    example:
      "ethstake deposits create --chain hoodi --mnemonic-file words.txt --count 100 --withdrawal-address 0x... --compounding --keystore-password-file password.txt --out validator_keys",
    run: create,
  })
    .requiredOption("--count <count>", "how many keys to make")
    .option("--start-index <index>", "first key index (default: the first never used from the folder)")
    .option("--withdrawal-address <address>", "where validators pay out to, for ever (default: the vault of --context)")
    .option("--compounding", "0x02 credentials: up to 2048 ETH earn; without it 0x01, and 32 ETH earn")
    .option("--amount <ether>", "1 to 2048 ETH for each", "32")
    .option("--no-keystores", "write deposit data alone; the keys stay in the mnemonic");
  addRunOptions(addNewWordsOptions(addNetworkOptions(command)));
  return addAliases(command.addOption(new Option("--regular-withdrawal", "0x01, as without").hideHelp()), {
    "--count": ["--num_validators", "--num-validators"],
    "--start-index": ["--validator_start_index", "--validator-start-index"],
    "--withdrawal-address": ["--withdrawal_address", "--execution_address", "--eth1_withdrawal_address"],
    "--out": ["--folder", "--output_folder"],
    "--language": ["--mnemonic_language", "--mnemonic-language"],
  });
}

async function create(command: Command, io: CliIo): Promise<Answer> {
  const given = readOptions(options, command);
  const globals = readGlobals(command);
  if (globals.dryRun) throw usageError("Leave --dry-run out: making keys sends nothing");
  const { network, context } = await readNetwork(globals, given);
  // Loaded when it is needed: most commands need none of the programs.
  const [{ createDeposits }, terms] = await Promise.all([
    import("../../deposits/create.ts"),
    import("../../deposits/terms.ts"),
  ]);
  const address = given.withdrawalAddress ?? context?.withdrawalVault;
  if (address === undefined) throw usageError("Name where validators pay out to with --withdrawal-address");
  const withdrawalCredentials = terms.credentialsOf(terms.parseWithdrawalAddress(address), given.compounding);
  const amountGwei = terms.parseDepositAmount(given.amount);
  terms.assertAmount(amountGwei, withdrawalCredentials);
  const password = given.keystores ? await readPassword(io, given.keystorePasswordFile) : undefined;
  const { mnemonic, passphrase } = await readWords(io, given);
  const made = await resumable(() =>
    createDeposits({
      mnemonic,
      passphrase,
      count: given.count,
      startIndex: given.startIndex,
      network,
      withdrawalCredentials,
      amountGwei,
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
  return answerOf(made, { network: network.name, withdrawalCredentials, amountGwei, folder: given.out });
}

async function readPassword(io: CliIo, file: string | undefined): Promise<string> {
  const source = { file, variable: "ETHSTAKE_KEYSTORE_PASSWORD", what: "password of keystores", repeat: true };
  const password = await readOrAskSecret(io, source);
  if (password !== undefined) return password;
  throw usageError("Give a password with --keystore-password-file, or leave keystores out with --no-keystores");
}

function answerOf(
  { startIndex, deposits, depositDataPath, keystorePaths }: CreatedDeposits,
  about: { network: string; withdrawalCredentials: string; amountGwei: bigint; folder: string },
): Answer {
  const pubkeys = deposits.map(({ pubkey }) => pubkey);
  return {
    document: { action: "deposits create", startIndex, pubkeys, depositDataPath, keystorePaths, ...about },
    lines: [
      `${pubkeys.length} keys from index ${startIndex} on, of ${formatGwei(about.amountGwei)} ETH each, verified`,
      `Withdrawal credentials: ${about.withdrawalCredentials}`,
      `Deposit data: ${depositDataPath}`,
      keystorePaths.length > 0 ? `${keystorePaths.length} keystores in ${about.folder}` : "No keystores, as you asked",
      `Next: ethstake deposits verify ${depositDataPath} --chain ${about.network} --consensus URL`,
    ],
  };
}

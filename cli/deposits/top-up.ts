import type { Command } from "commander";
import { z } from "zod";

import { formatGwei } from "../../chain/units.ts";
import { createCommand } from "../command.ts";
import { readGlobals } from "../globals.ts";
import type { CliIo } from "../io.ts";
import { addKeyOptions, keyFields, readKeySource } from "../key-options.ts";
import { readOptions, usageError } from "../options.ts";
import type { Answer } from "../output.ts";
import { addNetworkOptions, networkFields, readNetwork } from "./network-options.ts";

const options = z.object({
  ...networkFields,
  ...keyFields,
  withdrawalAddress: z.string().optional(),
  compounding: z.boolean().default(false),
  amount: z.string(),
  out: z.string(),
});

/** `ethstake deposits top-up` */
export function topUpCommand(io: CliIo): Command {
  const command = createCommand(io, {
    name: "top-up",
    description: "Makes deposit data that adds to validators which exist",
    example:
      "ethstake deposits top-up --chain hoodi --keystores validator_keys --keystore-password-file password.txt --withdrawal-address 0x... --compounding --amount 16",
    run: topUp,
  })
    .requiredOption("--amount <ether>", "how much to add to each")
    .option("--withdrawal-address <address>", "where the validators pay out to (default: the vault of --context)")
    .option("--compounding", "they have 0x02 credentials")
    .option("--out <folder>", "where the file goes", "validator_keys");
  return addKeyOptions(addNetworkOptions(command));
}

async function topUp(command: Command, io: CliIo): Promise<Answer> {
  const given = readOptions(options, command);
  const { network, context } = await readNetwork(readGlobals(command), given);
  const [{ createTopUps }, terms] = await Promise.all([
    import("../../deposits/top-up.ts"),
    import("../../deposits/terms.ts"),
  ]);
  const address = given.withdrawalAddress ?? context?.withdrawalVault;
  if (address === undefined) throw usageError("Name where the validators pay out to with --withdrawal-address");
  const amountGwei = terms.parseDepositAmount(given.amount);
  const { deposits, path } = await createTopUps({
    keys: await readKeySource(io, given),
    network,
    withdrawalCredentials: terms.credentialsOf(terms.parseWithdrawalAddress(address), given.compounding),
    amountGwei,
    folder: given.out,
    clock: io.clock,
  });
  const pubkeys = deposits.map(({ pubkey }) => pubkey);
  return {
    document: { action: "deposits top-up", pubkeys, amountGwei, depositDataPath: path },
    lines: [
      `${pubkeys.length} top-ups of ${formatGwei(amountGwei)} ETH each, verified`,
      `Deposit data: ${path}`,
      `Next: ethstake deposits submit ${path} --top-up --chain ${network.name}`,
    ],
  };
}

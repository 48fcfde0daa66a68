import type { Command } from "commander";
import { z } from "zod";

import { formatGwei } from "../../chain/units.ts";
import { createCommand } from "../command.ts";
import { readGlobals } from "../globals.ts";
import type { CliIo } from "../io.ts";
import { namesConsensus } from "../nodes.ts";
import { readOptions, wholeNumber } from "../options.ts";
import type { Answer } from "../output.ts";
import { checkDeposits } from "./check-deposits.ts";
import { addNetworkOptions, networkFields, readNetwork } from "./network-options.ts";

const options = z.object({
  ...networkFields,
  withdrawalAddress: z.string().optional(),
  amount: z.string().optional(),
  topUp: z.boolean().default(false),
  threads: wholeNumber.optional(),
});

/** `ethstake deposits verify` */
export function verifyDepositsCommand(io: CliIo): Command {
  const command = createCommand(io, {
    name: "verify",
    description: "Checks a deposit data file in every way: by itself, and against the chain where a node is named",
    example:
      "ethstake deposits verify validator_keys/deposit_data-1790000000.json --chain hoodi --consensus http://127.0.0.1:5052",
    run: verify,
  })
    .argument("<file>", "deposit data file, of any tool")
    .option("--withdrawal-address <address>", "the only one that is right (default: any)")
    .option("--amount <ether>", "the only one that is right (default: any)")
    .option("--top-up", "the validators are there already, and get more")
    .option("--threads <count>", "how many threads (default: one a core)");
  return addNetworkOptions(command);
}

async function verify(command: Command, io: CliIo): Promise<Answer> {
  const [file = ""] = command.args;
  const given = readOptions(options, command);
  const globals = readGlobals(command);
  const { network, context } = await readNetwork(globals, given);
  const terms = await import("../../deposits/terms.ts");
  const { withdrawalAddress } = given;
  const address = withdrawalAddress === undefined ? undefined : terms.parseWithdrawalAddress(withdrawalAddress);
  const amountGwei = given.amount === undefined ? undefined : terms.parseDepositAmount(given.amount);
  const { entries, problems, sources } = await checkDeposits(file, {
    io,
    globals,
    context,
    threads: given.threads,
    expected: { network, amountGwei },
    kind: given.topUp ? "top-up" : "first",
    online: !given.offline && namesConsensus(globals, io),
  });
  const payees = new Set(entries.map(({ withdrawalCredentials }) => withdrawalCredentials));
  const foreign = address === undefined ? [] : foreignTo(terms.credentialsOf(address, true), entries);
  const all = [...problems, ...foreign].toSorted((a, b) => a.position - b.position);
  const totalGwei = entries.reduce((sum, entry) => sum + entry.amountGwei, 0n);
  return {
    document: {
      action: "deposits verify",
      file,
      network: network.name,
      count: entries.length,
      totalGwei,
      withdrawalCredentials: [...payees],
      sources,
      ok: all.length === 0,
      problems: all,
    },
    lines: [
      ...all.map(({ code, position, pubkey, problem }) => `Deposit ${position + 1} (${pubkey}): ${problem} [${code}]`),
      ...[...payees].map((credentials) => `Withdrawal credentials: ${credentials}`),
      sources.length > 0
        ? `The chain was asked: ${sources.join(", ")}`
        : "No node was asked: whether the keys are new to the chain is not known",
      all.length === 0
        ? `${entries.length} deposits of ${formatGwei(totalGwei)} ETH in all, verified for ${network.name}`
        : `${all.length} problems: send none of these deposits`,
    ],
    failed: all.length > 0,
  };
}

/** An address may be paid by either kind of credentials. */
function foreignTo(credentials: string, entries: readonly { pubkey: `0x${string}`; withdrawalCredentials: string }[]) {
  return entries.flatMap(({ pubkey, withdrawalCredentials: got }, position) =>
    got.slice(4) === credentials.slice(4)
      ? []
      : [{ code: "CREDENTIALS_FOREIGN", position, pubkey, problem: `it pays out to ${got}` }],
  );
}

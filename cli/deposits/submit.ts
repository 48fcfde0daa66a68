import type { Command } from "commander";
import { z } from "zod";

import { iDepositContractAbi } from "../../chain/abi/IDepositContract.ts";
import type { Mined } from "../../chain/execution/transact.ts";
import { formatGwei, gweiToWei } from "../../chain/units.ts";
import type { DepositEntry } from "../../deposits/deposit-file.ts";
import type { DepositProblem } from "../../deposits/verify/find-problems.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { createCommand } from "../command.ts";
import { readGlobals } from "../globals.ts";
import type { CliIo } from "../io.ts";
import { openExecution } from "../nodes.ts";
import { readOptions, usageError } from "../options.ts";
import type { Answer } from "../output.ts";
import { minedFields, minedLine, openSender, type Sender, type SenderSession } from "../send.ts";
import { checkDeposits } from "./check-deposits.ts";
import { addNetworkOptions, networkFields, readNetwork } from "./network-options.ts";

const options = z.object({ ...networkFields, topUp: z.boolean().default(false) });
/** Of a first deposit that is on its way or there already, as an earlier run of this left it. */
const SENT_BEFORE = ["KEY_EXISTS", "KEY_PENDING"];

/** `ethstake deposits submit` */
export function submitDepositsCommand(io: CliIo): Command {
  const command = createCommand(io, {
    name: "submit",
    description:
      "Verifies a deposit data file against the chain and sends what is not there yet to the deposit contract",
    example:
      "ethstake deposits submit validator_keys/deposit_data-1790000000.json --chain hoodi --private-key-file key.txt",
    run: submit,
  })
    .argument("<file>", "deposit data file, of any tool")
    .option("--top-up", "the validators are there already, and get more; run it once: nothing tells two top-ups apart");
  return addNetworkOptions(command);
}

async function submit(command: Command, io: CliIo): Promise<Answer> {
  const [file = ""] = command.args;
  const given = readOptions(options, command);
  const globals = readGlobals(command);
  if (given.offline) throw usageError("Leave --offline out: sending takes a network");
  const { network } = await readNetwork(globals, given);
  const execution = await openExecution(globals, io, network);
  const session: SenderSession = { io, globals, execution };
  const sender = await openSender(session);
  const kind = given.topUp ? "top-up" : "first";
  const checked = await checkDeposits(file, { io, globals, expected: { network }, kind, online: true });
  refuseProblems(file, checked.problems);
  const before = new Set(checked.problems.map(({ position }) => position));
  const left = checked.entries.filter((_entry, position) => !before.has(position));
  if (left.length > 0) await assertNothingWaits(session, sender);

  const sent: { pubkey: string; mined: Mined | undefined }[] = [];
  for (const entry of left)
    sent.push({ pubkey: entry.pubkey, mined: await send(sender, network.depositContract, entry) });
  return {
    document: {
      action: "deposits submit",
      file,
      already: [...before].map((position) => checked.entries[position]?.pubkey),
      sent: sent.map(({ pubkey, mined }) => ({ pubkey, ...minedFields(mined) })),
    },
    lines: [
      ...(before.size > 0 ? [`${before.size} were sent before`] : []),
      ...sent.flatMap(({ pubkey, mined }) => [pubkey, minedLine(mined)]),
      `${sent.length} deposits sent`,
    ],
  };
}

/** Only what an earlier run has sent may be in the way. */
function refuseProblems(file: string, problems: readonly DepositProblem[]): void {
  const [first] = problems.filter(({ code }) => !SENT_BEFORE.includes(code));
  if (first === undefined) return;
  throw new EthStakeError(
    first.code,
    `Send none of ${file}: of deposit ${first.position + 1}, ${first.problem}; "ethstake deposits verify" tells all`,
    { details: { ...first } },
  );
}

/** A deposit that an interrupted run has sent may not be in a block yet, and would be sent again. */
async function assertNothingWaits({ execution }: SenderSession, { account }: Sender): Promise<void> {
  const { address } = account;
  const [mined, all] = await Promise.all([
    execution.client.getTransactionCount({ address, blockTag: "latest" }),
    execution.client.getTransactionCount({ address, blockTag: "pending" }),
  ]);
  if (all > mined)
    throw new EthStakeError("TRANSACTION_WAITING", `Wait: ${all - mined} transactions of ${address} are on their way`, {
      details: { address, mined, all },
      retryable: true,
    });
}

async function send(sender: Sender, address: `0x${string}`, entry: DepositEntry): Promise<Mined | undefined> {
  const { pubkey, withdrawalCredentials, signature, dataRoot, amountGwei } = entry;
  return sender.submit(`Deposit ${formatGwei(amountGwei)} ETH for ${pubkey}.`, {
    address,
    abi: iDepositContractAbi,
    functionName: "deposit",
    args: [pubkey, withdrawalCredentials, signature, dataRoot],
    valueWei: gweiToWei(amountGwei),
  });
}

import type { Abi, ContractFunctionArgs, ContractFunctionName, LocalAccount } from "viem";

import { toExecutionError } from "../chain/execution/revert.ts";
import { createTransactor, type ContractCall, type Mined, type Transactor } from "../chain/execution/transact.ts";
import { protocolErrorAbi } from "../chain/protocol/error-abi.ts";
import { formatWei } from "../chain/units.ts";
import { EthStakeError } from "../runtime/errors.ts";
import { readAccount, type Session } from "./session.ts";

type Writing = "nonpayable" | "payable";

/** As much of a session as sending takes. */
export type SenderSession = Pick<Session, "io" | "globals" | "execution">;

/** Sends what a person asked for. */
export type Sender = {
  readonly account: LocalAccount;
  /** Simulates the call, asks, sends and waits. Undefined after a dry run. */
  submit<
    const TAbi extends Abi,
    TName extends ContractFunctionName<TAbi, Writing>,
    const TArgs extends ContractFunctionArgs<TAbi, Writing, TName>,
  >(
    sentence: string,
    call: ContractCall<TAbi, TName, TArgs>,
  ): Promise<Mined | undefined>;
};

/** Makes the sender of a command, for the account of its key. */
export async function openSender(session: SenderSession): Promise<Sender> {
  const { io, globals, execution } = session;
  const account = await readAccount(globals, io);
  const transactor: Transactor = createTransactor({
    execution,
    account,
    errorAbi: protocolErrorAbi,
    ...(io.onSent ? { onSent: io.onSent } : {}),
  });
  return {
    account,
    submit: async (sentence, call) => {
      await assertFunds(session, account, call.valueWei ?? 0n);
      await transactor.simulate(call);
      if (globals.dryRun) return undefined;
      await assertConfirmed(session, sentence);
      return transactor.sendAndWait(call);
    },
  };
}

/** The fields that every transaction has in a document. */
export function minedFields(mined: Mined | undefined): Record<string, unknown> {
  if (mined === undefined) return { dryRun: true };
  const { hash, receipt, gasUsed, costWei } = mined;
  return { hash, blockNumber: receipt.blockNumber, gasUsed, gasCostWei: costWei };
}

/** The last line for people. */
export function minedLine(mined: Mined | undefined): string {
  if (mined === undefined) return "Dry run: nothing was sent, and it would have succeeded";
  const { hash, receipt, costWei } = mined;
  return `In block ${receipt.blockNumber} for ${formatWei(costWei, 6)} ETH of gas: ${hash}`;
}

async function assertFunds({ execution }: SenderSession, { address }: LocalAccount, valueWei: bigint): Promise<void> {
  const balanceWei = await execution.client.getBalance({ address }).catch((error: unknown) => {
    throw toExecutionError(error, "Reading the balance");
  });
  if (balanceWei > valueWei) return;
  throw new EthStakeError(
    "INSUFFICIENT_FUNDS",
    `Send ether to ${address}: it has ${formatWei(balanceWei)} ETH and this takes ${formatWei(valueWei)} ETH and gas`,
    { details: { address, balanceWei, valueWei } },
  );
}

async function assertConfirmed({ io, globals }: SenderSession, sentence: string): Promise<void> {
  if (globals.yes) return;
  if (io.confirm === undefined)
    throw new EthStakeError("NOT_CONFIRMED", "Add --yes to send this without being asked: nobody can be asked here");
  if (!(await io.confirm(`${sentence} Go on?`)))
    throw new EthStakeError("NOT_CONFIRMED", "Nothing was sent, as you answered no");
}

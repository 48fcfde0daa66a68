import type { Abi, ContractFunctionArgs, ContractFunctionName } from "viem";
import { privateKeyToAccount } from "viem/accounts";

import type { Execution } from "../../chain/execution/client.ts";
import { createTransactor, type ContractCall, type Mined, type Transactor } from "../../chain/execution/transact.ts";
import { protocolErrorAbi } from "../../chain/protocol/error-abi.ts";
import { toEthStakeError } from "../../runtime/errors.ts";
import type { Person } from "../network/person.ts";

type Writing = "nonpayable" | "payable";

/** What came of what people tried to do: how often it went well, and why not. */
export type Outcome = { done: number; refused: Map<string, number> };

/** Sends what people do, without waiting for the block: the slots go on by themselves. */
export type Sender = {
  /** Resolves when the transaction has left, or was refused before; `then` runs when it is in a block. */
  send<
    const TAbi extends Abi,
    TName extends ContractFunctionName<TAbi, Writing>,
    const TArgs extends ContractFunctionArgs<TAbi, Writing, TName>,
  >(
    who: Person,
    what: string,
    call: ContractCall<TAbi, TName, TArgs>,
    then?: (mined: Mined) => void | Promise<void>,
  ): Promise<void>;
  readonly outcomes: ReadonlyMap<string, Outcome>;
  /** Transactions that wait for their block. */
  readonly waiting: number;
  note(what: string, refusal?: string): void;
};

/** Makes the sender of all people. */
export function createSender(execution: Execution): Sender {
  const transactors = new Map<string, { transactor: Transactor; left: () => void; busy: boolean }>();
  const outcomes = new Map<string, Outcome>();
  let waiting = 0;

  const of = (who: Person) => {
    let known = transactors.get(who.address);
    if (known === undefined) {
      const made: { transactor: Transactor; left: () => void; busy: boolean } = {
        busy: false,
        left: () => undefined,
        transactor: createTransactor({
          execution,
          account: privateKeyToAccount(who.privateKey),
          errorAbi: protocolErrorAbi,
          onSent: () => made.left(),
        }),
      };
      known = made;
      transactors.set(who.address, known);
    }
    return known;
  };
  const note: Sender["note"] = (what, refusal) => {
    const outcome = outcomes.get(what) ?? { done: 0, refused: new Map<string, number>() };
    outcomes.set(what, outcome);
    if (refusal === undefined) outcome.done += 1;
    else outcome.refused.set(refusal, (outcome.refused.get(refusal) ?? 0) + 1);
  };

  return {
    outcomes,
    note,
    get waiting() {
      return waiting;
    },
    send: (who, what, call, then) => {
      const sender = of(who);
      // Its next one would wait for a block, and the block for it.
      if (sender.busy) {
        note(what, "BUSY");
        return Promise.resolve();
      }
      sender.busy = true;
      return new Promise<void>((resolve) => {
        sender.left = resolve;
        waiting += 1;
        sender.transactor
          .sendAndWait(call)
          .then(
            async (mined) => {
              note(what);
              await then?.(mined);
            },
            (error: unknown) => {
              const { code, details } = toEthStakeError(error);
              const { errorName } = details;
              note(what, typeof errorName === "string" ? errorName : code);
            },
          )
          .finally(() => {
            waiting -= 1;
            sender.busy = false;
            resolve();
          });
      });
    },
  };
}

import { zeroAddress } from "viem";
import { toAccount } from "viem/accounts";

import { EthStakeError } from "../runtime/errors.ts";
import type { Reason } from "./job.ts";

const WHAT_TO_SET = "set KEEPER_PRIVATE_KEY or KEEPER_PRIVATE_KEY_FILE, or name the file with --private-key-file";

/** Stands in for an account where there is no key: calls can be tried with it, and nothing can be signed. */
export const watchingAccount = toAccount({
  address: zeroAddress,
  signMessage: refuse,
  signTransaction: refuse,
  signTypedData: refuse,
});

/** What is to be said where no key was given. */
export function noticeOf({ privateKey }: { privateKey: unknown }): Reason | undefined {
  if (privateKey !== undefined) return undefined;
  return { code: "NO_KEY", message: `Dry run, since there is no key: to send, ${WHAT_TO_SET}` };
}

async function refuse(): Promise<never> {
  throw new EthStakeError("KEY_MISSING", `Nothing can be sent without a key: ${WHAT_TO_SET}`);
}

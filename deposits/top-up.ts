import { join } from "node:path";

import type { Hex } from "viem";

import type { SignedDeposit } from "../chain/keys/deposit-signature.ts";
import type { AnyNetwork } from "../chain/networks.ts";
import { SECRET_FILE_MODE, writeFileAtomic } from "../runtime/atomic-file.ts";
import { createSystemClock, type Clock } from "../runtime/clock.ts";
import { EthStakeError } from "../runtime/errors.ts";
import { depositFileName } from "./create.ts";
import { signDeposit } from "./deposit-data.ts";
import { encodeDepositFile } from "./deposit-file.ts";
import { withEachKey, type KeySource } from "./key-source.ts";
import { readBackDeposits } from "./run/read-back.ts";
import { assertAmount } from "./terms.ts";
import { createPool } from "./workers/pool.ts";

export type TopUpOptions = {
  keys: KeySource;
  network: AnyNetwork;
  /** Those that the validators have. */
  withdrawalCredentials: Hex;
  amountGwei: bigint;
  folder: string;
  clock?: Clock | undefined;
};

/**
 * Makes deposit data that adds to validators which exist. The chain does not look at the signature of a top-up; it is
 * there because tools do, and because a validator that does not exist after all is then still ours.
 */
export async function createTopUps(options: TopUpOptions): Promise<{ deposits: SignedDeposit[]; path: string }> {
  const { network, withdrawalCredentials, amountGwei, folder, clock = createSystemClock() } = options;
  assertAmount(amountGwei, withdrawalCredentials);
  const terms = { withdrawalCredentials, amountGwei, genesisForkVersion: network.genesisForkVersion };
  const deposits = await withEachKey(options.keys, ({ secretKey, pubkey }) => signDeposit(secretKey, terms, pubkey));
  if (new Set(deposits.map(({ pubkey }) => pubkey)).size < deposits.length)
    throw new EthStakeError("KEY_DUPLICATE", "Name every keystore once: two of them hold the same key");
  const path = join(folder, depositFileName(Math.floor(clock.now())));
  await writeFileAtomic(path, encodeDepositFile(deposits, network), { mode: SECRET_FILE_MODE });
  const pool = createPool({ threads: 1 });
  await readBackDeposits(pool, path, { network, deposits }, () => undefined).finally(() => pool.close());
  return { deposits, path };
}

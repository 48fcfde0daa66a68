import type { Hex } from "viem";
import { mnemonicToAccount, type HDAccount } from "viem/accounts";

/** The mnemonic that every Ethereum development tool knows. Worthless anywhere else. */
export const DEVNET_MNEMONIC = "test test test test test test test test test test test junk";

export const FUNDED_ACCOUNT_COUNT = 20;
export const FUNDED_BALANCE_WEI = 1_000_000n * 10n ** 18n;

/** The n-th account of the devnet's mnemonic; the first 20 own a million ether each. */
export function fundedAccount(index: number): HDAccount {
  return mnemonicToAccount(DEVNET_MNEMONIC, { addressIndex: index });
}

/** The private key of an account of the mnemonic, for programs that take a key. */
export function privateKeyOf(account: HDAccount): Hex {
  const key = account.getHdKey().privateKey;
  if (key === null) throw new Error("The account has no private key");
  return `0x${Buffer.from(key).toString("hex")}`;
}

import type { Address, Hex } from "viem";

import { fundedAccount, privateKeyOf } from "../../devnet/index.ts";

/** Somebody who acts on the network: an account of the devnet's mnemonic. */
export type Person = { name: string; address: Address; privateKey: Hex };

/** Names an account of the mnemonic. */
export function personOf(name: string, accountIndex: number): Person {
  const account = fundedAccount(accountIndex);
  return { name, address: account.address, privateKey: privateKeyOf(account) };
}

import { mnemonicToAccount, type HDAccount } from "viem/accounts";

import type { People } from "./people.ts";

/** The mnemonic that every Ethereum development tool knows, and that funds the accounts of a devnet. */
const MNEMONIC = "test test test test test test test test test test test junk";

const ADMINISTRATOR_OWNERS = [10, 11, 12];
const GUARDIAN_OWNERS = [13, 14, 15];
const COMMITTEE_MEMBERS = [16, 17, 18];

/** Accounts of a devnet by what they do there: 0 deploys, 10 to 12 administrate, 13 to 15 guard, 16 to 18 report. */
export const devnetAccounts = {
  deployer: () => account(0),
  administratorOwners: () => ADMINISTRATOR_OWNERS.map(account),
  guardianOwners: () => GUARDIAN_OWNERS.map(account),
  committeeMembers: () => COMMITTEE_MEMBERS.map(account),
};

/** Two Safes of 2-of-3 and a committee of 2-of-3, all of accounts that a devnet funds. */
export function devnetPeople(): People {
  const addresses = (accounts: HDAccount[]) => accounts.map(({ address }) => address);
  return {
    administrator: { owners: addresses(devnetAccounts.administratorOwners()), threshold: 2 },
    guardian: { owners: addresses(devnetAccounts.guardianOwners()), threshold: 2 },
    committee: { members: addresses(devnetAccounts.committeeMembers()), quorum: 2 },
  };
}

function account(addressIndex: number): HDAccount {
  return mnemonicToAccount(MNEMONIC, { addressIndex });
}

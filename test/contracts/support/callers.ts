import type { Address } from "viem";

import { asContract } from "./impersonation.ts";
import type { Protocol } from "./protocol.ts";

/** Somebody who sends a transaction. */
export type Caller = { account: Address };

const CONTRACTS = [
  "pool",
  "queue",
  "registry",
  "manager",
  "distribution",
  "token",
  "withdrawalVault",
  "exits",
] as const;

/** People of every kind and contracts of the protocol, without those who are allowed. */
export async function everybodyBut(p: Protocol, ...allowed: Address[]): Promise<Caller[]> {
  const { roles, members, operators, stakers, stranger, deployer } = p.accounts;
  const people = [...Object.values(roles), members[0], operators[0], operators[1], stakers[0], stranger, deployer];
  const contracts = await Promise.all(CONTRACTS.map((name) => asContract(p, p[name])));
  const refused = new Set(allowed.map((address) => address.toLowerCase()));
  return [...people.map(({ account }) => ({ account: account.address })), ...contracts].filter(
    ({ account }) => !refused.has(account.toLowerCase()),
  );
}

import type { WalletClient } from "@nomicfoundation/hardhat-viem/types";
import type { NetworkConnection } from "hardhat/types/network";
import type { Address } from "viem";

import { ROLE_NAMES, type RoleName } from "../../../deploy/roles.ts";

/** An account of Hardhat's network that signs and sends. */
export type Actor = WalletClient;

const MEMBERS = 3;
const OPERATORS = 2;
const STAKERS = 5;

export type Accounts = {
  deployer: Actor;
  /** One account for each role of deploy/roles.ts. */
  roles: Readonly<Record<RoleName, Actor>>;
  /** The oracle committee, in ascending order; quorum 2. */
  members: readonly [Actor, Actor, Actor];
  operators: readonly [Actor, Actor];
  stakers: readonly [Actor, Actor, Actor, Actor, Actor];
  /** Nobody in particular. */
  stranger: Actor;
};

/** Gives the accounts of Hardhat's network their parts. */
export async function accountsOf({ viem }: NetworkConnection<"l1">): Promise<Accounts> {
  const actors = await viem.getWalletClients();
  const take = (count: number): Actor[] => {
    const taken = actors.splice(0, count);
    if (taken.length < count) throw new Error("Hardhat's network has too few accounts for the tests");
    return taken;
  };
  const [deployer] = take(1);
  const roles = take(ROLE_NAMES.length);
  return {
    deployer: deployer as Actor,
    roles: Object.fromEntries(ROLE_NAMES.map((name, i) => [name, roles[i]])) as Record<RoleName, Actor>,
    members: take(MEMBERS).sort(byAddress) as unknown as Accounts["members"],
    operators: take(OPERATORS) as unknown as Accounts["operators"],
    stakers: take(STAKERS) as unknown as Accounts["stakers"],
    stranger: take(1)[0] as Actor,
  };
}

/** The address of each actor of a record. */
export function addressesOf<Name extends string>(actors: Readonly<Record<Name, Actor>>): Record<Name, Address> {
  const entries = Object.entries<Actor>(actors).map(([name, { account }]) => [name, account.address]);
  return Object.fromEntries(entries) as Record<Name, Address>;
}

function byAddress(a: Actor, b: Actor): number {
  return a.account.address.toLowerCase() < b.account.address.toLowerCase() ? -1 : 1;
}

import { network } from "hardhat";
import { parseEther, type Address, type Hex } from "viem";

import type { Actor } from "./accounts.ts";
import { deployFixture } from "./deploy.ts";

/** One network for all files that need no parameters of their own: the protocol is deployed once and restored. */
export const connection = await network.create({ network: "default", chainType: "l1" });
export const { viem, networkHelpers } = connection;

export type Stage = Awaited<ReturnType<typeof deployStage>>;

/** More than any test spends. */
const PLENTY_WEI = parseEther("1000000");

/**
 * The protocol just after deployment, in which tests may also act as its contracts: `as.distribution` and so on.
 *
 * @example
 * const s = await stage();
 * await s.pool.write.stakeBond({ account: s.as.registry, value: parseEther("1") });
 */
export function stage(): Promise<Stage> {
  return networkHelpers.loadFixture(deployStage);
}

async function deployStage() {
  const deployed = await deployFixture(connection);
  const { registry, manager, distribution } = deployed;
  return {
    ...deployed,
    client: await viem.getPublicClient(),
    /** Their ether is counted nowhere, so they can have some for gas. */
    as: {
      registry: await actAs(registry.address),
      manager: await actAs(manager.address),
      distribution: await actAs(distribution.address),
    },
  };
}

/** Lets the test send transactions as a contract. Gives it ether, which changes the balance of that contract. */
export async function actAs(address: Address, balanceWei = PLENTY_WEI): Promise<Address> {
  await networkHelpers.impersonateAccount(address);
  await networkHelpers.setBalance(address, balanceWei);
  return address;
}

/** Address of an actor. */
export function addressOf(actor: Actor): Address {
  return actor.account.address;
}

/** Gas that a transaction used. */
export async function gasOf({ client }: Stage, hash: Hex): Promise<bigint> {
  return (await client.getTransactionReceipt({ hash })).gasUsed;
}

/** For expected arguments: the same address, however it is spelled. */
export function same(want: Address): (got: unknown) => boolean {
  return (got) => typeof got === "string" && got.toLowerCase() === want.toLowerCase();
}

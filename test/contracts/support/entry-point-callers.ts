// Everybody who could call an entry point, and what a contract says to those who may not.
import type { Address } from "viem";

import { ROLE_NAMES, type RoleName } from "../../../deploy/roles.ts";
import type { Caller } from "./entry-point-types.ts";
import type { ENTRY_POINTS } from "./entry-points.ts";
import { asContract } from "./impersonation.ts";
import type { Protocol } from "./protocol.ts";

/** Contracts that have neither roles nor pauses nor anything of the protocol's in their hands, and ProxySeed, which is gone. */
type Beside = "ProxySeed" | "RebasingEthStake" | "AsyncRedeem" | "BeaconProofs" | "DepositVerifier";
/** A contract of the list that has a part in the protocol. */
export type Listed = Exclude<keyof typeof ENTRY_POINTS, Beside>;

/** Where each contract of the list stands. */
export const DEPLOYED = {
  EthStake: (p) => p.token.address,
  StakingPool: (p) => p.pool.address,
  WithdrawalQueue: (p) => p.queue.address,
  OperatorRegistry: (p) => p.registry.address,
  ValidatorManager: (p) => p.manager.address,
  ValidatorExits: (p) => p.exits.address,
  RewardDistribution: (p) => p.distribution.address,
  OracleCommittee: (p) => p.committee.address,
  WithdrawalVault: (p) => p.withdrawalVault.address,
  ExecutionRewardsVault: (p) => p.executionRewardsVault.address,
  CoverFund: (p) => p.coverFund.address,
} as const satisfies Record<Listed, (p: Protocol) => Address>;
export const LISTED: readonly Listed[] = Object.keys(DEPLOYED).filter((name): name is Listed => name in DEPLOYED);

/** What a contract says to a caller that is not the contract of the protocol that a function is for. */
const REFUSALS: Partial<Record<Listed, string>> = { EthStake: "NotPool", WithdrawalQueue: "NotPool" };

/** Whether a caller of the list is a role of people. */
export function isRole(caller: Caller): caller is RoleName {
  return ROLE_NAMES.some((role) => role === caller);
}

/** The custom error that meets everybody else. */
export function refusalOf(contract: Listed, signature: string, caller: Caller): string {
  if (caller === "authority" || isRole(caller)) return "AccessManagedUnauthorized";
  if (caller === "owner") return "NotOperatorOwner";
  if (caller === "member") return "NotMember";
  return signature.startsWith("onTransferReceived") ? "NotEthStake" : (REFUSALS[contract] ?? "NotProtocol");
}

/** The accounts that may call. Any of them may, so one is enough to show it. */
export function allowedAccounts(p: Protocol, caller: Caller): Address[] {
  const { accounts, accessManager, withdrawalVault, executionRewardsVault, queue } = p;
  if (isRole(caller)) return [accounts.roles[caller].account.address];
  if (caller === "anyone" || caller === "once") return [accounts.stranger.account.address];
  if (caller === "authority") return [accessManager.address];
  if (caller === "owner") return [accounts.operators[0].account.address];
  if (caller === "member") return accounts.members.map(({ account }) => account.address);
  if (caller === "vaults or queue") return [withdrawalVault.address, executionRewardsVault.address, queue.address];
  return [p[caller].address];
}

/** People of every kind, and every contract that is deployed. */
export function everybody(p: Protocol): Address[] {
  const { roles, members, operators, stakers, stranger, deployer } = p.accounts;
  const people = [...Object.values(roles), ...members, ...operators, ...stakers, stranger, deployer];
  const contracts = LISTED.map((name) => DEPLOYED[name](p));
  const beside = [p.rebasing, p.asyncRedeem, p.beaconProofs, p.depositVerifier, p.accessManager, p.seed];
  return [...people.map(({ account }) => account.address), ...contracts, ...beside.map(({ address }) => address)];
}

/** Lets a test send as an account that may call: people can, contracts are impersonated. */
export async function sendAs(p: Protocol, caller: Caller): Promise<{ account: Address }> {
  const [address = p.accounts.stranger.account.address] = allowedAccounts(p, caller);
  const isContract = (await p.client.getCode({ address })) !== undefined;
  return isContract ? asContract(p, { address }) : { account: address };
}

import { getAddress, keccak256, stringToHex, zeroHash, type Address, type Hex, type PublicClient } from "viem";

import { asyncRedeemAbi } from "../chain/abi/AsyncRedeem.ts";
import { rebasingEthStakeAbi } from "../chain/abi/RebasingEthStake.ts";
import { EthStakeError } from "../runtime/errors.ts";
import { accessManagerAbi, timelockAbi } from "./abi.ts";
import { PROXY_NAMES } from "./arguments.ts";
import type { DeployedName } from "./ignition.ts";
import type { DelayParameters } from "./parameters/types.ts";
import { ROLE_NAMES, ROLES, assignments, type RoleName } from "./roles.ts";

/** Storage slot of an ERC-1967 proxy that names its implementation: https://eips.ethereum.org/EIPS/eip-1967 */
export const IMPLEMENTATION_SLOT: Hex = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc";

const TIMELOCK_ROLES = {
  DEFAULT_ADMIN_ROLE: zeroHash,
  PROPOSER_ROLE: keccak256(stringToHex("PROPOSER_ROLE")),
  EXECUTOR_ROLE: keccak256(stringToHex("EXECUTOR_ROLE")),
  CANCELLER_ROLE: keccak256(stringToHex("CANCELLER_ROLE")),
} as const;
type TimelockRole = keyof typeof TIMELOCK_ROLES;

export type VerifyOptions = {
  client: Pick<PublicClient, "readContract" | "getContractEvents" | "getStorageAt">;
  addresses: Readonly<Record<DeployedName, Address>>;
  deployer: Address;
  delays: DelayParameters;
  fromBlock: bigint;
};

/**
 * Reads from the chain that the deployer is left with nothing, that the people of the table hold their roles and nobody
 * else does, that every privileged function needs its role, that no proxy is a seed any more, and that the wrappers wrap
 * this token.
 */
export async function verifyHandOver(options: VerifyOptions): Promise<void> {
  const problems = (
    await Promise.all([
      accessMembers(options),
      accessFunctions(options),
      timelockMembers(options),
      timelockDelay(options),
      proxies(options),
      wrappers(options),
    ])
  ).flat();
  if (problems.length === 0) return;
  throw new EthStakeError("HAND_OVER_INCOMPLETE", `Do not use this deployment: ${problems.join("; ")}`, {
    details: { problems },
  });
}

/** Every grant that was ever made must be one of the table, or have been taken back. */
async function accessMembers({ client, addresses, delays, deployer, fromBlock }: VerifyOptions): Promise<string[]> {
  const accessManager = { address: addresses.accessManager, abi: accessManagerAbi } as const;
  const grants = await client.getContractEvents({ ...accessManager, eventName: "RoleGranted", fromBlock });
  const held = await Promise.all(
    [...new Map(grants.map(({ args }) => [`${args.roleId} ${args.account}`, args])).values()].map(
      async ({ roleId = 0n, account = deployer }) => {
        const [isMember, delay] = await client.readContract({
          ...accessManager,
          functionName: "hasRole",
          args: [roleId, account],
        });
        return isMember ? [`${roleId} ${getAddress(account)} ${delay}`] : [];
      },
    ),
  );
  const wanted = ROLE_NAMES.flatMap((name) => memberLines(name, addresses, delays));
  return [
    ...difference(held.flat(), wanted, "holds a role that it should not have (role, account, delay)"),
    ...difference(wanted, held.flat(), "does not hold its role (role, account, delay)"),
  ];
}

function memberLines(name: RoleName, addresses: VerifyOptions["addresses"], delays: DelayParameters): string[] {
  const { id, holders } = ROLES[name];
  return holders.map((holder) => `${id} ${addresses[holder]} ${delays.roleSeconds[name]}`);
}

async function accessFunctions({ client, addresses }: VerifyOptions): Promise<string[]> {
  const address = addresses.accessManager;
  const found = await Promise.all(
    assignments().flatMap(({ role, contract, functions, selectors }) =>
      selectors.map(async (selector, i) => {
        const roleId = await client.readContract({
          address,
          abi: accessManagerAbi,
          functionName: "getTargetFunctionRole",
          args: [addresses[contract], selector],
        });
        return roleId === ROLES[role].id ? [] : [`${contract}.${functions[i]} needs role ${roleId} instead of ${role}`];
      }),
    ),
  );
  return found.flat();
}

async function timelockMembers({ client, addresses, deployer, fromBlock }: VerifyOptions): Promise<string[]> {
  const timelock = { address: addresses.timelock, abi: timelockAbi } as const;
  const grants = await client.getContractEvents({ ...timelock, eventName: "RoleGranted", fromBlock });
  const names = Object.keys(TIMELOCK_ROLES) as TimelockRole[];
  const held = await Promise.all(
    [...new Map(grants.map(({ args }) => [`${args.role} ${args.account}`, args])).values()].map(
      async ({ role = zeroHash, account = deployer }) => {
        const isMember = await client.readContract({ ...timelock, functionName: "hasRole", args: [role, account] });
        const name = names.find((one) => TIMELOCK_ROLES[one] === role) ?? role;
        return isMember ? [`${name} ${getAddress(account)}`] : [];
      },
    ),
  );
  const { administrator, guardian } = addresses;
  const wanted = [
    `DEFAULT_ADMIN_ROLE ${addresses.timelock}`,
    ...(["PROPOSER_ROLE", "EXECUTOR_ROLE", "CANCELLER_ROLE"] as const).map((name) => `${name} ${administrator}`),
    `CANCELLER_ROLE ${guardian}`,
  ];
  return [
    ...difference(held.flat(), wanted, "holds a role of the timelock that it should not have"),
    ...difference(wanted, held.flat(), "does not hold its role of the timelock"),
  ];
}

async function timelockDelay({ client, addresses, delays }: VerifyOptions): Promise<string[]> {
  const seconds = await client.readContract({
    address: addresses.timelock,
    abi: timelockAbi,
    functionName: "getMinDelay",
  });
  return seconds === BigInt(delays.timelockSeconds) ? [] : [`the timelock waits ${seconds} s`];
}

async function proxies({ client, addresses }: VerifyOptions): Promise<string[]> {
  const found = await Promise.all(
    PROXY_NAMES.map(async (name) => {
      const word = await client.getStorageAt({ address: addresses[name], slot: IMPLEMENTATION_SLOT });
      const implementation = getAddress(`0x${(word ?? zeroHash).slice(-40)}`);
      return implementation === addresses.seed ? [`the proxy of ${name} is still a seed`] : [];
    }),
  );
  return found.flat();
}

/** Nothing in the protocol would notice a wrapper of something else: it knows none. */
async function wrappers({ client, addresses }: VerifyOptions): Promise<string[]> {
  const { token, pool, rebasingEthStake, asyncRedeem } = addresses;
  const rebasing = { address: rebasingEthStake, abi: rebasingEthStakeAbi } as const;
  const [inside, rateOf, share] = await Promise.all([
    client.readContract({ ...rebasing, functionName: "TOKEN" }),
    client.readContract({ ...rebasing, functionName: "POOL" }),
    client.readContract({ address: asyncRedeem, abi: asyncRedeemAbi, functionName: "share" }),
  ]);
  return [
    ...(inside === token ? [] : [`rebasingEthStake wraps ${inside} instead of the token`]),
    ...(rateOf === pool ? [] : [`rebasingEthStake has its rate from ${rateOf} instead of the pool`]),
    ...(share === token ? [] : [`asyncRedeem redeems ${share} instead of the token`]),
  ];
}

function difference(lines: readonly string[], without: readonly string[], text: string): string[] {
  return lines.filter((line) => !without.includes(line)).map((line) => `${line} ${text}`);
}

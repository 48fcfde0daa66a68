import {
  encodeFunctionData,
  getAddress,
  isAddress,
  isHex,
  size,
  type Abi,
  type AbiFunction,
  type Address,
  type Hex,
} from "viem";
import { z } from "zod";

import { NETWORK_NAMES } from "../../chain/networks.ts";
import { decodeJson } from "../../runtime/decode-json.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { accessManagerAbi } from "../abi.ts";
import {
  HOLDERS,
  MANAGED_ABIS,
  ROLE_NAMES,
  ROLES,
  type Holder,
  type ManagedContract,
  type RoleName,
} from "../roles.ts";

const address = z
  .string()
  .refine((text) => isAddress(text), "is not an address")
  .transform((text): Address => getAddress(text));
const bytes = z.string().transform((text, context): Hex => {
  if (isHex(text) && text.length % 2 === 0) return text;
  context.addIssue({ code: "custom", message: "is not hex" });
  return z.NEVER;
});

const schema = z.strictObject({
  network: z.enum(NETWORK_NAMES),
  chainId: z.int().positive(),
  /** What is called, for people: `pool.setLimits(...)`. */
  sentence: z.string(),
  to: address,
  data: bytes,
  role: z.enum(ROLE_NAMES),
  holder: z.enum(HOLDERS),
  /** Tells equal decisions apart. */
  salt: bytes.refine((hex) => size(hex) === 32, "has not 32 bytes"),
  /** How often the same call had been announced before: an earlier decision says nothing about this one. */
  announcedBefore: z.int().nonnegative(),
  /** Of the timelock; zero when the multisig acts by itself. */
  timelockSeconds: z.int().nonnegative(),
  /** Of the role. */
  roleSeconds: z.int().nonnegative(),
});

/** Something that only people may do: one call, who holds the role that it needs, and how long it has to wait. */
export type Decision = z.output<typeof schema>;

/** Contracts with functions that need a role; the AccessManager's own functions need ADMIN. */
export type Target = ManagedContract | "accessManager";

/** Decodes the text of a decision file. */
export function parseDecision(text: string, source: string): Decision {
  return decodeJson(
    schema,
    text,
    (problem) =>
      new EthStakeError("DECISION_INVALID", `Write ${source} again with "ethstake admin decide": ${problem}`),
  );
}

/** A function that people decide about, found by its name as in `pool.pause`. */
export type DecidedFunction = { target: Target; abi: Abi; item: AbiFunction; role: RoleName };

/** Finds the function and the role that it needs; says which there are when there is none. */
export function decidedFunction(name: string): DecidedFunction {
  const [target = "", functionName = ""] = name.split(".");
  if (target === "accessManager") {
    const item = functionOf(accessManagerAbi, functionName);
    if (item !== undefined) return { target, abi: accessManagerAbi, item, role: "ADMIN" };
  }
  for (const role of ROLE_NAMES)
    for (const [contract, functions] of Object.entries(ROLES[role].functions)) {
      if (contract !== target || !functions.some((one) => one === functionName)) continue;
      const managed = contract as ManagedContract;
      const item = functionOf(MANAGED_ABIS[managed], functionName);
      if (item !== undefined) return { target: managed, abi: MANAGED_ABIS[managed], item, role };
    }
  throw new EthStakeError("USAGE", `Name one of ${decidedNames().join(", ")} instead of "${name}"`);
}

/** All functions that people decide about, as `pool.pause`. */
export function decidedNames(): string[] {
  return ROLE_NAMES.flatMap((role) =>
    Object.entries(ROLES[role].functions).flatMap(([contract, functions]) =>
      functions.map((one) => `${contract}.${one}`),
    ),
  );
}

/** The holder of a role; one must be named where there are several. */
export function holderOf(role: RoleName, named: Holder | undefined): Holder {
  const { holders } = ROLES[role];
  const [only] = holders;
  const holder = named ?? (holders.length === 1 ? only : undefined);
  if (holder !== undefined && holders.includes(holder)) return holder;
  throw new EthStakeError("USAGE", `Say who decides with --as: ${role} is held by ${holders.join(" and ")}`);
}

/** The calldata of a decided function. */
export function encodeCall({ item }: DecidedFunction, args: readonly unknown[]): Hex {
  try {
    return encodeFunctionData({ abi: [item], functionName: item.name, args });
  } catch (cause) {
    const wanted = item.inputs.map(({ name, type }) => `${type} ${name ?? ""}`.trim()).join(", ");
    throw new EthStakeError("USAGE", `Give the arguments of ${item.name} as a JSON list: ${wanted}`, { cause });
  }
}

function functionOf(abi: Abi, name: string): AbiFunction | undefined {
  return abi.find((item): item is AbiFunction => item.type === "function" && item.name === name);
}

import type { RoleName } from "../../../deploy/roles.ts";

/**
 * Who may call: anybody, nobody any more, the authority, a contract of the protocol, whom a record names (an operator's
 * owner, a member of the committee), or a role of deploy/roles.ts.
 */
export type Caller = "anyone" | "once" | "authority" | "vaults or queue" | "owner" | "member" | ContractName | RoleName;
export type ContractName = "pool" | "token" | "registry" | "manager" | "exits" | "distribution";

export type EntryPoints = {
  /** Functions that change nothing. */
  reads: readonly string[];
  /** Functions that change something, with who may call them. */
  writes: Readonly<Record<string, Caller>>;
  /** A plain transfer of ether. */
  receives: boolean;
};

const AUTHORIZED_READS = ["authority()", "isConsumingScheduledOp()"] as const;
const AUTHORIZED_WRITES = { "setAuthority(address)": "authority" } as const;

/** What every implementation of a proxy has. */
export const PROXY = {
  reads: ["UPGRADE_INTERFACE_VERSION()", "proxiableUUID()"],
  writes: { "upgradeToAndCall(address,bytes)": "UPGRADES" },
} as const;
/** What every contract without a proxy has that asks AccessManager. */
export const AUTHORIZED = { reads: AUTHORIZED_READS, writes: AUTHORIZED_WRITES } as const;
/** Both. */
export const MANAGED = {
  reads: [...PROXY.reads, ...AUTHORIZED_READS],
  writes: { ...PROXY.writes, ...AUTHORIZED_WRITES },
} as const;

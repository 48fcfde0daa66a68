import type { accessManagerAbi } from "./abi.ts";
import type { DelayParameters } from "./parameters/types.ts";
import { ROLE_NAMES, ROLES, assignments, type Holder, type ManagedContract, type RoleName } from "./roles.ts";

/** A call of the AccessManager. */
export type AccessCall<Ref> = {
  functionName: Extract<(typeof accessManagerAbi)[number], { type: "function" }>["name"];
  args: readonly (Ref | bigint | number | string | string[])[];
};

export type AccessPlan<Ref> = {
  contracts: Readonly<Record<ManagedContract, Ref>>;
  members: Readonly<Record<RoleName, readonly Ref[]>>;
  deployer: Ref;
  delays: DelayParameters;
};

/**
 * The calls that put the table of roles in force and end with the deployer giving up the only role it ever had. They go
 * out as one `multicall`: there is no moment in which half of them hold.
 */
export function accessCalls<Ref>({ contracts, members, deployer, delays }: AccessPlan<Ref>): AccessCall<Ref>[] {
  const named = ROLE_NAMES.filter((name) => name !== "ADMIN");
  return [
    ...named.map((name): AccessCall<Ref> => ({ functionName: "labelRole", args: [ROLES[name].id, name] })),
    ...named
      .filter((name) => ROLES[name].guarded)
      .map(
        (name): AccessCall<Ref> => ({
          functionName: "setRoleGuardian",
          args: [ROLES[name].id, ROLES.GUARDIAN.id],
        }),
      ),
    ...assignments().map(
      ({ role, contract, selectors }): AccessCall<Ref> => ({
        functionName: "setTargetFunctionRole",
        args: [contracts[contract], selectors, ROLES[role].id],
      }),
    ),
    ...ROLE_NAMES.flatMap((name) =>
      members[name].map(
        (member): AccessCall<Ref> => ({
          functionName: "grantRole",
          args: [ROLES[name].id, member, delays.roleSeconds[name]],
        }),
      ),
    ),
    { functionName: "renounceRole", args: [ROLES.ADMIN.id, deployer] },
  ];
}

/** The members of each role, by the table. */
export function membersOf<Ref>(holders: Readonly<Record<Holder, Ref>>): Record<RoleName, Ref[]> {
  const entries = ROLE_NAMES.map((name) => [name, ROLES[name].holders.map((holder) => holders[holder])] as const);
  return Object.fromEntries(entries) as Record<RoleName, Ref[]>;
}

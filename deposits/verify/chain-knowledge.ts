import type { Hex } from "viem";

import type { BeaconApi } from "../../chain/beacon/api.ts";
import { isDepositSignatureValid } from "../../chain/keys/deposit-signature.ts";
import { inParallel } from "../../chain/protocol/in-parallel.ts";
import type { OfflineContext } from "../offline/context.ts";
import type { DepositEntry } from "../deposit-file.ts";
import type { DepositProblem } from "./find-problems.ts";

type Record = { pubkey: Hex; withdrawalCredentials: Hex };

/** What a beacon chain knows of some keys. */
export type ChainKnowledge = {
  /** The node, or the file, that said so. */
  source: string;
  validators: readonly Record[];
  /** Deposits that wait, in their order; those with a wrong signature make no validator and are left out. */
  pending: readonly Record[];
};

/** Asks beacon nodes, each for itself: one that lags or lies does not hide what another one knows. */
export async function askNodes(
  beacons: readonly BeaconApi[],
  pubkeys: readonly Hex[],
  genesisForkVersion: Hex,
): Promise<ChainKnowledge[]> {
  const wanted = new Set(pubkeys);
  return inParallel(beacons, async (beacon) => {
    const [records, deposits] = await Promise.all([beacon.validators("head", pubkeys), beacon.pendingDeposits("head")]);
    const pending = deposits.filter((it) => wanted.has(it.pubkey) && isDepositSignatureValid(it, genesisForkVersion));
    return { source: beacon.node, validators: records.map(({ validator }) => validator), pending };
  });
}

/** What a prepared context knows. */
export function fromContext({ validators, pending }: OfflineContext, path: string): ChainKnowledge {
  return { source: path, validators, pending };
}

/**
 * What is wrong with deposits as the chain stands. A first deposit must be of a key that nobody deposited for: whoever
 * was first has fixed the credentials for ever (INC-01). A top-up must be of a validator that pays to the same place.
 */
export function findConflicts(
  entries: readonly DepositEntry[],
  knowledge: readonly ChainKnowledge[],
  kind: "first" | "top-up",
): DepositProblem[] {
  return entries.flatMap((entry, position) => {
    const found = knowledge.map((chain) => conflictOf(entry, chain, kind));
    const [first] = found.filter((conflict) => conflict !== undefined);
    return first === undefined ? [] : [{ ...first, position, pubkey: entry.pubkey }];
  });
}

function conflictOf(
  { pubkey, withdrawalCredentials }: DepositEntry,
  { source, validators, pending }: ChainKnowledge,
  kind: "first" | "top-up",
): { code: string; problem: string } | undefined {
  const validator = validators.find((record) => record.pubkey === pubkey);
  const deposit = pending.find((record) => record.pubkey === pubkey);
  const known = validator ?? deposit;
  if (known !== undefined && payee(known.withdrawalCredentials) !== payee(withdrawalCredentials))
    return {
      code: "CREDENTIALS_TAKEN",
      problem: `its key was deposited before with other withdrawal credentials, and ether sent to it is lost to ${known.withdrawalCredentials} (${source})`,
    };
  if (kind === "top-up")
    return known === undefined
      ? { code: "KEY_UNKNOWN", problem: `there is no validator to top up (${source})` }
      : undefined;
  if (validator !== undefined) return { code: "KEY_EXISTS", problem: `its key is a validator already (${source})` };
  if (deposit !== undefined) return { code: "KEY_PENDING", problem: `a deposit for its key is waiting (${source})` };
  return undefined;
}

/** Without the first byte: a validator that compounds pays to the same address as one that does not. */
function payee(credentials: Hex): string {
  return credentials.slice(4).toLowerCase();
}

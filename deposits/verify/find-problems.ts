import type { Hex } from "viem";

import type { SignedDeposit } from "../../chain/keys/deposit-signature.ts";
import { formatGwei } from "../../chain/units.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { depositDataRoot, depositMessageRoot } from "../deposit-data.ts";
import type { DepositEntry } from "../deposit-file.ts";
import type { AnyNetwork } from "../../chain/networks.ts";
import { MAX_DEPOSIT_GWEI, MIN_DEPOSIT_GWEI, kindOfCredentials } from "../terms.ts";
import type { Pool } from "../workers/pool.ts";

/** What deposits are expected to be. */
export type Expected = {
  network: AnyNetwork;
  /** Any that pay to an address, unless given. */
  withdrawalCredentials?: Hex | undefined;
  /** Any that the chain takes, unless given. */
  amountGwei?: bigint | undefined;
};

/** Why a deposit must not be sent. `position` counts from 0. */
export type DepositProblem = { code: string; position: number; pubkey: Hex; problem: string };

/** One thread checks so many signatures at once. */
const SIGNATURES_PER_TASK = 64;

/**
 * Everything that is wrong with deposits by themselves: network, duplicates, credentials, amounts, roots, signatures.
 * Those without a problem would be taken by the beacon chain.
 */
export async function findProblems(
  entries: readonly DepositEntry[],
  expected: Expected,
  pool: Pool,
  onProgress: (done: number) => void = () => undefined,
): Promise<DepositProblem[]> {
  const { network } = expected;
  const first = new Map<Hex, number>();
  const problems = entries.flatMap((entry, position) => {
    const told = (code: string, problem: string) => [{ code, position, pubkey: entry.pubkey, problem }];
    const before = first.get(entry.pubkey);
    first.set(entry.pubkey, before ?? position);
    return [
      ...(entry.networkName !== network.name || entry.forkVersion !== network.genesisForkVersion
        ? told("WRONG_NETWORK", `it is for ${entry.networkName} (${entry.forkVersion}) instead of ${network.name}`)
        : []),
      ...(before === undefined ? [] : told("KEY_DUPLICATE", `its key is that of deposit ${before + 1}`)),
      ...credentialsProblem(entry, expected).flatMap(([code, problem]) => told(code, problem)),
      ...amountProblem(entry, expected).flatMap(([code, problem]) => told(code, problem)),
      ...(depositMessageRoot(entry) !== entry.messageRoot || depositDataRoot(entry) !== entry.dataRoot
        ? told("ROOT_MISMATCH", "a root does not belong to the data")
        : []),
    ];
  });
  for (const position of await findBadSignatures(entries, network.genesisForkVersion, pool, "verify", onProgress))
    problems.push({
      code: "SIGNATURE_INVALID",
      position,
      pubkey: entries[position]?.pubkey ?? "0x",
      problem: `its signature is not valid on ${network.name}`,
    });
  return problems.toSorted((a, b) => a.position - b.position);
}

/** The positions of wrong signatures, found on all threads. */
export async function findBadSignatures(
  deposits: readonly SignedDeposit[],
  genesisForkVersion: Hex,
  pool: Pool,
  task: "verify" | "verifyAgain",
  onProgress: (done: number) => void = () => undefined,
): Promise<number[]> {
  let done = 0;
  // Parts small enough that every thread has one.
  const size = Math.min(SIGNATURES_PER_TASK, Math.ceil(deposits.length / pool.threads));
  const starts = Array.from({ length: Math.ceil(deposits.length / size) }, (_, i) => i * size);
  const found = await Promise.all(
    starts.map(async (at) => {
      const part = deposits.slice(at, at + size).map(toDeposit);
      const wrong = await pool.run(task, { deposits: part, genesisForkVersion });
      onProgress((done += part.length));
      return wrong.map((position) => at + position);
    }),
  );
  return found.flat();
}

/** Throws the first of the problems, if there is any. */
export function throwFirst(problems: readonly DepositProblem[]): void {
  const [first] = problems;
  if (first === undefined) return;
  throw new EthStakeError(
    first.code,
    `Make the deposit data again: of deposit ${first.position + 1}, ${first.problem}`,
    {
      details: { position: first.position, pubkey: first.pubkey },
    },
  );
}

type Found = readonly (readonly [code: string, problem: string])[];

function credentialsProblem({ withdrawalCredentials: got }: DepositEntry, { withdrawalCredentials }: Expected): Found {
  if (withdrawalCredentials !== undefined)
    return got === withdrawalCredentials.toLowerCase()
      ? []
      : [["CREDENTIALS_FOREIGN", `its withdrawal credentials are ${got} instead of ${withdrawalCredentials}`]];
  const kind = kindOfCredentials(got);
  if (kind === "bls") return [["CREDENTIALS_BLS", "it pays to a withdrawal key (0x00) that can be lost or stolen"]];
  return kind === "unknown" ? [["CREDENTIALS_INVALID", "its withdrawal credentials pay to no address"]] : [];
}

function amountProblem({ amountGwei: got, withdrawalCredentials }: DepositEntry, { amountGwei }: Expected): Found {
  if (amountGwei !== undefined && got !== amountGwei)
    return [["AMOUNT_WRONG", `its amount is ${formatGwei(got)} ETH instead of ${formatGwei(amountGwei)}`]];
  if (got < MIN_DEPOSIT_GWEI || got > MAX_DEPOSIT_GWEI)
    return [["AMOUNT_OUT_OF_RANGE", `its amount of ${formatGwei(got)} ETH is not from 1 to 2048`]];
  if (kindOfCredentials(withdrawalCredentials) === "regular" && got > 32n * MIN_DEPOSIT_GWEI)
    return [["AMOUNT_OUT_OF_RANGE", `it earns on 32 of its ${formatGwei(got)} ETH: it does not compound`]];
  return [];
}

/** Only what is signed and the signature: what goes to a thread. */
function toDeposit({ pubkey, withdrawalCredentials, amountGwei, signature }: SignedDeposit): SignedDeposit {
  return { pubkey, withdrawalCredentials, amountGwei, signature };
}

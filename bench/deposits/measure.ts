import { Worker } from "node:worker_threads";

import { networkByName } from "../../chain/networks.ts";
import { etherToGwei } from "../../chain/units.ts";
import { accountKeyOf, masterKeyOf, signingPath } from "../../deposits/keys.ts";
import type { Kdf } from "../../chain/keys/encrypted-secret.ts";
import { derivePubkeys, signDeposits } from "../../deposits/run/make.ts";
import { credentialsOf } from "../../deposits/terms.ts";
import { findBadSignatures } from "../../deposits/verify/find-problems.ts";
import { createPool, type Pool } from "../../deposits/workers/pool.ts";
import { createKeyVault, putKey } from "../../deposits/workers/vault.ts";
import type { BareRound } from "./bare-kdf.ts";

export type DepositFigures = {
  count: number;
  /** Threads that worked. */
  cores: number;
  /** Of all keys on all cores; the first step includes starting the threads. */
  deriveSeconds: number;
  signSeconds: number;
  verifySeconds: number;
  totalSeconds: number;
  /** Making a pbkdf2 keystore of every key, on all cores. */
  pbkdf2Seconds: number;
  /** One keystore on one thread, while all threads are busy; and its key derivation alone in the same way. */
  pbkdf2SecondsPerKey: number;
  barePbkdf2SecondsPerKey: number;
  scryptSecondsPerKey: number;
  bareScryptSecondsPerKey: number;
};

/** Known to everybody; nothing is ever deposited to these keys. */
const MNEMONIC = "test test test test test test test test test test test junk";
const PASSWORD = "correct horse battery staple";
/** Rounds of keystores and of bare key derivation take turns, so that both meet the same machine. */
const ROUNDS = 5;
const PER_ROUND: Record<Kdf, number> = { scrypt: 2, pbkdf2: 25 };

/** Measures every step of making deposits, on all cores. */
export async function measureDeposits(options: {
  count: number;
  cores: number;
  say: (text: string) => void;
}): Promise<DepositFigures> {
  const { count, cores, say } = options;
  const nothing = () => undefined;
  const account = createKeyVault(1);
  const vault = createKeyVault(count);
  const keys = { account: account.memory, vault: vault.memory, firstIndex: 0, count };
  const network = networkByName("hoodi");
  const terms = {
    withdrawalCredentials: credentialsOf(`0x${"ab".repeat(20)}`, true),
    amountGwei: etherToGwei(32),
    genesisForkVersion: network.genesisForkVersion,
  };
  putKey(account.memory, 0, accountKeyOf(masterKeyOf(MNEMONIC)));
  const pool = createPool({ threads: cores });
  try {
    say(`${count} keys: deriving, signing, verifying`);
    const [deriveSeconds, pubkeys] = await timed(() => derivePubkeys(pool, keys, nothing));
    const [signSeconds, deposits] = await timed(() =>
      signDeposits(pool, { vault: vault.memory, pubkeys, terms }, nothing),
    );
    const [verifySeconds, bad] = await timed(() =>
      findBadSignatures(deposits, network.genesisForkVersion, pool, "verify"),
    );
    if (bad.length > 0) throw new Error("A signature of ours is not valid");

    const encrypt = (first: number, amount: number, kdf: Kdf) =>
      encryptSome(pool, { vault: vault.memory, pubkeys, first, amount, kdf });
    say(`${count} keystores with pbkdf2`);
    const [pbkdf2Seconds] = await timed(() => encrypt(0, count, "pbkdf2"));
    say("keystores and key derivation alone, in turns");
    const pbkdf2 = await besideBare("pbkdf2", cores, (amount) => encrypt(0, amount, "pbkdf2"));
    const scrypt = await besideBare("scrypt", cores, (amount) => encrypt(0, amount, "scrypt"));
    const totalSeconds = deriveSeconds + signSeconds + verifySeconds;
    return {
      ...{ count, cores, deriveSeconds, signSeconds, verifySeconds, totalSeconds, pbkdf2Seconds },
      ...{ pbkdf2SecondsPerKey: pbkdf2.ours, barePbkdf2SecondsPerKey: pbkdf2.bare },
      ...{ scryptSecondsPerKey: scrypt.ours, bareScryptSecondsPerKey: scrypt.bare },
    };
  } finally {
    await pool.close();
  }
}

async function encryptSome(
  pool: Pool,
  {
    vault,
    pubkeys,
    first,
    amount,
    kdf,
  }: { vault: SharedArrayBuffer; pubkeys: readonly `0x${string}`[]; first: number; amount: number; kdf: Kdf },
): Promise<void> {
  await Promise.all(
    Array.from({ length: amount }, (_, i) => {
      const at = (first + i) % pubkeys.length;
      const input = { vault, at, pubkey: pubkeys[at] ?? "0x", path: signingPath(at), password: PASSWORD, kdf } as const;
      return pool.run("encrypt", input);
    }),
  );
}

/** Seconds for a keystore and for its key derivation alone: the best round of each, since others only ever add. */
async function besideBare(
  kdf: Kdf,
  cores: number,
  encrypt: (amount: number) => Promise<void>,
): Promise<{ ours: number; bare: number }> {
  const times = PER_ROUND[kdf];
  const alone = startBare(cores, kdf);
  const [ours, bare]: [number[], number[]] = [[], []];
  try {
    // Once unmeasured: threads start, memory is taken from the system.
    await Promise.all([encrypt(cores), alone.run(1)]);
    for (let round = 0; round < ROUNDS; round++) {
      ours.push((await timed(() => encrypt(cores * times)))[0]);
      bare.push((await timed(() => alone.run(times)))[0]);
    }
  } finally {
    await alone.close();
  }
  return { ours: Math.min(...ours) / times, bare: Math.min(...bare) / times };
}

/** Threads that do nothing but node:crypto's key derivation with the parameters of EIP-2335. */
function startBare(cores: number, kdf: Kdf): { run: (times: number) => Promise<void>; close: () => Promise<void> } {
  const threads = Array.from({ length: cores }, () => new Worker(new URL("./bare-kdf.ts", import.meta.url)));
  return {
    run: async (times) => {
      await Promise.all(
        threads.map(
          (thread) =>
            new Promise<void>((resolve, reject) => {
              thread.once("error", reject).once("message", () => resolve());
              thread.postMessage({ kdf, times } satisfies BareRound);
            }),
        ),
      );
    },
    close: async () => void (await Promise.all(threads.map((thread) => thread.terminate()))),
  };
}

async function timed<T>(action: () => Promise<T>): Promise<[seconds: number, result: T]> {
  const startMs = performance.now();
  const result = await action();
  return [(performance.now() - startMs) / 1000, result];
}

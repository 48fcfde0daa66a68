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
  /** One keystore on one thread, while all threads are busy; and scrypt alone in the same way. */
  scryptSecondsPerKey: number;
  bareScryptSecondsPerKey: number;
};

/** Known to everybody; nothing is ever deposited to these keys. */
const MNEMONIC = "test test test test test test test test test test test junk";
const PASSWORD = "correct horse battery staple";
/** Rounds of keystores and of bare scrypt take turns, so that both meet the same machine. */
const SCRYPT_ROUNDS = 5;
const SCRYPT_PER_ROUND = 2;

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
    say("keystores with scrypt, and scrypt alone, in turns");
    const scrypt = await measureScrypt(cores, (amount) => encrypt(0, amount, "scrypt"));
    const totalSeconds = deriveSeconds + signSeconds + verifySeconds;
    return { count, cores, deriveSeconds, signSeconds, verifySeconds, totalSeconds, pbkdf2Seconds, ...scrypt };
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

/** The best round of each: what else runs on the machine only ever adds. */
async function measureScrypt(cores: number, encrypt: (amount: number) => Promise<void>) {
  const bare = startBareScrypt(cores);
  const [ours, alone]: [number[], number[]] = [[], []];
  try {
    // Once unmeasured: threads start, memory is taken from the system.
    await Promise.all([encrypt(cores), bare.run(1)]);
    for (let round = 0; round < SCRYPT_ROUNDS; round++) {
      ours.push((await timed(() => encrypt(cores * SCRYPT_PER_ROUND)))[0]);
      alone.push((await timed(() => bare.run(SCRYPT_PER_ROUND)))[0]);
    }
  } finally {
    await bare.close();
  }
  return {
    scryptSecondsPerKey: Math.min(...ours) / SCRYPT_PER_ROUND,
    bareScryptSecondsPerKey: Math.min(...alone) / SCRYPT_PER_ROUND,
  };
}

/** Threads that do nothing but node:crypto's scrypt with the parameters of EIP-2335. */
function startBareScrypt(cores: number): { run: (times: number) => Promise<void>; close: () => Promise<void> } {
  const threads = Array.from({ length: cores }, () => new Worker(new URL("./bare-scrypt.ts", import.meta.url)));
  return {
    run: async (times) => {
      await Promise.all(
        threads.map(
          (thread) =>
            new Promise<void>((resolve, reject) => {
              thread.once("error", reject).once("message", () => resolve());
              thread.postMessage(times);
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

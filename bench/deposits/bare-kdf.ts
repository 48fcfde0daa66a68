// A thread that does nothing but derive keys from a password: what keystores are measured against.
import { pbkdf2Sync, randomBytes, scryptSync } from "node:crypto";
import { parentPort } from "node:worker_threads";

import type { Kdf } from "../../chain/keys/encrypted-secret.ts";

export type BareRound = { kdf: Kdf; times: number };

const PASSWORD = "correct horse battery staple";
/** https://eips.ethereum.org/EIPS/eip-2335#scrypt */
const SCRYPT = { N: 262_144, r: 8, p: 1, maxmem: 512 * 2 ** 20 };
/** https://eips.ethereum.org/EIPS/eip-2335#pbkdf2 */
const PBKDF2_ROUNDS = 262_144;

const derive: Record<Kdf, () => void> = {
  scrypt: () => scryptSync(PASSWORD, randomBytes(32), 32, SCRYPT),
  pbkdf2: () => pbkdf2Sync(PASSWORD, randomBytes(32), PBKDF2_ROUNDS, 32, "sha256"),
};

parentPort?.on("message", ({ kdf, times }: BareRound) => {
  for (let i = 0; i < times; i++) derive[kdf]();
  parentPort?.postMessage("done");
});

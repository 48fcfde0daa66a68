// A thread that does nothing but scrypt: what keystores are measured against.
import { randomBytes, scryptSync } from "node:crypto";
import { parentPort } from "node:worker_threads";

/** https://eips.ethereum.org/EIPS/eip-2335#scrypt */
const PARAMETERS = { N: 262_144, r: 8, p: 1, maxmem: 512 * 2 ** 20 };

parentPort?.on("message", (times: number) => {
  for (let i = 0; i < times; i++) scryptSync("correct horse battery staple", randomBytes(32), 32, PARAMETERS);
  parentPort?.postMessage("done");
});

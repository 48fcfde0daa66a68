import { createHash } from "node:crypto";

/** sha256 of the parts one after the other, the hash that SSZ is made of. */
export function sha256(...parts: Uint8Array[]): Uint8Array {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

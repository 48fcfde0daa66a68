// Imported before anything that makes SSZ types: they compute their zero hashes with the hasher of that moment.
import { setHasher } from "@chainsafe/persistent-merkle-tree";

import { toEthStakeError } from "../../runtime/errors.ts";

/** Name of the sha256 that hashes trees: "hashtree" (SIMD, about ten times faster) or "noble" where there is no build of it. */
export const hasherName: string = await chooseHasher();

async function chooseHasher(): Promise<string> {
  try {
    const { hasher } = await import("@chainsafe/persistent-merkle-tree/hasher/hashtree");
    setHasher(hasher);
    return hasher.name;
  } catch (error) {
    // Nothing is lost but speed; the default hasher gives the same roots.
    return `noble (${toEthStakeError(error).message})`;
  }
}

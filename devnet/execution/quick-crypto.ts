import { getCryptoFunctions } from "@ethereumjs/client/dist/esm/bin/utils.js";
import type { BaseOpts } from "@ethereumjs/common";

type Crypto = NonNullable<BaseOpts["customCrypto"]>;
type Recover = NonNullable<Crypto["ecrecover"]>;

/**
 * The client's cryptography, which remembers who has signed what: the client asks again whenever it reads a block from its
 * database.
 */
export async function createQuickCrypto(): Promise<Crypto> {
  const crypto = await getCryptoFunctions(false);
  const { ecrecover } = crypto;
  if (ecrecover === undefined) throw new Error("@ethereumjs/client has no ecrecover: install its pinned version");
  const known = new Map<string, ReturnType<Recover>>();
  const remembering: Recover = (hash, v, r, s, chainId) => {
    const key = [hash, r, s].map((part) => Buffer.from(part).toString("latin1")).join(`,${v},${chainId},`);
    const signer = known.get(key) ?? ecrecover(hash, v, r, s, chainId);
    known.set(key, signer);
    return signer;
  };
  return { ...crypto, ecrecover: remembering };
}

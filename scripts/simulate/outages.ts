import type { Hex } from "viem";

import type { Devnet } from "../../devnet/index.ts";

/** Who is off, and for which reasons: a validator is on again when its last reason is gone. */
export type Outages = {
  begin(reason: string, pubkeys: readonly Hex[]): Promise<void>;
  end(reason: string): Promise<void>;
  readonly offline: ReadonlySet<Hex>;
};

/** Keeps the outages of a network. */
export function createOutages(net: Pick<Devnet, "setOffline" | "setOnline">): Outages {
  const reasons = new Map<string, readonly Hex[]>();
  let offline = new Set<Hex>();
  const apply = async () => {
    const wanted = new Set([...reasons.values()].flat());
    const off = [...wanted].filter((pubkey) => !offline.has(pubkey));
    const on = [...offline].filter((pubkey) => !wanted.has(pubkey));
    if (off.length > 0) await net.setOffline(off);
    if (on.length > 0) await net.setOnline(on);
    offline = wanted;
  };
  return {
    begin: async (reason, pubkeys) => {
      reasons.set(reason, pubkeys);
      await apply();
    },
    end: async (reason) => {
      reasons.delete(reason);
      await apply();
    },
    get offline() {
      return offline;
    },
  };
}

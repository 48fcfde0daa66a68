import { createWalletClient, parseGwei } from "viem";
import { privateKeyToAccount } from "viem/accounts";

import type { Execution } from "../../chain/execution/client.ts";
import { crowd } from "./people.ts";

/** What gas costs, moved as it is moved in life: by blocks that are fuller or emptier than half. */
export type Fees = {
  /** The base fee goes towards this. */
  targetWei: bigint;
  baseFeeWei(): bigint;
  /** Fills the next block as far as the target needs. */
  push(): Promise<void>;
};

/** On quiet days. */
export const CALM_WEI = parseGwei("1");
const HALF_GAS = 30_000_000n;
/** Leaves room for everybody else. */
const FULL_GAS = 54_000_000n;
const TRIES_WEI = parseGwei("500");

/** Makes the crowd: its transactions use up gas by failing at once, which costs no time. */
export function createFees({ chain, transport, client }: Execution): Fees {
  const account = privateKeyToAccount(crowd.privateKey);
  const wallet = createWalletClient({ account, chain, transport });
  let nonce: number | undefined;
  let baseFeeWei = CALM_WEI;
  const fees: Fees = {
    targetWei: CALM_WEI,
    baseFeeWei: () => baseFeeWei,
    push: async () => {
      const block = await client.getBlock();
      baseFeeWei = block.baseFeePerGas ?? 0n;
      nonce ??= await client.getTransactionCount({ address: account.address });
      // One waits already: the block before had no room, or there was no block.
      const mined = await client.getTransactionCount({ address: account.address, blockTag: "latest" });
      if (mined < nonce) return;
      const tenth = fees.targetWei / 10n;
      if (baseFeeWei > fees.targetWei + tenth) return;
      const gas = baseFeeWei < fees.targetWei - tenth ? FULL_GAS : HALF_GAS;
      // INVALID: the creation fails and takes all its gas.
      await wallet.sendTransaction({
        data: "0xfe",
        gas,
        nonce: nonce++,
        maxPriorityFeePerGas: 1n,
        maxFeePerGas: TRIES_WEI,
      });
    },
  };
  return fees;
}

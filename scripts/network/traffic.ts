import { createWalletClient, parseGwei } from "viem";
import { privateKeyToAccount } from "viem/accounts";

import type { Execution } from "../../chain/execution/client.ts";
import type { Person } from "./person.ts";

/** Users of the chain that have nothing to do with the protocol: their tips go to whoever proposes the block. */
export type Traffic = { send(): Promise<void> };

const TIP_GWEI = "20";
const MAX_FEE_GWEI = "60";
const PLAIN_TRANSFER_GAS = 21_000n;

/** Makes one plain transfer a call. */
export function createTraffic({ chain, transport, client }: Execution, passerBy: Person): Traffic {
  const account = privateKeyToAccount(passerBy.privateKey);
  const wallet = createWalletClient({ account, chain, transport });
  let nonce: number | undefined;
  return {
    send: async () => {
      nonce ??= await client.getTransactionCount({ address: account.address });
      await wallet.sendTransaction({
        to: account.address,
        value: 1n,
        nonce: nonce++,
        gas: PLAIN_TRANSFER_GAS,
        maxPriorityFeePerGas: parseGwei(TIP_GWEI),
        maxFeePerGas: parseGwei(MAX_FEE_GWEI),
      });
    },
  };
}

import { concat, type Address, type Hex, type LocalAccount } from "viem";
import { zeroAddress } from "viem";

import { safeAbi } from "../../../deploy/abi.ts";
import type { TestNetwork } from "./network.ts";

export type SafeCall = { to: Address; data: Hex };

/** Lets owners of a Safe sign a call, sends it from an account that has nothing to say, and answers the receipt. */
export async function callAsSafe(
  client: TestNetwork["client"],
  safe: Address,
  owners: readonly LocalAccount[],
  { to, data }: SafeCall,
) {
  const contract = { address: safe, abi: safeAbi } as const;
  const nonce = await client.readContract({ ...contract, functionName: "nonce" });
  const details = [to, 0n, data, 0, 0n, 0n, 0n, zeroAddress, zeroAddress] as const;
  const hash = await client.readContract({
    ...contract,
    functionName: "getTransactionHash",
    args: [...details, nonce],
  });
  const sorted = [...owners].sort((a, b) => (a.address.toLowerCase() < b.address.toLowerCase() ? -1 : 1));
  const signatures = concat(await Promise.all(sorted.map((owner) => owner.sign?.({ hash }) ?? "0x")));
  const [sender = zeroAddress] = await client.getAddresses();
  const { request } = await client.simulateContract({
    ...contract,
    functionName: "execTransaction",
    args: [...details, signatures],
    account: sender,
  });
  return client.waitForTransactionReceipt({ hash: await client.writeContract({ ...request, chain: null }) });
}

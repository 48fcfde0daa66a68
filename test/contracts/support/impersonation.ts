import { parseEther, type Address } from "viem";

import type { Protocol } from "./protocol.ts";

/** Lets a contract of the protocol send transactions of its own, with ether for gas. */
export async function asContract(p: Protocol, contract: { address: Address }): Promise<{ account: Address }> {
  await p.networkHelpers.impersonateAccount(contract.address);
  const before = await p.client.getBalance({ address: contract.address });
  await p.networkHelpers.setBalance(contract.address, before + parseEther("1"));
  return { account: contract.address };
}

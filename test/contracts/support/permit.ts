import { parseSignature, type Address } from "viem";

import type { Actor } from "./accounts.ts";
import { addressOf, type Stage } from "./stage.ts";

export type PermitTerms = { spender: Address; shares: bigint; deadline: bigint; nonce?: bigint };

/** Signs an ERC-2612 permit of the ethSTAKE token, by default with the owner's next nonce. */
export async function signPermit({ token, client }: Pick<Stage, "token" | "client">, owner: Actor, terms: PermitTerms) {
  const { spender, shares, deadline, nonce = await token.read.nonces([addressOf(owner)]) } = terms;
  const signature = await owner.signTypedData({
    domain: { name: "ethSTAKE", version: "1", chainId: await client.getChainId(), verifyingContract: token.address },
    types: {
      Permit: [
        { name: "owner", type: "address" },
        { name: "spender", type: "address" },
        { name: "value", type: "uint256" },
        { name: "nonce", type: "uint256" },
        { name: "deadline", type: "uint256" },
      ],
    },
    primaryType: "Permit",
    message: { owner: addressOf(owner), spender, value: shares, nonce, deadline },
  });
  const { r, s, yParity } = parseSignature(signature);
  return { v: 27 + yParity, r, s };
}

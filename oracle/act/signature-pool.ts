import type { Address, Hex } from "viem";

import { recoverSigner } from "../../chain/report/signatures.ts";
import type { MemberSignature } from "../../chain/report/json.ts";
import { EthStakeError } from "../../runtime/errors.ts";

/** Signatures over one report: of members, each once, each valid on chain. */
export type SignaturePool = {
  /** Keeps a signature when it is new; answers whether it was. Throws SIGNATURE_INVALID or SIGNER_NOT_MEMBER. */
  add(signature: Hex): Promise<boolean>;
  has(member: Address): boolean;
  all(): MemberSignature[];
};

/** Makes the pool of one digest. */
export function createSignaturePool(digest: Hex, members: readonly Address[]): SignaturePool {
  const signatures = new Map<Address, Hex>();
  return {
    add: async (signature) => {
      const signer = await recoverSigner(digest, signature);
      if (!members.includes(signer))
        throw new EthStakeError("SIGNER_NOT_MEMBER", "Sign the same report with the key of a member", {
          details: { signer },
        });
      if (signatures.has(signer)) return false;
      signatures.set(signer, signature);
      return true;
    },
    has: (member) => signatures.has(member),
    all: () => [...signatures].map(([member, signature]) => ({ member, signature })),
  };
}

import { PublicKey, SecretKey, Signature, verify } from "@chainsafe/blst";
import { bytesToHex, type Hex } from "viem";

import type { SignedVoluntaryExit } from "../beacon/validator-api.ts";
import { bytesOfSize } from "../hex.ts";
import type { AnyNetwork } from "../networks.ts";
import { voluntaryExitSigningRoot } from "../ssz/domains.ts";
import { EthStakeError } from "../../runtime/errors.ts";

/** What an exit is signed for: for ever the fork of Capella (EIP-7044), so that it can be kept. */
export type ExitDomain = { capellaForkVersion: Hex; genesisValidatorsRoot: Hex };

/** The domain of a network. Its root must be known: every start of a devnet has another one. */
export function exitDomainOf({ name, capellaForkVersion, genesisValidatorsRoot }: AnyNetwork): ExitDomain {
  if (genesisValidatorsRoot !== undefined) return { capellaForkVersion, genesisValidatorsRoot };
  throw new EthStakeError(
    "GENESIS_ROOT_UNKNOWN",
    `Name a beacon node of ${name}, or a --context: the genesis validators root is not known here`,
  );
}

/** Signs the exit of a validator, valid from an epoch on. */
export function signExit(
  secretKey: Uint8Array,
  { epoch, validatorIndex }: { epoch: number; validatorIndex: number },
  domain: ExitDomain,
): SignedVoluntaryExit {
  const root = voluntaryExitSigningRoot({ epoch, validatorIndex }, domain);
  return { epoch, validatorIndex, signature: bytesToHex(SecretKey.fromBytes(secretKey).sign(root).toBytes()) };
}

/** True when the signature is that of the validator. */
export function isExitValid(exit: SignedVoluntaryExit, pubkey: Hex, domain: ExitDomain): boolean {
  try {
    const key = PublicKey.fromBytes(bytesOfSize(pubkey, 48), true);
    const signature = Signature.fromBytes(bytesOfSize(exit.signature, 96), true, true);
    return verify(voluntaryExitSigningRoot(exit, domain), key, signature);
  } catch {
    return false;
  }
}

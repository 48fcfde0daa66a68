// Domains and signing roots:
// https://github.com/ethereum/consensus-specs/blob/master/specs/phase0/beacon-chain.md#compute_domain
import { bytesToHex, type Hex } from "viem";

import { bytesOfSize } from "../hex.ts";
import { DepositMessage, ForkData, SigningData, VoluntaryExit } from "./containers.ts";
import { sha256 } from "./sha256.ts";

/** https://github.com/ethereum/consensus-specs/blob/master/specs/phase0/beacon-chain.md#domain-types */
export const DOMAIN_DEPOSIT: Hex = "0x03000000";
export const DOMAIN_VOLUNTARY_EXIT: Hex = "0x04000000";

const ZERO_ROOT: Hex = `0x${"00".repeat(32)}`;

/** domain_type, then the first 28 bytes of the fork data root. */
export function computeDomain(domainType: Hex, forkVersion: Hex, genesisValidatorsRoot: Hex = ZERO_ROOT): Uint8Array {
  const forkDataRoot = ForkData.hashTreeRoot({
    currentVersion: bytesOfSize(forkVersion, 4),
    genesisValidatorsRoot: bytesOfSize(genesisValidatorsRoot, 32),
  });
  const domain = new Uint8Array(32);
  domain.set(bytesOfSize(domainType, 4));
  domain.set(forkDataRoot.subarray(0, 28), 4);
  return domain;
}

/** Deposits are signed over the genesis fork and no validators root, so that they are valid before genesis and for ever. */
export function depositDomain(genesisForkVersion: Hex): Uint8Array {
  return computeDomain(DOMAIN_DEPOSIT, genesisForkVersion);
}

/** Voluntary exits are signed over the Capella fork for ever (EIP-7044). */
export function voluntaryExitDomain(capellaForkVersion: Hex, genesisValidatorsRoot: Hex): Uint8Array {
  return computeDomain(DOMAIN_VOLUNTARY_EXIT, capellaForkVersion, genesisValidatorsRoot);
}

/** What the key signs: the root of (object root, domain). */
export function signingRoot(objectRoot: Uint8Array, domain: Uint8Array): Uint8Array {
  return SigningData.hashTreeRoot({ objectRoot, domain });
}

/** Signing root of a deposit. */
export function depositSigningRoot(
  message: { pubkey: Hex; withdrawalCredentials: Hex; amountGwei: bigint },
  genesisForkVersion: Hex,
): Uint8Array {
  const objectRoot = DepositMessage.hashTreeRoot({
    pubkey: bytesOfSize(message.pubkey, 48),
    withdrawalCredentials: bytesOfSize(message.withdrawalCredentials, 32),
    amountGwei: message.amountGwei,
  });
  return signingRoot(objectRoot, depositDomain(genesisForkVersion));
}

/** Signing root of a voluntary exit. */
export function voluntaryExitSigningRoot(
  exit: { epoch: number; validatorIndex: number },
  network: { capellaForkVersion: Hex; genesisValidatorsRoot: Hex },
): Uint8Array {
  const objectRoot = VoluntaryExit.hashTreeRoot({
    epoch: BigInt(exit.epoch),
    validatorIndex: BigInt(exit.validatorIndex),
  });
  return signingRoot(objectRoot, voluntaryExitDomain(network.capellaForkVersion, network.genesisValidatorsRoot));
}

/** SSZ root of a public key, by which the contracts know a validator: sha256(pubkey, 16 zero bytes). */
export function pubkeyRoot(pubkey: Hex): Hex {
  return bytesToHex(sha256(bytesOfSize(pubkey, 48), new Uint8Array(16)));
}

/** Credentials that compound up to 2048 ETH and are paid to an address (EIP-7251). */
export function compoundingCredentials(withdrawalAddress: Hex): Hex {
  const credentials = new Uint8Array(32);
  credentials[0] = 0x02;
  credentials.set(bytesOfSize(withdrawalAddress, 20), 12);
  return bytesToHex(credentials);
}

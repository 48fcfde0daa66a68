import "./lodestar-set-up.ts";

import { DOMAIN_VOLUNTARY_EXIT } from "@lodestar/params";
import { computeDomain, computeSigningRoot, interopSecretKey } from "@lodestar/state-transition";
import { ssz } from "@lodestar/types";
import { bytesToHex, hexToBytes, type Hex } from "viem";
import type { Devnet } from "../../devnet/index.ts";
import { beacon } from "./clients.ts";

/** Exits are signed over Capella for ever (EIP-7044). */
const CAPELLA_FORK_VERSION = Uint8Array.of(3, 0, 0, 1);

/** The secret key of a genesis validator. */
export function genesisKey(index: number): Uint8Array {
  return interopSecretKey(index).toBytes();
}

/** Posts the voluntary exit of a genesis validator to the pool; returns the status of the answer. */
export async function postVoluntaryExit(devnet: Devnet, validatorIndex: number): Promise<number> {
  const genesis = await beacon<{ genesis_validators_root: Hex }>(devnet, "/eth/v1/beacon/genesis");
  const root = hexToBytes(genesis.data.genesis_validators_root);
  const epoch = Math.floor(devnet.slot() / devnet.slotsPerEpoch);
  const domain = computeDomain(DOMAIN_VOLUNTARY_EXIT, CAPELLA_FORK_VERSION, root);
  const signingRoot = computeSigningRoot(ssz.phase0.VoluntaryExit, { epoch, validatorIndex }, domain);
  const signature = bytesToHex(interopSecretKey(validatorIndex).sign(signingRoot).toBytes());
  const message = { epoch: String(epoch), validator_index: String(validatorIndex) };
  const response = await fetch(`${devnet.beaconUrl}/eth/v1/beacon/pool/voluntary_exits`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ message, signature }),
  });
  return response.status;
}

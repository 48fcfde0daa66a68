// Constants of the networks, each from the configuration that its clients ship:
//   mainnet https://github.com/ethereum/consensus-specs/blob/master/configs/mainnet.yaml
//           and https://github.com/eth-clients/mainnet/tree/main/metadata (genesis)
//   hoodi   https://github.com/eth-clients/hoodi/tree/main/metadata
//   sepolia https://github.com/eth-clients/sepolia/tree/main/metadata
//   devnet  https://github.com/ethereum/consensus-specs/blob/master/configs/minimal.yaml, with the chain id of devnet/
import type { Address, Hex } from "viem";

import { EthStakeError } from "../runtime/errors.ts";

export const NETWORK_NAMES = ["mainnet", "hoodi", "sepolia", "devnet"] as const;
export type NetworkName = (typeof NETWORK_NAMES)[number];
/** Which table of sizes the beacon chain uses; it decides the shape of SSZ types. */
export type Preset = "mainnet" | "minimal";

export type Network = {
  name: NetworkName;
  chainId: number;
  /** Deposits are signed over it for ever. */
  genesisForkVersion: Hex;
  /** Voluntary exits are signed over it for ever (EIP-7044). */
  capellaForkVersion: Hex;
  /** Undefined where every start makes a new one (devnet): then the node's is taken. */
  genesisValidatorsRoot: Hex | undefined;
  depositContract: Address;
  secondsPerSlot: number;
  slotsPerEpoch: number;
  preset: Preset;
};

/** A network that need not be one of ours: deposits and exits are signed for any. */
export type AnyNetwork = Omit<Network, "name"> & { name: string };

const MAINNET: Network = {
  name: "mainnet",
  chainId: 1,
  genesisForkVersion: "0x00000000",
  capellaForkVersion: "0x03000000",
  genesisValidatorsRoot: "0x4b363db94e286120d76eb905340fdd4e54bfe9f06bf33ff6cf5ad27f511bfe95",
  depositContract: "0x00000000219ab540356cBB839Cbe05303d7705Fa",
  secondsPerSlot: 12,
  slotsPerEpoch: 32,
  preset: "mainnet",
};

export const NETWORKS: Readonly<Record<NetworkName, Network>> = {
  mainnet: MAINNET,
  hoodi: {
    ...MAINNET,
    name: "hoodi",
    chainId: 560048,
    genesisForkVersion: "0x10000910",
    capellaForkVersion: "0x40000910",
    genesisValidatorsRoot: "0x212f13fc4df078b6cb7db228f1c8307566dcecf900867401a92023d7ba99cb5f",
  },
  sepolia: {
    ...MAINNET,
    name: "sepolia",
    chainId: 11155111,
    genesisForkVersion: "0x90000069",
    capellaForkVersion: "0x90000072",
    genesisValidatorsRoot: "0xd8ea171f3c94aea21ebc42a1ed61052acf3f9209c00e4efbaaddac09ed9b8078",
    depositContract: "0x7f02C3E3c98b133055B8B348B2Ac625669Ed295D",
  },
  devnet: {
    ...MAINNET,
    name: "devnet",
    chainId: 32382,
    genesisForkVersion: "0x00000001",
    capellaForkVersion: "0x03000001",
    genesisValidatorsRoot: undefined,
    slotsPerEpoch: 8,
    preset: "minimal",
  },
};

/** System contracts, at the same address on every network. */
export const SYSTEM_CONTRACTS = {
  /** https://eips.ethereum.org/EIPS/eip-4788 */
  beaconRoots: "0x000F3df6D732807Ef1319fB7B8bB8522d0Beac02",
  /** https://eips.ethereum.org/EIPS/eip-7002 */
  withdrawalRequests: "0x00000961Ef480Eb55e80D19ad83579A64c007002",
  /** https://eips.ethereum.org/EIPS/eip-7251 */
  consolidationRequests: "0x0000BBdDc7CE488642fb579F8B00f3a590007251",
} as const satisfies Record<string, Address>;

/** The network with this name. */
export function networkByName(name: string): Network {
  const network = Object.values(NETWORKS).find((candidate) => candidate.name === name);
  if (network !== undefined) return network;
  throw new EthStakeError("UNKNOWN_NETWORK", `Choose one of ${NETWORK_NAMES.join(", ")} instead of "${name}"`);
}

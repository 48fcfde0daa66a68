import { getGenesis } from "@ethereumjs/genesis";
import type { NetworkConnection } from "hardhat/types/network";
import { numberToHex, type Address, type Hex } from "viem";

import { NETWORKS, SYSTEM_CONTRACTS } from "../../../chain/networks.ts";
import type { ChainFacts } from "../../../deploy/chain.ts";

const HOODI_CHAIN_ID = 560048;
/** Ring size of the beacon roots contract: https://eips.ethereum.org/EIPS/eip-4788 */
const BEACON_ROOTS_RING = 8191n;

/** Age of the chain when a test begins: twenty frames of a devnet and five slots. */
const AGE_SLOTS = 20 * 64 + 5;

/** A chain as contracts need it: genesis in the past, with the deposit contract and the withdrawal request contract. */
export async function prepareChain(connection: NetworkConnection<"l1">): Promise<ChainFacts> {
  const { networkHelpers } = connection;
  const { depositContract, secondsPerSlot, genesisForkVersion, chainId } = NETWORKS.devnet;
  await putCode(connection, depositContract);
  await putCode(connection, SYSTEM_CONTRACTS.withdrawalRequests);
  // The genesis state forbids requests until the first system call, which an execution client makes and EDR does not.
  await networkHelpers.setStorageAt(SYSTEM_CONTRACTS.withdrawalRequests, 0n, 0n);
  const now = await networkHelpers.time.latest();
  return {
    chainId,
    genesisTime: now - AGE_SLOTS * secondsPerSlot,
    secondsPerSlot,
    genesisForkVersion,
    depositContract,
  };
}

/** Makes the beacon roots contract answer `root` for the block with this timestamp, in seconds. */
export async function setBeaconRoot(connection: NetworkConnection<"l1">, timestamp: bigint, root: Hex): Promise<void> {
  const { networkHelpers } = connection;
  const at = timestamp % BEACON_ROOTS_RING;
  await networkHelpers.setStorageAt(SYSTEM_CONTRACTS.beaconRoots, at, timestamp);
  await networkHelpers.setStorageAt(SYSTEM_CONTRACTS.beaconRoots, at + BEACON_ROOTS_RING, root);
}

/** The real code and storage, as the genesis of a public network has them. */
async function putCode({ networkHelpers }: NetworkConnection<"l1">, address: Address): Promise<void> {
  const account = getGenesis(HOODI_CHAIN_ID)?.[address.toLowerCase() as Hex];
  if (!Array.isArray(account)) throw new Error(`The genesis of Hoodi has no ${address}`);
  const [, code, storage] = account;
  await networkHelpers.setCode(address, code ?? "0x");
  for (const [slot, value] of storage ?? [])
    await networkHelpers.setStorageAt(address, numberToHex(BigInt(slot)), value as Hex);
}

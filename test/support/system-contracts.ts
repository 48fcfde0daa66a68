import { getGenesis } from "@ethereumjs/genesis";
import { isHex, numberToHex, type Address, type Hex } from "viem";

/** What the functions here need of Hardhat's network helpers. */
type StateWriter = {
  setCode(address: string, code: string): Promise<void>;
  setStorageAt(address: string, index: Hex, value: Hex): Promise<void>;
};

/** EIP-4788 */
export const BEACON_ROOTS: Address = "0x000F3df6D732807Ef1319fB7B8bB8522d0Beac02";
/** EIP-7002 */
export const WITHDRAWAL_REQUESTS: Address = "0x00000961Ef480Eb55e80D19ad83579A64c007002";
/** EIP-7251 */
export const CONSOLIDATION_REQUESTS: Address = "0x0000BBdDc7CE488642fb579F8B00f3a590007251";
export const DEPOSIT_CONTRACT: Address = "0x00000000219ab540356cBB839Cbe05303d7705Fa";

const RING_LENGTH = 8191n;
const HOODI = 560048;

/** Writes both halves of the EIP-4788 ring, as the chain does at the start of the block with this timestamp. */
export async function setBeaconRoot(state: StateWriter, timestamp: bigint, root: Hex): Promise<void> {
  const place = timestamp % RING_LENGTH;
  await state.setStorageAt(BEACON_ROOTS, numberToHex(place), numberToHex(timestamp, { size: 32 }));
  await state.setStorageAt(BEACON_ROOTS, numberToHex(place + RING_LENGTH), root);
}

/** Installs the real deposit contract, bytecode and storage, out of the genesis of Hoodi. */
export async function installDepositContract(state: StateWriter): Promise<void> {
  await install(state, DEPOSIT_CONTRACT);
}

/** Installs the real EIP-7002 contract, in the state that the first system call of an execution client leaves. */
export async function installWithdrawalRequests(state: StateWriter): Promise<void> {
  await install(state, WITHDRAWAL_REQUESTS);
  await state.setStorageAt(WITHDRAWAL_REQUESTS, numberToHex(0), numberToHex(0, { size: 32 }));
}

/** Installs the real EIP-7251 contract, in the same state. */
export async function installConsolidationRequests(state: StateWriter): Promise<void> {
  await install(state, CONSOLIDATION_REQUESTS);
  await state.setStorageAt(CONSOLIDATION_REQUESTS, numberToHex(0), numberToHex(0, { size: 32 }));
}

async function install(state: StateWriter, address: Address): Promise<void> {
  const account = getGenesis(HOODI)?.[address.toLowerCase() as Hex];
  if (!Array.isArray(account)) throw new Error(`the genesis of Hoodi has no ${address}`);
  const [, code, storage] = account;
  if (!isHex(code)) throw new Error(`${address} has no code in the genesis of Hoodi`);

  await state.setCode(address, code);
  for (const [slot, value] of storage ?? []) {
    await state.setStorageAt(address, slot, value);
  }
}

import { getGenesis } from "@ethereumjs/genesis";
import { isHex, numberToHex, type Address, type Hex } from "viem";

/** What the functions here need of Hardhat's network helpers. */
type StateWriter = {
  setCode(address: string, code: string): Promise<void>;
  setStorageAt(address: string, index: Hex, value: Hex): Promise<void>;
};

/** EIP-4788 */
export const BEACON_ROOTS: Address = "0x000F3df6D732807Ef1319fB7B8bB8522d0Beac02";
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
  const account = getGenesis(HOODI)?.[DEPOSIT_CONTRACT.toLowerCase() as Hex];
  if (!Array.isArray(account)) throw new Error("the genesis of Hoodi has no deposit contract");
  const [, code, storage] = account;
  if (!isHex(code)) throw new Error("the deposit contract of Hoodi has no code");

  await state.setCode(DEPOSIT_CONTRACT, code);
  for (const [slot, value] of storage ?? []) {
    await state.setStorageAt(DEPOSIT_CONTRACT, slot, value);
  }
}

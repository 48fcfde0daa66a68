import type { Hex } from "viem";

import { headerAtOrBefore } from "../../../chain/beacon/ancestry.ts";
import { EthStakeError, hasCode } from "../../../runtime/errors.ts";
import { sum } from "./events.ts";
import type { LedgerMemory } from "./memory.ts";
import type { Stage } from "../stage.ts";

/** The beacon chain's side of the books, read as JSON: another way than the oracle's, which decodes SSZ states. */
export type BeaconBook = {
  /** Balances of validators with our credentials, at the last block at or before the slot. */
  balancesGwei: bigint;
  /** Deposits with our credentials that wait in that state. */
  pendingGwei: bigint;
  validators: { pubkey: Hex; status: string; balanceGwei: bigint; slashed: boolean }[];
  /** Effective balances of the whole network, looked at while one of ours is slashed. */
  network: { slashedGwei: bigint; activeGwei: bigint } | undefined;
};

/** Reads what the beacon chain holds for us at a slot; `pubkeys` are all that were ever deposited for. */
export async function readBeaconBook(
  { beacon, protocol }: Stage,
  slot: number,
  pubkeys: readonly Hex[],
): Promise<BeaconBook> {
  const credentials = await protocol.manager.read.withdrawalCredentials();
  const { header } = await headerAtOrBefore(beacon, slot);
  const [validators, pending] = await Promise.all([
    beacon.validators(header.stateRoot, pubkeys),
    beacon.pendingDeposits(header.stateRoot),
  ]);
  const ours = validators.filter(({ validator }) => validator.withdrawalCredentials === credentials);
  const keys = new Set(ours.map(({ validator }) => validator.pubkey));
  // A top-up carries whatever credentials its sender wrote; it counts for the record that its key has.
  const waiting = pending.filter(
    ({ pubkey, withdrawalCredentials }) => keys.has(pubkey) || withdrawalCredentials === credentials,
  );
  const isSlashed = ours.some(({ validator }) => validator.slashed);
  return {
    balancesGwei: sum(ours.map(({ balanceGwei }) => balanceGwei)),
    pendingGwei: sum(waiting.map(({ amountGwei }) => amountGwei)),
    validators: ours.map(({ validator, status, balanceGwei }) => ({
      pubkey: validator.pubkey,
      status,
      balanceGwei,
      slashed: validator.slashed,
    })),
    network: isSlashed
      ? await readNetwork(beacon, header.stateRoot, Math.max(...ours.map(({ index }) => index)))
      : undefined,
  };
}

/** All validators up to our newest: who came later cannot be slashed before it is active. */
async function readNetwork(
  beacon: Stage["beacon"],
  stateRoot: Hex,
  lastIndex: number,
): Promise<NonNullable<BeaconBook["network"]>> {
  const all = await beacon.validators(
    stateRoot,
    Array.from({ length: lastIndex + 1 }, (_, index) => index),
  );
  const effectiveOf = (statuses: readonly string[]) =>
    sum(all.filter(({ status }) => statuses.includes(status)).map(({ validator }) => validator.effectiveBalanceGwei));
  return {
    slashedGwei: effectiveOf(["active_slashed", "exited_slashed"]),
    activeGwei: effectiveOf(["active_ongoing", "active_exiting"]),
  };
}

export type PayloadBook = {
  /** Ether that the beacon chain paid to our vault. */
  withdrawnGwei: bigint;
  /** Blocks whose fee recipient is our vault. */
  proposals: number;
};

/** Adds every payload up to a slot to what was read before. */
export async function readPayloads(
  { beacon, deployment }: Stage,
  memory: LedgerMemory,
  toSlot: number,
): Promise<PayloadBook> {
  const { withdrawalVault, executionVault } = deployment.contracts;
  const book = memory.payloads;
  while (memory.payloadSlot < toSlot) {
    const slot = memory.payloadSlot + 1;
    const block = await beacon.block(slot).catch((error: unknown) => {
      if (error instanceof EthStakeError && hasCode(error, "BEACON_NOT_FOUND")) return undefined;
      throw error;
    });
    memory.payloadSlot = slot;
    if (block === undefined) continue;
    const { withdrawals, feeRecipient } = block.executionPayload;
    book.withdrawnGwei += sum(
      withdrawals.filter(({ address }) => address === withdrawalVault).map(({ amountGwei }) => amountGwei),
    );
    if (feeRecipient === executionVault) book.proposals += 1;
  }
  return book;
}

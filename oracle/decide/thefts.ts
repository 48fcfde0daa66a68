// A proposal of ours must pay the rewards vault: as fee recipient, or, when a builder made the block, in its last
// transaction. One that does neither keeps what belongs to the pool.
import type { Address } from "viem";

import type { Theft } from "../../chain/report/report.ts";
import type { Snapshot } from "./snapshot.ts";

/** A proposal of the window that paid the vault in neither way. */
export type UnpaidProposal = {
  operatorId: number;
  slot: number;
  /** What its transactions paid above the base fee. */
  tipsWei: bigint;
};

/** The last transaction of a block. */
export type LastTransaction = { to: Address | null; valueWei: bigint; succeeded: boolean };

/** True when the vault was paid: in the way of builders, whatever they paid. */
export function isVaultPaid(last: LastTransaction | undefined, vault: Address): boolean {
  return last !== undefined && last.succeeded && last.to?.toLowerCase() === vault.toLowerCase() && last.valueWei > 0n;
}

/** What transactions paid to the fee recipient: the price of their gas above the base fee, which is burned. */
export function tipsOf(
  receipts: readonly { gasUsed: bigint; effectiveGasPriceWei: bigint }[],
  baseFeePerGasWei: bigint,
): bigint {
  return receipts.reduce(
    (sum, { gasUsed, effectiveGasPriceWei }) => sum + gasUsed * (effectiveGasPriceWei - baseFeePerGasWei),
    0n,
  );
}

/** Thefts of the window, by slot. A block without tips took nothing. */
export function theftsOf({ unpaidProposals }: Pick<Snapshot, "unpaidProposals">): Theft[] {
  return unpaidProposals
    .filter(({ tipsWei }) => tipsWei > 0n)
    .toSorted((a, b) => a.slot - b.slot)
    .map(({ operatorId, slot, tipsWei }) => ({ operatorId, slot: BigInt(slot), amountWei: tipsWei }));
}

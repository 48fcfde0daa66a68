// The one place where Wei and Gwei meet. Wei is the unit of the execution chain, Gwei that of the beacon chain.
import { formatUnits, parseEther } from "viem";

import { EthStakeError } from "../runtime/errors.ts";

export const WEI_PER_GWEI = 1_000_000_000n;
export const GWEI_PER_ETHER = 1_000_000_000n;
export const WEI_PER_ETHER = 10n ** 18n;

/** Exact. */
export function gweiToWei(amountGwei: bigint): bigint {
  return amountGwei * WEI_PER_GWEI;
}

/** Rounds towards zero; use it where the remainder stays with the protocol. */
export function weiToGweiDown(amountWei: bigint): bigint {
  return amountWei / WEI_PER_GWEI;
}

/** Refuses an amount that is not a whole number of Gwei; use it where nothing may be lost. */
export function weiToGweiExact(amountWei: bigint): bigint {
  if (amountWei % WEI_PER_GWEI !== 0n)
    throw new EthStakeError("NOT_WHOLE_GWEI", `Give a whole number of Gwei: ${amountWei} wei is not one`, {
      details: { amountWei },
    });
  return amountWei / WEI_PER_GWEI;
}

/** Whole ether as Gwei. */
export function etherToGwei(ether: number | bigint): bigint {
  return BigInt(ether) * GWEI_PER_ETHER;
}

/** Ether text with all digits that count ("1.5"), or cut (not rounded) to `decimals`. */
export function formatWei(amountWei: bigint, decimals?: number): string {
  return cut(formatUnits(amountWei, 18), decimals);
}

/** The same for an amount in Gwei. */
export function formatGwei(amountGwei: bigint, decimals?: number): string {
  return cut(formatUnits(amountGwei, 9), decimals);
}

/** Wei of what a person typed as ether, for instance "0.1". */
export function parseEtherText(text: string): bigint {
  if (!/^\d+(\.\d{1,18})?$/.test(text.trim()))
    throw new EthStakeError("AMOUNT_INVALID", `Give an amount of ether such as 1.5 instead of "${text}"`);
  return parseEther(text.trim());
}

function cut(text: string, decimals?: number): string {
  if (decimals === undefined) return text;
  const [whole = "0", fraction = ""] = text.split(".");
  return decimals === 0 ? whole : `${whole}.${fraction.slice(0, decimals).padEnd(decimals, "0")}`;
}

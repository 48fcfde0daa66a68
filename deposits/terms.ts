// What a deposit is made of besides its key: where it pays out to, and how much it is.
import { bytesToHex, getAddress, zeroAddress, type Address, type Hex } from "viem";

import { bytesOfSize } from "../chain/hex.ts";
import { GWEI_PER_ETHER, formatGwei, parseEtherText, weiToGweiExact } from "../chain/units.ts";
import { EthStakeError } from "../runtime/errors.ts";

/** The deposit contract takes no less, and the chain gives compounding validators no more. */
export const MIN_DEPOSIT_GWEI = GWEI_PER_ETHER;
export const MAX_DEPOSIT_GWEI = 2048n * GWEI_PER_ETHER;
/** A validator that does not compound earns on no more than this. */
const MAX_REGULAR_GWEI = 32n * GWEI_PER_ETHER;

export type CredentialsKind = "bls" | "regular" | "compounding" | "unknown";

/** Credentials that pay to an address: 0x02 (compounding up to 2048 ETH) or 0x01 (32 ETH, the rest is paid out). */
export function credentialsOf(withdrawalAddress: Address, compounding: boolean): Hex {
  const credentials = new Uint8Array(32);
  credentials[0] = compounding ? 0x02 : 0x01;
  credentials.set(bytesOfSize(withdrawalAddress, 20), 12);
  return bytesToHex(credentials);
}

/** What kind of credentials these are. Only the two middle ones pay to an address. */
export function kindOfCredentials(credentials: Hex): CredentialsKind {
  if (credentials.startsWith("0x00")) return "bls";
  if (!/^0x0[12]0{22}/.test(credentials) || /^0x..0+$/.test(credentials)) return "unknown";
  return credentials.startsWith("0x01") ? "regular" : "compounding";
}

/** A withdrawal address as a person typed it: with its checksum, and not the zero address. It can never be changed. */
export function parseWithdrawalAddress(text: string): Address {
  const right = /^0x[0-9a-fA-F]{40}$/.test(text) ? getAddress(text.toLowerCase()) : undefined;
  if (right === undefined)
    throw new EthStakeError("ADDRESS_INVALID", `Give a withdrawal address instead of "${text}": 0x and 40 hex digits`);
  if (right === zeroAddress)
    throw new EthStakeError("ADDRESS_INVALID", "Give a withdrawal address of yours: nobody owns the zero address");
  if (right !== text)
    throw new EthStakeError(
      "ADDRESS_CHECKSUM",
      `Copy the withdrawal address again, in checksum form: "${text}" is not, so a wrong digit would not be noticed`,
    );
  return right;
}

/** An amount that a person typed as ether, as Gwei. */
export function parseDepositAmount(text: string): bigint {
  const amountWei = parseEtherText(text);
  try {
    return weiToGweiExact(amountWei);
  } catch (cause) {
    throw new EthStakeError("AMOUNT_OFF_GRID", `Give at most nine decimals instead of "${text}": whole Gwei`, {
      cause,
    });
  }
}

/** Refuses an amount that the deposit contract or the beacon chain would not take, or on which nothing is earned. */
export function assertAmount(amountGwei: bigint, credentials: Hex): void {
  const maxGwei = kindOfCredentials(credentials) === "compounding" ? MAX_DEPOSIT_GWEI : MAX_REGULAR_GWEI;
  if (amountGwei >= MIN_DEPOSIT_GWEI && amountGwei <= maxGwei) return;
  const advice = amountGwei > MAX_REGULAR_GWEI && amountGwei <= MAX_DEPOSIT_GWEI ? ", or add --compounding" : "";
  throw new EthStakeError(
    "AMOUNT_OUT_OF_RANGE",
    `Deposit 1 to ${formatGwei(maxGwei)} ETH with these credentials instead of ${formatGwei(amountGwei)}${advice}`,
    { details: { amountGwei, credentials } },
  );
}

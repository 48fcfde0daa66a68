// Parts that the answers of the Beacon API are made of: decimal strings and hex.
import { getAddress, type Address, type Hex } from "viem";
import { z } from "zod";

import { uint64ToNumber } from "../slots.ts";

const decimal = z.string().regex(/^\d{1,20}$/, "is not a decimal number");

/** A slot, epoch, index or timestamp; 2^64 - 1 becomes FAR_FUTURE_EPOCH. */
export const index = decimal.transform((text) => uint64ToNumber(BigInt(text)));
/** An amount; the names of the fields say that it is Gwei. */
export const gwei = decimal.transform((text) => BigInt(text));
/** An amount that may be negative, as penalties are. */
export const signedGwei = z
  .string()
  .regex(/^-?\d{1,20}$/, "is not a decimal number")
  .transform((text) => BigInt(text));
/** Up to 256 bits. */
export const wei = z
  .string()
  .regex(/^\d{1,78}$/, "is not a decimal number")
  .transform((text) => BigInt(text));
/** With its checksum, as viem writes addresses. */
export const address = hexOf(20).transform((text): Address => getAddress(text));
export const root = hexOf(32);
export const pubkey = hexOf(48);
export const signature = hexOf(96);
export const forkVersion = hexOf(4);
export const bytes = z
  .string()
  .regex(/^0x([0-9a-fA-F]{2})*$/, "is not hex")
  .transform((text): Hex => `0x${text.slice(2)}`);

/** Hex of so many bytes, in lower case. */
export function hexOf(size: number) {
  return z
    .string()
    .regex(new RegExp(`^0x[0-9a-fA-F]{${size * 2}}$`), `is not hex of ${size} bytes`)
    .transform((text): Hex => `0x${text.slice(2).toLowerCase()}`);
}

/** The envelope of every answer. */
export function dataOf<T>(data: z.ZodType<T>): z.ZodType<T> {
  return z.object({ data }).transform((answer): T => answer.data as T);
}

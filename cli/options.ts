import type { Command } from "commander";
import { getAddress, isAddress, type Address, type Hex } from "viem";
import { z } from "zod";

import { parseEtherText } from "../chain/units.ts";
import { commaList } from "../runtime/config.ts";
import { EthStakeError } from "../runtime/errors.ts";

/** Code of every mistake on the command line: exit status 2. */
export const USAGE = "USAGE";

/** Decodes the options of a command, the global ones included. Problems name the option. */
export function readOptions<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  command: Command,
): z.output<z.ZodObject<Shape>> {
  const result = schema.safeParse(command.optsWithGlobals());
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const name = String(issue?.path[0] ?? "");
  const option = command.options.find((candidate) => candidate.attributeName() === name);
  throw usageError(`Correct ${option?.long ?? flagOf(name)}: ${issue?.message ?? "its value is wrong"}`);
}

/** A mistake on the command line. */
export function usageError(message: string): EthStakeError {
  return new EthStakeError(USAGE, message);
}

/** An amount of ether above zero, as wei. */
export const etherAmount = z.string().transform((text, context): bigint => {
  const amountWei = /^\d+(\.\d{1,18})?$/.test(text.trim()) ? parseEtherText(text) : 0n;
  if (amountWei > 0n) return amountWei;
  const problem = /^\d+\.\d{19,}$/.test(text) ? "at most 18 decimals are possible" : "give ether such as 1.5";
  context.addIssue({ code: "custom", message: `${problem} instead of "${text}"` });
  return z.NEVER;
});

/** A whole number, zero or above. */
export const wholeNumber = z
  .string()
  .regex(/^\d{1,15}$/, "a whole number is expected")
  .transform(Number);

/** Parts of ten thousand. */
export const basisPoints = wholeNumber.refine((bps) => bps <= 10_000, "at most 10000 basis points are possible");

/** The number of a ticket. */
export const ticketNumber = z
  .string()
  .regex(/^\d{1,30}$/, "the number of a ticket is expected")
  .transform(BigInt);

/** An address; a wrong checksum is a mistake. */
export const addressText = z.string().transform((text, context): Address => {
  if (isAddress(text)) return getAddress(text);
  context.addIssue({ code: "custom", message: `"${text}" is no address with a right checksum` });
  return z.NEVER;
});

/** A validator's public key. */
export const pubkeyText = z
  .string()
  .regex(/^(0x)?[0-9a-fA-F]{96}$/, "a public key has 48 bytes: 96 hex digits")
  .transform((text): Hex => `0x${text.replace(/^0x/, "").toLowerCase()}`);

/** A comma list of http(s) addresses. */
export const urlsText = z
  .string()
  .transform(commaList)
  .pipe(z.array(z.url({ protocol: /^https?$/, error: "http(s) addresses are expected" })));

function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

import type { z } from "zod";

import { EthStakeError } from "../../runtime/errors.ts";

/** Decodes what we wrote; what does not fit was not written by this version, or the disk is failing. */
export function parseStored<T>(schema: z.ZodType<T>, value: unknown, table: string, key: number): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new EthStakeError("STORE_DAMAGED", `Delete row ${key} of ${table}, it is made again: it cannot be read`, {
    details: { table, key, issue: result.error.issues[0]?.message },
  });
}

/** JSON text of a column; undefined is left for the schema to refuse. */
export function parseJsonColumn(value: unknown): unknown {
  if (typeof value !== "string") return undefined;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

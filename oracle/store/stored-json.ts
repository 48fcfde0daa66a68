import type { z } from "zod";

import { EthStakeError } from "../../runtime/errors.ts";

/** Decodes a file of ours; what does not fit was not written by this version, or the disk is failing. */
export function parseStored<T>(schema: z.ZodType<T>, text: string, path: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new EthStakeError("STORE_DAMAGED", `Move ${path} away, it is made again: it cannot be read`, {
      cause,
      details: { path },
    });
  }
}

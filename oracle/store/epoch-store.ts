import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { z } from "zod";

import { bytes32Json } from "../../chain/report/json.ts";
import { isErrno, writeFileAtomic } from "../../runtime/atomic-file.ts";
import { stringifyJson } from "../../runtime/json.ts";
import type { EpochResult } from "../decide/epoch-result.ts";
import { parseStored } from "./stored-json.ts";

/** Results of epochs, which never change once written. Survives restarts. */
export type EpochStore = {
  load(epoch: number): Promise<EpochResult | undefined>;
  save(result: EpochResult): Promise<void>;
};

const gwei = z
  .string()
  .regex(/^\d{1,40}$/)
  .transform((text) => BigInt(text));
const participation = { assignedGwei: gwei, attestedGwei: gwei };
const epochResult: z.ZodType<EpochResult> = z.object({
  epoch: z.int().nonnegative(),
  blockRoot: bytes32Json,
  network: z.object(participation),
  operators: z.array(z.object({ operatorId: z.int().nonnegative(), weightGwei: gwei, ...participation })),
});

/** Keeps one small JSON file per epoch in a folder. */
export async function createFileEpochStore(folder: string): Promise<EpochStore> {
  await mkdir(folder, { recursive: true });
  const pathOf = (epoch: number) => join(folder, `${epoch}.json`);
  return {
    load: async (epoch) => {
      const path = pathOf(epoch);
      const text = await readFile(path, "utf8").catch((error: unknown) => {
        if (isErrno(error, "ENOENT")) return undefined;
        throw error;
      });
      return text === undefined ? undefined : parseStored(epochResult, text, path);
    },
    save: (result) => writeFileAtomic(pathOf(result.epoch), stringifyJson(result), { overwrite: true }),
  };
}

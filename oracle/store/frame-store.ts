import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { z } from "zod";

import { memberSignaturesJson, reportJson, rewardsLeavesJson, type MemberSignature } from "../../chain/report/json.ts";
import type { Report } from "../../chain/report/report.ts";
import type { RewardsLeaf } from "../../chain/report/rewards-tree.ts";
import { isErrno, writeFileAtomic } from "../../runtime/atomic-file.ts";
import { stringifyJson } from "../../runtime/json.ts";
import { parseStored } from "./stored-json.ts";

/** A report that this member built, and who agreed. */
export type StoredFrame = {
  refSlot: number;
  /** The settled frame that it builds on. */
  previousRefSlot: number;
  report: Report;
  leaves: readonly RewardsLeaf[];
  signatures: readonly MemberSignature[];
};

/** Frames by reference slot. Own signatures are kept here before anybody sees them. */
export type FrameStore = {
  load(refSlot: number): Promise<StoredFrame | undefined>;
  save(frame: StoredFrame): Promise<void>;
};

const storedFrame: z.ZodType<StoredFrame> = z.object({
  refSlot: z.int(),
  previousRefSlot: z.int(),
  report: reportJson,
  leaves: rewardsLeavesJson,
  signatures: memberSignaturesJson,
});

/** Keeps one JSON file per frame in a folder. */
export async function createFileFrameStore(folder: string): Promise<FrameStore> {
  await mkdir(folder, { recursive: true });
  const pathOf = (refSlot: number) => join(folder, `${refSlot}.json`);
  return {
    load: async (refSlot) => {
      const path = pathOf(refSlot);
      const text = await readFile(path, "utf8").catch((error: unknown) => {
        if (isErrno(error, "ENOENT")) return undefined;
        throw error;
      });
      return text === undefined ? undefined : parseStored(storedFrame, text, path);
    },
    save: (frame) => writeFileAtomic(pathOf(frame.refSlot), stringifyJson(frame), { overwrite: true }),
  };
}

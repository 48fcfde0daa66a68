import type { Hex } from "viem";
import { z } from "zod";

import { memberSignaturesJson, reportJson, rewardsLeavesJson, type MemberSignature } from "../../chain/report/json.ts";
import type { Report } from "../../chain/report/report.ts";
import type { RewardsLeaf } from "../../chain/report/rewards-tree.ts";
import type { Database } from "../../runtime/database/database.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { stringifyJson } from "../../runtime/json.ts";
import { parseJsonColumn, parseStored } from "./rows.ts";

/** A report that this member built, and who agreed. */
export type StoredFrame = {
  refSlot: number;
  /** The settled frame that it builds on. */
  previousRefSlot: number;
  report: Report;
  leaves: readonly RewardsLeaf[];
  signatures: readonly MemberSignature[];
};

/** Frames by reference slot. */
export type FrameStore = {
  load(refSlot: number): Promise<StoredFrame | undefined>;
  save(frame: StoredFrame): Promise<void>;
  /**
   * Says that this member is about to sign a report, before it does. Throws REPORT_CHANGED when it has said so of
   * another one for the same frame and previous report. Survives a loss of power when it resolves.
   */
  claim(frame: Pick<StoredFrame, "refSlot" | "previousRefSlot">, reportHash: Hex): Promise<void>;
  /** Forgets the frames before this reference slot. What was signed is kept for ever: a few bytes a day. */
  prune(beforeRefSlot: number): Promise<void>;
};

const storedFrame: z.ZodType<StoredFrame> = z.object({
  refSlot: z.int(),
  previousRefSlot: z.int(),
  report: reportJson,
  leaves: rewardsLeavesJson,
  signatures: memberSignaturesJson,
});

/** Keeps the frames of one member in the database; without a key, those of nobody. */
export function createFrameStore(database: Database, member = "nobody"): FrameStore {
  const { query } = database;
  return {
    load: async (refSlot) => {
      const [row] = await query(
        "SELECT previous_ref_slot, report, leaves, signatures FROM oracle_frames WHERE member = $1 AND ref_slot = $2",
        [member, refSlot],
      );
      if (row === undefined) return undefined;
      const frame = {
        refSlot,
        previousRefSlot: Number(row["previous_ref_slot"]),
        report: parseJsonColumn(row["report"]),
        leaves: parseJsonColumn(row["leaves"]),
        signatures: parseJsonColumn(row["signatures"]),
      };
      return parseStored(storedFrame, frame, "oracle_frames", refSlot);
    },
    save: async ({ refSlot, previousRefSlot, report, leaves, signatures }) => {
      await query(
        `INSERT INTO oracle_frames (member, ref_slot, previous_ref_slot, report, leaves, signatures)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (member, ref_slot) DO UPDATE SET previous_ref_slot = EXCLUDED.previous_ref_slot,
           report = EXCLUDED.report, leaves = EXCLUDED.leaves, signatures = EXCLUDED.signatures, saved_at = now()`,
        [member, refSlot, previousRefSlot, ...[report, leaves, signatures].map((value) => stringifyJson(value))],
      );
    },
    claim: async ({ refSlot, previousRefSlot }, reportHash) => {
      const key = [member, refSlot, previousRefSlot];
      await query("INSERT INTO oracle_signed VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING", [...key, reportHash]);
      const [row] = await query(
        "SELECT report_hash FROM oracle_signed WHERE member = $1 AND ref_slot = $2 AND previous_ref_slot = $3",
        key,
      );
      const signed = row?.["report_hash"];
      if (signed !== reportHash)
        throw new EthStakeError("REPORT_CHANGED", "Find out why: this member signed another report for the frame", {
          details: { refSlot, previousRefSlot, signed, now: reportHash },
        });
      await database.flush();
    },
    prune: async (beforeRefSlot) => {
      await query("DELETE FROM oracle_frames WHERE member = $1 AND ref_slot < $2", [member, beforeRefSlot]);
    },
  };
}

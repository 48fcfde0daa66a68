import { z } from "zod";

import { bytes32Json } from "../../chain/report/json.ts";
import type { Database, Row } from "../../runtime/database/database.ts";
import type { EpochResult, OperatorEpoch } from "../decide/epoch-result.ts";
import { parseJsonColumn, parseStored } from "./rows.ts";

/** Results of epochs, which never change once written. Survives restarts. */
export type EpochStore = {
  /** Those of these epochs that are there, ascending. */
  load(epochs: readonly number[]): Promise<EpochResult[]>;
  save(result: EpochResult): Promise<void>;
  /** Forgets the epochs before this one. */
  prune(beforeEpoch: number): Promise<void>;
};

const gwei = z.string().regex(/^\d{1,39}$/);
const toGwei = gwei.transform((text) => BigInt(text));
/** Operator, weight, assigned, attested: names would be most of the bytes. */
const operators = z.array(z.tuple([z.int().nonnegative(), toGwei, toGwei, toGwei])).transform((items) =>
  items.map(
    ([operatorId, weightGwei, assignedGwei, attestedGwei]): OperatorEpoch => ({
      operatorId,
      weightGwei,
      assignedGwei,
      attestedGwei,
    }),
  ),
);
const epochRow: z.ZodType<EpochResult> = z
  .object({ epoch: z.int(), block_root: bytes32Json, assigned: toGwei, attested: toGwei, operators })
  .transform(({ epoch, block_root, assigned, attested, operators: list }) => ({
    epoch,
    blockRoot: block_root,
    network: { assignedGwei: assigned, attestedGwei: attested },
    operators: list,
  }));

/** Keeps epochs in the database. */
export function createEpochStore({ query }: Pick<Database, "query">): EpochStore {
  return {
    load: async (epochs) => {
      if (epochs.length === 0) return [];
      const wanted = new Set(epochs);
      const rows = await query(
        `SELECT epoch, block_root, assigned_gwei::text AS assigned, attested_gwei::text AS attested, operators
           FROM oracle_epochs WHERE epoch BETWEEN $1 AND $2 ORDER BY epoch`,
        [Math.min(...epochs), Math.max(...epochs)],
      );
      return rows.map(resultOf).filter(({ epoch }) => wanted.has(epoch));
    },
    save: async ({ epoch, blockRoot, network, operators: list }) => {
      const items = list.map((item) => [
        item.operatorId,
        ...[item.weightGwei, item.assignedGwei, item.attestedGwei].map(String),
      ]);
      await query("INSERT INTO oracle_epochs VALUES ($1, $2, $3, $4, $5) ON CONFLICT (epoch) DO NOTHING", [
        epoch,
        blockRoot,
        String(network.assignedGwei),
        String(network.attestedGwei),
        JSON.stringify(items),
      ]);
    },
    prune: async (beforeEpoch) => void (await query("DELETE FROM oracle_epochs WHERE epoch < $1", [beforeEpoch])),
  };
}

function resultOf(row: Row): EpochResult {
  const value = { ...row, operators: parseJsonColumn(row["operators"]) };
  return parseStored(epochRow, value, "oracle_epochs", Number(row["epoch"]));
}

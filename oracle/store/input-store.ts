import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";

import type { Database } from "../../runtime/database/database.ts";
import type { Snapshot } from "../decide/snapshot.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { parseSnapshot, stringifySnapshot } from "./snapshot-json.ts";

/** What reports were made of. */
export type InputStore = {
  save(snapshot: Snapshot): Promise<void>;
  load(refSlot: number, previousRefSlot: number): Promise<Snapshot | undefined>;
  prune(beforeRefSlot: number): Promise<void>;
};

/** Keeps the inputs in the database, compressed: most of their bytes are zeros and repetitions. */
export function createInputStore({ query }: Pick<Database, "query">): InputStore {
  return {
    save: async (snapshot) => {
      const bytes = await promisify(gzip)(stringifySnapshot(snapshot));
      await query("INSERT INTO oracle_inputs VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", [
        snapshot.refSlot,
        snapshot.previous.refSlot,
        bytes,
      ]);
    },
    load: async (refSlot, previousRefSlot) => {
      const [row] = await query("SELECT snapshot FROM oracle_inputs WHERE ref_slot = $1 AND previous_ref_slot = $2", [
        refSlot,
        previousRefSlot,
      ]);
      if (row === undefined) return undefined;
      const bytes = row["snapshot"];
      if (!(bytes instanceof Uint8Array))
        throw new EthStakeError("STORE_DAMAGED", `Delete row ${refSlot} of oracle_inputs: it cannot be read`);
      return parseSnapshot((await promisify(gunzip)(bytes)).toString("utf8"));
    },
    prune: async (beforeRefSlot) => {
      await query("DELETE FROM oracle_inputs WHERE ref_slot < $1", [beforeRefSlot]);
    },
  };
}

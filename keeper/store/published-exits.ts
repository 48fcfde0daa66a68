import { z } from "zod";

import type { Database } from "../../runtime/database/database.ts";

/** Since when an exit has been known to beacon nodes, by validator index; in Unix seconds of the chain. */
export type PublishedExits = {
  /** Keeps the first time. */
  note(validatorIndex: number, at: number): Promise<void>;
  all(): Promise<ReadonlyMap<number, number>>;
};

const row = z.object({ validator_index: z.coerce.number(), published_at: z.coerce.number() });

/** Kept in the database, so that a restart or another replica does not wait anew. */
export function createPublishedExits({ query }: Pick<Database, "query">, deployment: string): PublishedExits {
  return {
    note: async (validatorIndex, at) => {
      await query(
        `INSERT INTO keeper_published_exits VALUES ($1, $2, $3) ON CONFLICT (deployment, validator_index) DO NOTHING`,
        [deployment, validatorIndex, at],
      );
    },
    all: async () => {
      const rows = await query(
        "SELECT validator_index, published_at FROM keeper_published_exits WHERE deployment = $1",
        [deployment],
      );
      return new Map(
        z
          .array(row)
          .parse(rows)
          .map((one) => [one.validator_index, one.published_at]),
      );
    },
  };
}

/** The same for as long as the process runs. */
export function rememberPublishedExits(): PublishedExits {
  const times = new Map<number, number>();
  return {
    note: async (validatorIndex, at) => void times.set(validatorIndex, times.get(validatorIndex) ?? at),
    all: async () => times,
  };
}

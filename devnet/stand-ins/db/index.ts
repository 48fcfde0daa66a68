// Stand-in for @lodestar/db: the repository layer of the beacon node over an ordered map in memory.
// Nothing is written to disk, so a devnet ends without a trace.

export { BUCKET_LENGTH, decodeNumberForDbKey, encodeKey, encodeNumberForDbKey, type DbKey } from "./keys.ts";
export {
  MemoryDbController,
  type DatabaseController,
  type Db,
  type DbBatch,
  type FilterOptions,
  type KeyValue,
} from "./memory-controller.ts";
export { BinaryRepository, Repository, type RepositoryConfig, type ValueType } from "./repository.ts";
export { PrefixedRepository } from "./prefixed-repository.ts";

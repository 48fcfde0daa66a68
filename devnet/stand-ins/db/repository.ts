import type { ChainForkConfig } from "@lodestar/config";
import { BUCKET_LENGTH, encodeKey, type DbKey } from "./keys.ts";
import type { Db, FilterOptions, KeyValue } from "./memory-controller.ts";

export type RepositoryConfig = ChainForkConfig;

/** The part of an SSZ type that a repository needs. */
export interface ValueType<T> {
  serialize(value: T): Uint8Array;
  deserialize(bytes: Uint8Array): T;
  hashTreeRoot(value: T): Uint8Array;
}

/** One bucket of the store, bytes in and out. Subclasses in the beacon node override how ids become keys. */
export class BinaryRepository<I extends DbKey> {
  protected readonly config: RepositoryConfig;
  protected readonly db: Db;
  protected readonly bucket: number;
  protected readonly bucketId: string;
  protected readonly minKey: Uint8Array;
  protected readonly maxKey: Uint8Array;

  constructor(config: RepositoryConfig, db: Db, bucket: number, bucketId: string) {
    this.config = config;
    this.db = db;
    this.bucket = bucket;
    this.bucketId = bucketId;
    this.minKey = encodeKey(bucket, new Uint8Array());
    this.maxKey = encodeKey(bucket + 1, new Uint8Array());
  }

  encodeKey(id: I): Uint8Array {
    return encodeKey(this.bucket, id);
  }

  decodeKey(key: Uint8Array): I {
    return key.subarray(BUCKET_LENGTH) as I;
  }

  async getBinary(id: I): Promise<Uint8Array | null> {
    return this.db.get(this.encodeKey(id));
  }

  async getManyBinary(ids: I[]): Promise<(Uint8Array | undefined)[]> {
    return this.db.getMany(ids.map((id) => this.encodeKey(id)));
  }

  async has(id: I): Promise<boolean> {
    return (await this.getBinary(id)) !== null;
  }

  async putBinary(id: I, value: Uint8Array): Promise<void> {
    await this.db.put(this.encodeKey(id), value);
  }

  async delete(id: I): Promise<void> {
    await this.db.delete(this.encodeKey(id));
  }

  async batchPutBinary(items: KeyValue<I, Uint8Array>[]): Promise<void> {
    await this.db.batchPut(items.map(({ key, value }) => ({ key: this.encodeKey(key), value })));
  }

  async batchDelete(ids: I[]): Promise<void> {
    await this.db.batchDelete(ids.map((id) => this.encodeKey(id)));
  }

  async keys(options?: FilterOptions<I>): Promise<I[]> {
    return (await this.db.keys(this.dbFilterOptions(options))).map((key) => this.decodeKey(key));
  }

  async *keysStream(options?: FilterOptions<I>): AsyncIterable<I> {
    for await (const key of this.db.keysStream(this.dbFilterOptions(options))) yield this.decodeKey(key);
  }

  async *binaryEntriesStream(options?: FilterOptions<I>): AsyncIterable<KeyValue<Uint8Array, Uint8Array>> {
    yield* this.db.entriesStream(this.dbFilterOptions(options));
  }

  async binaries(options?: FilterOptions<I>): Promise<Uint8Array[]> {
    return this.db.values(this.dbFilterOptions(options));
  }

  async firstBinary(): Promise<Uint8Array | null> {
    return (await this.binaries({ limit: 1 }))[0] ?? null;
  }

  async lastBinary(): Promise<Uint8Array | null> {
    return (await this.binaries({ limit: 1, reverse: true }))[0] ?? null;
  }

  async firstKey(): Promise<I | null> {
    return (await this.keys({ limit: 1 }))[0] ?? null;
  }

  async lastKey(): Promise<I | null> {
    return (await this.keys({ limit: 1, reverse: true }))[0] ?? null;
  }

  /** Bounds given as ids become bounds of the store; an open end is the end of the bucket. */
  protected dbFilterOptions(options: FilterOptions<I> = {}): FilterOptions<Uint8Array> {
    const { gt, gte, lt, lte, reverse, limit } = options;
    const bounds: FilterOptions<Uint8Array> = {};
    if (gt !== undefined) bounds.gt = this.encodeKey(gt);
    else bounds.gte = gte === undefined ? this.minKey : this.encodeKey(gte);
    if (lte !== undefined) bounds.lte = this.encodeKey(lte);
    else bounds.lt = lt === undefined ? this.maxKey : this.encodeKey(lt);
    if (reverse !== undefined) bounds.reverse = reverse;
    if (limit !== undefined) bounds.limit = limit;
    return bounds;
  }
}

/** One bucket of the store, SSZ values in and out. */
export class Repository<I extends DbKey, T> extends BinaryRepository<I> {
  protected readonly type: ValueType<T>;

  constructor(config: RepositoryConfig, db: Db, bucket: number, type: ValueType<T>, bucketId: string) {
    super(config, db, bucket, bucketId);
    this.type = type;
  }

  encodeValue(value: T): Uint8Array {
    return this.type.serialize(value);
  }

  decodeValue(bytes: Uint8Array): T {
    return this.type.deserialize(bytes);
  }

  /** The id of a value unless a subclass knows better: its root. */
  getId(value: T): I {
    return this.type.hashTreeRoot(value) as I;
  }

  async get(id: I): Promise<T | null> {
    const bytes = await this.getBinary(id);
    return bytes === null ? null : this.decodeValue(bytes);
  }

  async put(id: I, value: T): Promise<void> {
    await this.putBinary(id, this.encodeValue(value));
  }

  async add(value: T): Promise<void> {
    await this.put(this.getId(value), value);
  }

  async remove(value: T): Promise<void> {
    await this.delete(this.getId(value));
  }

  async batchPut(items: KeyValue<I, T>[]): Promise<void> {
    await this.db.batchPut(
      items.map(({ key, value }) => ({ key: this.encodeKey(key), value: this.encodeValue(value) })),
    );
  }

  async batchAdd(values: T[]): Promise<void> {
    await this.batchPut(values.map((value) => ({ key: this.getId(value), value })));
  }

  async batchRemove(values: T[]): Promise<void> {
    await this.batchDelete(values.map((value) => this.getId(value)));
  }

  async values(options?: FilterOptions<I>): Promise<T[]> {
    return (await this.binaries(options)).map((bytes) => this.decodeValue(bytes));
  }

  async *valuesStream(options?: FilterOptions<I>): AsyncIterable<T> {
    for await (const bytes of this.db.valuesStream(this.dbFilterOptions(options))) yield this.decodeValue(bytes);
  }

  async entries(options?: FilterOptions<I>): Promise<KeyValue<I, T>[]> {
    const entries = await this.db.entries(this.dbFilterOptions(options));
    return entries.map(({ key, value }) => ({ key: this.decodeKey(key), value: this.decodeValue(value) }));
  }

  async *entriesStream(options?: FilterOptions<I>): AsyncIterable<KeyValue<I, T>> {
    yield* await this.entries(options);
  }

  async firstValue(): Promise<T | null> {
    return (await this.values({ limit: 1 }))[0] ?? null;
  }

  async lastValue(): Promise<T | null> {
    return (await this.values({ limit: 1, reverse: true }))[0] ?? null;
  }

  async firstEntry(): Promise<KeyValue<I, T> | null> {
    return (await this.entries({ limit: 1 }))[0] ?? null;
  }

  async lastEntry(): Promise<KeyValue<I, T> | null> {
    return (await this.entries({ limit: 1, reverse: true }))[0] ?? null;
  }
}

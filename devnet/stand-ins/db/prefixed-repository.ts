import { BUCKET_LENGTH, encodeKey } from "./keys.ts";
import type { Db, FilterOptions, KeyValue } from "./memory-controller.ts";
import type { RepositoryConfig, ValueType } from "./repository.ts";

export interface PrefixedId<P, I> {
  prefix: P;
  id: I;
}

/**
 * One bucket whose keys are a prefix (block root or slot) and an id (column index). The beacon node's two
 * subclasses say how those become bytes. No transaction of the devnet carries blobs, so there are no columns
 * to store; the node still asks for them, and must get "none".
 */
export abstract class PrefixedRepository<P, I, T> {
  protected readonly config: RepositoryConfig;
  protected readonly db: Db;
  protected readonly bucket: number;
  protected readonly type: ValueType<T>;
  protected readonly bucketId: string;

  constructor(config: RepositoryConfig, db: Db, bucket: number, type: ValueType<T>, bucketId: string) {
    this.config = config;
    this.db = db;
    this.bucket = bucket;
    this.type = type;
    this.bucketId = bucketId;
  }

  abstract getId(value: T): I;
  abstract encodeKeyRaw(prefix: P, id: I): Uint8Array;
  abstract decodeKeyRaw(raw: Uint8Array): PrefixedId<P, I>;
  abstract getMinKeyRaw(prefix: P): Uint8Array;
  abstract getMaxKeyRaw(prefix: P): Uint8Array;

  encodeValue(value: T): Uint8Array {
    return this.type.serialize(value);
  }

  decodeValue(bytes: Uint8Array): T {
    return this.type.deserialize(bytes);
  }

  async getManyBinary(prefix: P, ids: I[]): Promise<(Uint8Array | undefined)[]> {
    return this.db.getMany(ids.map((id) => this.#key(prefix, id)));
  }

  async putMany(prefix: P, values: T[]): Promise<void> {
    await this.putManyBinary(
      prefix,
      values.map((value) => ({ key: this.getId(value), value: this.encodeValue(value) })),
    );
  }

  async putManyBinary(prefix: P, items: KeyValue<I, Uint8Array>[]): Promise<void> {
    await this.db.batchPut(items.map(({ key, value }) => ({ key: this.#key(prefix, key), value })));
  }

  async deleteMany(prefixes: P | P[]): Promise<void> {
    for (const prefix of Array.isArray(prefixes) ? prefixes : [prefixes]) {
      await this.db.batchDelete(await this.db.keys(this.#boundsOf(prefix)));
    }
  }

  async values(prefix: P): Promise<T[]> {
    return (await this.db.values(this.#boundsOf(prefix))).map((bytes) => this.decodeValue(bytes));
  }

  async *valuesStreamBinary(prefix: P): AsyncIterable<PrefixedId<P, I> & { value: Uint8Array }> {
    for await (const { key, value } of this.db.entriesStream(this.#boundsOf(prefix))) {
      yield { ...this.#decode(key), value };
    }
  }

  async keys(options: FilterOptions<PrefixedId<P, I>> = {}): Promise<PrefixedId<P, I>[]> {
    const { gt, gte, lt, lte, reverse, limit } = options;
    const bounds: FilterOptions<Uint8Array> = {};
    if (gt !== undefined) bounds.gt = this.#key(gt.prefix, gt.id);
    else bounds.gte = gte === undefined ? encodeKey(this.bucket, new Uint8Array()) : this.#key(gte.prefix, gte.id);
    if (lte !== undefined) bounds.lte = this.#key(lte.prefix, lte.id);
    else bounds.lt = lt === undefined ? encodeKey(this.bucket + 1, new Uint8Array()) : this.#key(lt.prefix, lt.id);
    if (reverse !== undefined) bounds.reverse = reverse;
    if (limit !== undefined) bounds.limit = limit;
    return (await this.db.keys(bounds)).map((key) => this.#decode(key));
  }

  #boundsOf(prefix: P): FilterOptions<Uint8Array> {
    return {
      gte: encodeKey(this.bucket, this.getMinKeyRaw(prefix)),
      lte: encodeKey(this.bucket, this.getMaxKeyRaw(prefix)),
    };
  }

  #key(prefix: P, id: I): Uint8Array {
    return encodeKey(this.bucket, this.encodeKeyRaw(prefix, id));
  }

  #decode(key: Uint8Array): PrefixedId<P, I> {
    return this.decodeKeyRaw(key.subarray(BUCKET_LENGTH));
  }
}

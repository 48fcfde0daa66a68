/** Bounds of a range of keys; ascending unless `reverse`. */
export interface FilterOptions<K> {
  gt?: K;
  gte?: K;
  lt?: K;
  lte?: K;
  reverse?: boolean;
  limit?: number;
  bucketId?: string;
}

export interface KeyValue<K, V> {
  key: K;
  value: V;
}

export type DbBatch<K, V> = ({ type: "put"; key: K; value: V } | { type: "del"; key: K })[];

/** What the repositories ask of a store; the second parameter (metrics) of the original is ignored. */
export interface DatabaseController<K, V> {
  get(key: K): Promise<V | null>;
  getMany(keys: K[]): Promise<(V | undefined)[]>;
  put(key: K, value: V): Promise<void>;
  delete(key: K): Promise<void>;
  batch(operations: DbBatch<K, V>): Promise<void>;
  batchPut(items: KeyValue<K, V>[]): Promise<void>;
  batchDelete(keys: K[]): Promise<void>;
  keys(options?: FilterOptions<K>): Promise<K[]>;
  values(options?: FilterOptions<K>): Promise<V[]>;
  entries(options?: FilterOptions<K>): Promise<KeyValue<K, V>[]>;
  keysStream(options?: FilterOptions<K>): AsyncIterable<K>;
  valuesStream(options?: FilterOptions<K>): AsyncIterable<V>;
  entriesStream(options?: FilterOptions<K>): AsyncIterable<KeyValue<K, V>>;
  close(): Promise<void>;
  clear(): Promise<void>;
  setMetrics(): void;
}

export type Db = DatabaseController<Uint8Array, Uint8Array>;

/**
 * An ordered key-value store in memory. Keys are kept as hex strings (their order is the order of the bytes):
 * a map finds values, a sorted array answers ranges by binary search.
 */
export class MemoryDbController implements Db {
  #values = new Map<string, Uint8Array>();
  #order: string[] = [];

  async get(key: Uint8Array): Promise<Uint8Array | null> {
    return this.#values.get(hex(key)) ?? null;
  }

  async getMany(keys: Uint8Array[]): Promise<(Uint8Array | undefined)[]> {
    return keys.map((key) => this.#values.get(hex(key)));
  }

  async put(key: Uint8Array, value: Uint8Array): Promise<void> {
    const name = hex(key);
    if (!this.#values.has(name)) this.#order.splice(this.#firstAtOrAfter(name), 0, name);
    // The node reuses its buffers: keep a copy.
    this.#values.set(name, value.slice());
  }

  async delete(key: Uint8Array): Promise<void> {
    const name = hex(key);
    if (this.#values.delete(name)) this.#order.splice(this.#firstAtOrAfter(name), 1);
  }

  async batch(operations: DbBatch<Uint8Array, Uint8Array>): Promise<void> {
    for (const operation of operations) {
      if (operation.type === "put") await this.put(operation.key, operation.value);
      else await this.delete(operation.key);
    }
  }

  async batchPut(items: KeyValue<Uint8Array, Uint8Array>[]): Promise<void> {
    for (const { key, value } of items) await this.put(key, value);
  }

  async batchDelete(keys: Uint8Array[]): Promise<void> {
    for (const key of keys) await this.delete(key);
  }

  async keys(options?: FilterOptions<Uint8Array>): Promise<Uint8Array[]> {
    return this.#range(options).map(unhex);
  }

  async values(options?: FilterOptions<Uint8Array>): Promise<Uint8Array[]> {
    return (await this.entries(options)).map(({ value }) => value);
  }

  async entries(options?: FilterOptions<Uint8Array>): Promise<KeyValue<Uint8Array, Uint8Array>[]> {
    return this.#range(options).flatMap((name) => {
      const value = this.#values.get(name);
      return value === undefined ? [] : [{ key: unhex(name), value }];
    });
  }

  async *keysStream(options?: FilterOptions<Uint8Array>): AsyncIterable<Uint8Array> {
    yield* await this.keys(options);
  }

  async *valuesStream(options?: FilterOptions<Uint8Array>): AsyncIterable<Uint8Array> {
    yield* await this.values(options);
  }

  async *entriesStream(options?: FilterOptions<Uint8Array>): AsyncIterable<KeyValue<Uint8Array, Uint8Array>> {
    yield* await this.entries(options);
  }

  async close(): Promise<void> {}

  async clear(): Promise<void> {
    this.#values.clear();
    this.#order = [];
  }

  setMetrics(): void {}

  #range(options: FilterOptions<Uint8Array> = {}): string[] {
    const { gt, gte, lt, lte } = options;
    let from = 0;
    if (gte !== undefined) from = this.#firstAtOrAfter(hex(gte));
    if (gt !== undefined) from = Math.max(from, this.#firstAfter(hex(gt)));
    let to = this.#order.length;
    if (lt !== undefined) to = this.#firstAtOrAfter(hex(lt));
    if (lte !== undefined) to = Math.min(to, this.#firstAfter(hex(lte)));
    const limit = options.limit === undefined || options.limit < 0 ? Infinity : options.limit;
    const count = Math.max(0, Math.min(to - from, limit));
    return options.reverse ? this.#order.slice(to - count, to).reverse() : this.#order.slice(from, from + count);
  }

  #firstAfter(name: string): number {
    const index = this.#firstAtOrAfter(name);
    return this.#order[index] === name ? index + 1 : index;
  }

  #firstAtOrAfter(name: string): number {
    let low = 0;
    let high = this.#order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#order[middle] ?? "") < name) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}

function unhex(name: string): Uint8Array {
  return Buffer.from(name, "hex");
}

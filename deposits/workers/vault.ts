const KEY_BYTES = 32;

/**
 * Secret keys in memory that all threads share: they are written once, never copied into messages, and overwritten in
 * one place.
 */
export type KeyVault = {
  /** To be handed to workers. */
  readonly memory: SharedArrayBuffer;
  wipe(): void;
};

/** Memory for a number of keys. */
export function createKeyVault(count: number): KeyVault {
  const memory = new SharedArrayBuffer(count * KEY_BYTES);
  return { memory, wipe: () => void new Uint8Array(memory).fill(0) };
}

/** Puts a key into its place. */
export function putKey(memory: SharedArrayBuffer, position: number, key: Uint8Array): void {
  new Uint8Array(memory, position * KEY_BYTES, KEY_BYTES).set(key);
}

/** Works with a copy of a key that is overwritten afterwards; native code takes no shared memory. */
export async function withKey<T>(
  memory: SharedArrayBuffer,
  position: number,
  use: (key: Uint8Array) => T | Promise<T>,
): Promise<T> {
  const key = new Uint8Array(KEY_BYTES);
  key.set(new Uint8Array(memory, position * KEY_BYTES, KEY_BYTES));
  try {
    return await use(key);
  } finally {
    key.fill(0);
  }
}

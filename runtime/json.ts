/**
 * JSON text of a value that may hold bigints (written as decimal strings), bytes (0x hex) and infinite numbers
 * (written as strings), which JSON.stringify refuses, spells out or loses.
 */
export function stringifyJson(value: unknown, indent?: number): string {
  return JSON.stringify(toJsonValue(value), undefined, indent);
}

/** The same value made of plain JSON types. Functions and undefined disappear as in JSON.stringify. */
export function toJsonValue(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (value === null || typeof value !== "object") return value;
  if (value instanceof Uint8Array) return `0x${Buffer.from(value).toString("hex")}`;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(toJsonValue);
  if (value instanceof Set) return [...value].map(toJsonValue);
  const entries = value instanceof Map ? [...value.entries()] : Object.entries(value);
  return Object.fromEntries(entries.map(([key, item]) => [String(key), toJsonValue(item)]));
}

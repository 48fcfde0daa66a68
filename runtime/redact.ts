import { toJsonValue } from "./json.ts";
import { EthStakeError } from "./errors.ts";

const SECRET_NAME = /mnemonic|password|passphrase|private_?key|secret|seed|authorization|api_?key|signing_?key/i;
// The last character is none that ends a part of a sentence: "http://a:1: start it" holds the address http://a:1.
const URL_IN_TEXT = /\b(?:https?|wss?|postgres(?:ql)?):\/\/[^\s"'<>)]*[^\s"'<>):;,.!?]/gi;
const MAX_DEPTH = 8;

/** A copy that is safe to log: values under secret names are replaced, addresses lose user, password, path and query. */
export function redact(value: unknown, depth = 0): unknown {
  if (depth > MAX_DEPTH) return "[deep]";
  if (typeof value === "string") return redactUrls(value);
  if (value instanceof Error) return redactError(value, depth);
  if (value === null || typeof value !== "object" || value instanceof Uint8Array || value instanceof Date)
    return toJsonValue(value);
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  return redactFields(value instanceof Map ? Object.fromEntries(value) : { ...value }, depth);
}

/** The same for a record, as log lines have it. */
export function redactFields(fields: Record<string, unknown>, depth = 0): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, item]) => [
      name,
      SECRET_NAME.test(name) ? "[redacted]" : redact(item, depth + 1),
    ]),
  );
}

/** Keeps scheme and host of every address in a text: providers put their keys into path and query. */
export function redactUrls(text: string): string {
  return text.replace(URL_IN_TEXT, (url) => originOf(url));
}

/** Scheme, host and port of an address; what may be shown and logged of it. */
export function originOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  return parsed === undefined ? "[address]" : `${parsed.protocol}//${parsed.host}`;
}

function redactError(error: Error, depth: number): Record<string, unknown> {
  const ours = error instanceof EthStakeError;
  return {
    ...(ours ? { code: error.code } : { name: error.name }),
    message: redactUrls(error.message),
    ...(ours && Object.keys(error.details).length > 0 ? { details: redact(error.details, depth + 1) } : {}),
    ...(ours ? { retryable: error.retryable } : { stack: redactUrls(error.stack ?? "") }),
    ...(error.cause === undefined ? {} : { cause: redact(error.cause, depth + 1) }),
  };
}

import type { z } from "zod";

/**
 * Text as a value of that shape. Otherwise throws what `refuse` makes of the problem, which names the place that is wrong;
 * `path` is empty for the whole, and undefined when the text is no JSON at all.
 */
export function decodeJson<T>(
  schema: z.ZodType<T>,
  text: string,
  refuse: (problem: string, path: readonly PropertyKey[] | undefined) => Error,
): T {
  const value = parseJson(text);
  if (value === undefined) throw refuse("it is not JSON", undefined);
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [{ path, message } = { path: [], message: "is wrong" }] = result.error.issues;
  throw refuse(`${path.join(".") || "the whole"}: ${message}`, path);
}

/** Any JSON value; undefined, which is none, when the text is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

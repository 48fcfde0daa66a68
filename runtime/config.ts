import { readFileSync } from "node:fs";

import { z } from "zod";

import { EthStakeError } from "./errors.ts";
import type { ListenAddress } from "./http-listener.ts";
import { LOG_FORMATS, LOG_LEVELS } from "./logger.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads what a program needs from the environment. Every name has a `NAME_FILE` twin that names a file holding the
 * value, so that a secret need not be in the environment; an empty value counts as not set. All problems are told at
 * once, each with the name and the description of its field.
 *
 * @example
 * const config = readEnvironment(z.object({ EXECUTION_CLIENT_URI: urlList("execution node addresses") }), process.env);
 */
export function readEnvironment<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  env: Environment,
): z.output<z.ZodObject<Shape>> {
  const names = Object.keys(schema.shape);
  const values = Object.fromEntries(names.map((name) => [name, readValue(name, env)]));
  const result = schema.safeParse(values);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    const about = descriptionOf(schema.shape[name]);
    const verb = values[name] === undefined ? "set" : "correct";
    return `${verb} ${name}${about ? ` (${about})` : ""}: ${values[name] === undefined ? "it is missing" : issue.message}`;
  });
  const sentence = problems.join("; ");
  throw new EthStakeError("CONFIG_INVALID", sentence.charAt(0).toUpperCase() + sentence.slice(1), {
    details: { names: [...new Set(result.error.issues.map((issue) => String(issue.path[0])))] },
  });
}

/** A comma list of http(s) addresses; at least one. */
export function urlList(description: string) {
  return z
    .string()
    .transform((text) => commaList(text))
    .pipe(z.array(z.url({ protocol: /^https?$/, error: "an http(s) address is expected" })).min(1))
    .describe(description);
}

/** true/false, 1/0, yes/no; `fallback` when not set. */
export function flag(description: string, fallback = false) {
  return z.stringbool({ error: "true or false is expected" }).default(fallback).describe(description);
}

/** A whole number within bounds. */
export function wholeNumber(description: string, { min = 0, max = Number.MAX_SAFE_INTEGER } = {}) {
  return z.coerce.number({ error: "a number is expected" }).int().min(min).max(max).describe(description);
}

/** Where a server listens, as host:port. */
export function hostPort(description: string, fallback: string) {
  return z
    .string()
    .regex(HOST_PORT, "host:port is expected")
    .default(fallback)
    .transform(toListen)
    .describe(description);
}

/** The same; undefined for "off". */
export function hostPortOrOff(description: string, fallback: string) {
  return z
    .string()
    .regex(HOST_PORT, "host:port or off is expected")
    .or(z.literal("off"))
    .default(fallback)
    .transform((text) => (text === "off" ? undefined : toListen(text)))
    .describe(description);
}

const HOST_PORT = /^(\[[0-9a-fA-F:]+\]|[^:\s]+):\d{1,5}$/;

function toListen(text: string): ListenAddress {
  const colon = text.lastIndexOf(":");
  return { host: text.slice(0, colon).replace(/^\[|\]$/g, ""), port: Number(text.slice(colon + 1)) };
}

/** A 32-byte private key in hex, with or without 0x. */
export function privateKey(description: string) {
  return z
    .string()
    .regex(/^(0x)?[0-9a-fA-F]{64}$/, "64 hex digits are expected")
    .transform((text): `0x${string}` => `0x${text.replace(/^0x/, "")}`)
    .describe(description);
}

/** LOG_LEVEL and LOG_FORMAT, to be spread into the schema of every program. */
export const logFields = {
  LOG_LEVEL: z.enum(LOG_LEVELS).default("info").describe("how much to log"),
  LOG_FORMAT: z.enum(LOG_FORMATS).default("text").describe("text for people, json for machines"),
};

/** The parts of a comma list, without blanks. */
export function commaList(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function readValue(name: string, env: Environment): string | undefined {
  const value = env[name]?.trim() || undefined;
  const file = env[`${name}_FILE`]?.trim() || undefined;
  if (file === undefined) return value;
  if (value !== undefined)
    throw new EthStakeError("CONFIG_INVALID", `Set either ${name} or ${name}_FILE, not both`, {
      details: { names: [name] },
    });
  try {
    return readFileSync(file, "utf8").trim() || undefined;
  } catch (error) {
    throw new EthStakeError("CONFIG_INVALID", `Make the file that ${name}_FILE names readable: ${file}`, {
      details: { names: [name] },
      cause: error,
    });
  }
}

function descriptionOf(field: unknown): string | undefined {
  return field instanceof z.ZodType ? field.description : undefined;
}

import { pino, type Logger as PinoLogger } from "pino";

import { formatLogLine } from "./log-text.ts";
import { redactFields } from "./redact.ts";

export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
export const LOG_FORMATS = ["text", "json"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
export type LogFormat = (typeof LOG_FORMATS)[number];

/** A line is a constant sentence plus an object; what varies goes into the object. */
export type Log = (sentence: string, fields?: Record<string, unknown>) => void;
export type Logger = {
  debug: Log;
  info: Log;
  warn: Log;
  error: Log;
  /** A logger that adds these fields to every line. */
  child(fields: Record<string, unknown>): Logger;
};
export type LoggerOptions = {
  level?: LogLevel;
  format?: LogFormat;
  /** Where lines go; standard error unless told, so that standard output stays for results. */
  write?: (line: string) => void;
};

/**
 * Makes a logger on pino. Everything is redacted on the way out, errors included.
 *
 * @example
 * const logger = createLogger({ level: "info", format: "json" });
 * logger.info("Report submitted", { refSlot, hash });
 */
export function createLogger({ level = "info", format = "text", write }: LoggerOptions = {}): Logger {
  const out = write ?? ((line: string) => void process.stderr.write(line));
  const destination = { write: format === "json" ? out : (line: string) => out(formatLogLine(line)) };
  return wrap(
    pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: named } }, destination),
  );
}

/** A logger that says nothing. */
export function createSilentLogger(): Logger {
  return createLogger({ level: "silent" });
}

function wrap(base: PinoLogger): Logger {
  const at =
    (level: "debug" | "info" | "warn" | "error"): Log =>
    (sentence, fields) => {
      if (base.isLevelEnabled(level)) base[level](clean(fields), sentence);
    };
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    child: (fields) => wrap(base.child(clean(fields))),
  };
}

function clean(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return redactFields(fields);
}

function named(label: string): { level: string } {
  return { level: label };
}

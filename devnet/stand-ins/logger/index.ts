// Stand-in for @lodestar/logger: levels, child loggers with a module name, one line per entry. No files, no
// rotation, no colours.

export type LogLevel = "error" | "warn" | "info" | "verbose" | "debug" | "trace";
export type LogData = unknown;
type LogMethod = (message: string, context?: LogData, error?: Error) => void;

export interface Logger extends Record<LogLevel, LogMethod> {
  child(options: { module?: string }): Logger;
  toOpts(): { level: LogLevel };
}
export type LoggerNode = Logger;
export interface LoggerNodeOpts {
  level?: LogLevel;
  module?: string;
}

const LEVELS: readonly LogLevel[] = ["error", "warn", "info", "verbose", "debug", "trace"];

/** Tells a log level from any other string. */
export function isLogLevel(text: string): text is LogLevel {
  return (LEVELS as readonly string[]).includes(text);
}

/**
 * Makes a logger that writes entries up to `level` to `sink`, each as one line.
 *
 * @example createLogger("info", "chain").info("New head", { slot: 3 })
 */
export function createLogger(
  level: LogLevel = "info",
  module = "",
  sink: (line: string) => void = console.log,
): Logger {
  const rank = LEVELS.indexOf(level);
  const method = (of: LogLevel): LogMethod =>
    LEVELS.indexOf(of) > rank
      ? () => {}
      : (message, context, error) =>
          sink(`${of.padEnd(7)} [${module}] ${message}${formatContext(context)}${formatError(error)}`);
  return {
    error: method("error"),
    warn: method("warn"),
    info: method("info"),
    verbose: method("verbose"),
    debug: method("debug"),
    trace: method("trace"),
    child: (options) => createLogger(level, options.module ?? module, sink),
    toOpts: () => ({ level }),
  };
}

/** The name under which the beacon node asks for a logger. */
export function getNodeLogger(options: LoggerNodeOpts): LoggerNode {
  return createLogger(options.level, options.module);
}

function formatContext(context: LogData): string {
  if (context === undefined || context === null) return "";
  if (typeof context !== "object" || Array.isArray(context)) return ` ${formatValue(context)}`;
  return Object.entries(context)
    .map(([key, value]) => ` ${key}=${formatValue(value)}`)
    .join("");
}

function formatValue(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === "bigint" ? inner.toString() : inner));
}

function formatError(error: Error | undefined): string {
  return error === undefined ? "" : ` - ${error.stack ?? error.message}`;
}

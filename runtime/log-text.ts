import { z } from "zod";

const logLine = z.looseObject({ level: z.string(), time: z.string(), msg: z.string().default("") });

/** One JSON log line as a line for people: time, level, sentence, then `name=value` for each field. */
export function formatLogLine(line: string): string {
  const { level, time, msg, ...fields } = logLine.parse(JSON.parse(line));
  const rest = Object.entries(fields).map(([name, value]) => `${name}=${formatValue(value)}`);
  return `${[time.slice(11, 23), level.toUpperCase().padEnd(5), msg, ...rest].join(" ")}\n`;
}

function formatValue(value: unknown): string {
  if (typeof value === "string") return /[\s"]/.test(value) ? JSON.stringify(value) : value;
  return JSON.stringify(value);
}

import type { Command } from "commander";

import type { OracleConfig } from "../../oracle/config.ts";
import type { OracleContext } from "../../oracle/connect.ts";
import { readOracleConfig } from "../../oracle/config.ts";
import { createLogger } from "../../runtime/logger.ts";
import { programEnvironment } from "../environment.ts";
import { readGlobals } from "../globals.ts";
import type { CliIo } from "../io.ts";

/** Connects for a command that only looks, and closes whatever way it ends. */
export async function withOracle<T>(
  command: Command,
  io: CliIo,
  run: (context: OracleContext, config: OracleConfig) => Promise<T>,
): Promise<T> {
  const config = readOracleConfig(programEnvironment(readGlobals(command), io, "ORACLE_PRIVATE_KEY"));
  const logger = createLogger({
    level: config.logLevel,
    format: config.logFormat,
    write: (line) => void io.stderr.write(line),
  });
  // Loaded when it is needed: most commands need none of the programs.
  const { connectOracle } = await import("../../oracle/connect.ts");
  const signal = io.signal ?? new AbortController().signal;
  const options = { signal, logger, readOnly: true, ...(io.clock ? { clock: io.clock } : {}) };
  const context = await connectOracle(config, options);
  try {
    return await run(context, config);
  } finally {
    await context.close();
  }
}

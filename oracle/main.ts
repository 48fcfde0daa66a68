import { toEthStakeError } from "../runtime/errors.ts";
import { createLogger } from "../runtime/logger.ts";
import { createShutdown } from "../runtime/shutdown.ts";
import { createOracle } from "./app.ts";
import { readOracleConfig, type OracleConfig } from "./config.ts";

/** Runs an oracle until it is told to stop; with `once`, until the present frame is done. */
export async function runOracle(config: OracleConfig, options: { once?: boolean } = {}): Promise<void> {
  const logger = createLogger({ level: config.logLevel, format: config.logFormat });
  const shutdown = createShutdown({ logger });
  try {
    const oracle = await createOracle(config, { signal: shutdown.signal, logger, wait: options.once !== true });
    shutdown.onClose("exchange server", oracle.close);
    await oracle.run(options);
  } finally {
    await shutdown.stop();
  }
}

if (import.meta.main) {
  try {
    await runOracle(readOracleConfig(process.env), { once: process.argv.includes("--once") });
    process.exit(0);
  } catch (error) {
    const { code, message } = toEthStakeError(error);
    process.stderr.write(`${code}: ${message}\n`);
    process.exit(1);
  }
}

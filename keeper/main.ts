// Runs a keeper until it is stopped; with --once it runs its jobs one time, with --dry-run it sends nothing.
import { toEthStakeError } from "../runtime/errors.ts";
import { createLogger } from "../runtime/logger.ts";
import { createShutdown } from "../runtime/shutdown.ts";
import { DEFAULT_STORE, readKeeperConfig } from "./config.ts";
import { connectKeeper, connectKeeperWhenReachable } from "./connect.ts";
import { serveKeeper } from "./serve.ts";

const once = process.argv.includes("--once");
const dryRun = process.argv.includes("--dry-run");
try {
  const config = readKeeperConfig(process.env);
  const logger = createLogger({ level: config.logLevel, format: config.logFormat });
  const shutdown = createShutdown({ logger });
  try {
    const options = { logger, signal: shutdown.signal };
    const store = config.store ?? (once ? undefined : DEFAULT_STORE);
    const connect = once ? connectKeeper : connectKeeperWhenReachable;
    const keeper = await connect({ ...config, store, dryRun: config.dryRun || dryRun }, options);
    shutdown.onClose("keeper", keeper.close);
    if (once) {
      const { results } = await keeper.runOnce(config.jobs);
      if (results.some(({ error }) => error !== undefined)) process.exitCode = 1;
    } else {
      shutdown.onClose("metrics and health", await serveKeeper(keeper, config));
      await keeper.runForever(config);
    }
  } finally {
    await shutdown.stop();
  }
} catch (error) {
  process.stderr.write(`${toEthStakeError(error).message}\n`);
  process.exitCode = 1;
}

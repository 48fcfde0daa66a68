import type { Command } from "commander";
import { z } from "zod";

import { formatWei } from "../../chain/units.ts";
import { noticeOf } from "../../keeper/account.ts";
import { DEFAULT_STORE, parseJobs, readKeeperConfig, type KeeperConfig } from "../../keeper/config.ts";
import { JOB_NAMES } from "../../keeper/job-names.ts";
import type { KeeperRun } from "../../keeper/run-jobs.ts";
import { createLogger } from "../../runtime/logger.ts";
import { createCommand } from "../command.ts";
import { programEnvironment } from "../environment.ts";
import { readGlobals } from "../globals.ts";
import type { CliIo } from "../io.ts";
import { readOptions } from "../options.ts";
import type { Answer } from "../output.ts";

const options = z.object({ jobs: z.string().optional() });

/** `ethstake keeper run` */
export function keeperRunCommand(io: CliIo): Command {
  return createCommand(io, {
    name: "run",
    description:
      "Runs jobs again and again until it is stopped; the environment configures it (KEEPER_*); without a key it only tells",
    example: "KEEPER_KEY_BATCH_FOLDER=batches ethstake keeper run --network hoodi --private-key-file key.txt",
    run: (command) => runKeeper(command, io, false),
  }).option("--jobs <names>", `comma list out of ${JOB_NAMES.join(", ")} (default: all but claim)`);
}

/** `ethstake keeper once` */
export function keeperOnceCommand(io: CliIo): Command {
  return createCommand(io, {
    name: "once",
    description: "Runs jobs one time and says what was sent, and why no more; without a key, what would be sent",
    example: "ethstake keeper once --jobs prove,fund --network hoodi --private-key-file key.txt --dry-run",
    run: (command) => runKeeper(command, io, true),
  }).option("--jobs <names>", `comma list out of ${JOB_NAMES.join(", ")} (default: all but claim)`);
}

async function runKeeper(command: Command, io: CliIo, once: boolean): Promise<Answer | undefined> {
  const { jobs } = readOptions(options, command);
  const names = jobs === undefined ? undefined : parseJobs(jobs);
  const config = readKeeperConfig(programEnvironment(readGlobals(command), io, "KEEPER_PRIVATE_KEY"));
  const logger = createLogger({
    level: config.logLevel,
    format: config.logFormat,
    write: (line) => void io.stderr.write(line),
  });
  // Loaded when it is needed: most commands need none of the programs.
  const [{ connectKeeper, connectKeeperWhenReachable }, { serveKeeper }] = await Promise.all([
    import("../../keeper/connect.ts"),
    import("../../keeper/serve.ts"),
  ]);
  const store = config.store ?? (once ? undefined : DEFAULT_STORE);
  const connect = once ? connectKeeper : connectKeeperWhenReachable;
  const keeper = await connect(
    { ...config, store },
    {
      logger,
      signal: io.signal,
      ...(io.onSent ? { onSent: io.onSent } : {}),
      ...(io.clock ? { clock: io.clock } : {}),
      ...(io.pollingIntervalMs ? { pollingIntervalMs: io.pollingIntervalMs } : {}),
    },
  );
  try {
    if (once) return answerOf(await keeper.runOnce(names ?? config.jobs), config);
    const stopServing = await serveKeeper(keeper, config);
    try {
      await keeper.runForever({ jobs: names ?? config.jobs, intervalSeconds: config.intervalSeconds });
    } finally {
      await stopServing();
    }
    return undefined;
  } finally {
    await keeper.close();
  }
}

/** Without the intents: they hold deposit signatures that are private until they are sent. */
function answerOf({ actions, results, skipped, gasCostWei }: KeeperRun, config: KeeperConfig): Answer {
  const { dryRun } = config;
  const notice = noticeOf(config);
  const sent = actions.map(({ job, summary, mined }) => ({ job, summary, ...mined }));
  const reasons = results.flatMap(({ job, reasons: list }) => list.map((reason) => ({ job, ...reason })));
  const errors = results.flatMap(({ job, error }) =>
    error ? [{ job, code: error.code, message: error.message }] : [],
  );
  const word = dryRun ? "would send" : "sent";
  return {
    document: {
      action: "keeper",
      dryRun,
      ...(notice ? { notice } : {}),
      actions: sent,
      reasons,
      errors,
      skipped,
      gasCostWei,
    },
    lines: [
      ...(notice ? [notice.message] : []),
      ...(skipped ? [`left out: ${skipped.message}`] : []),
      ...sent.map(({ job, summary }) => `${job} ${word}: ${summary}`),
      ...reasons.map(({ job, message }) => `${job}: ${message}`),
      ...errors.map(({ job, message }) => `${job} failed: ${message}`),
      `Gas: ${formatWei(gasCostWei, 6)} ETH`,
    ],
    ...(errors.length > 0 ? { failed: true } : {}),
  };
}

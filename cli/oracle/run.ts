import type { Command } from "commander";

import { readOracleConfig } from "../../oracle/config.ts";
import { createLogger } from "../../runtime/logger.ts";
import { createCommand } from "../command.ts";
import { programEnvironment } from "../environment.ts";
import { readGlobals } from "../globals.ts";
import type { CliIo } from "../io.ts";
import type { Answer } from "../output.ts";

/** `ethstake oracle run` */
export function oracleRunCommand(io: CliIo): Command {
  return createCommand(io, {
    name: "run",
    description: "Runs a member of the oracle until it is stopped; the environment configures it (ORACLE_*)",
    example:
      "ORACLE_PEERS=https://b.example,https://c.example ethstake oracle run --network hoodi --private-key-file key.txt",
    run: (command) => runOracle(command, io, false),
  });
}

/** `ethstake oracle once` */
export function oracleOnceCommand(io: CliIo): Command {
  return createCommand(io, {
    name: "once",
    description: "Works on the present frame until it is settled; without a key, until the report is built",
    example: "ethstake oracle once --network hoodi --dry-run --json",
    run: (command) => runOracle(command, io, true),
  });
}

async function runOracle(command: Command, io: CliIo, once: boolean): Promise<Answer | undefined> {
  const config = readOracleConfig(programEnvironment(readGlobals(command), io, "ORACLE_PRIVATE_KEY"));
  const logger = createLogger({
    level: config.logLevel,
    format: config.logFormat,
    write: (line) => void io.stderr.write(line),
  });
  // Loaded when it is needed: most commands need none of the programs.
  const { createOracle } = await import("../../oracle/app.ts");
  const signal = io.signal ?? new AbortController().signal;
  const oracle = await createOracle(config, { signal, logger, wait: !once });
  try {
    await oracle.run({ once });
  } finally {
    await oracle.close();
  }
  const status = oracle.status();
  const frame = status.frame;
  const built =
    frame && `Frame ${frame.refSlot}: report ${frame.reportHash}, ${frame.signatures} of ${frame.quorum} signatures`;
  return {
    document: { action: "oracle", status },
    lines: [built ?? `Last settled frame: ${status.lastSettledRefSlot}`],
  };
}

import type { Command } from "commander";
import { z } from "zod";

import { createCommand } from "../command.ts";
import { readGlobals } from "../globals.ts";
import type { CliIo } from "../io.ts";
import { readOptions, usageError, wholeNumber } from "../options.ts";
import { printAnswer } from "../output.ts";

const port = wholeNumber.refine((number) => number <= 65_535, "a port is at most 65535").optional();
const options = z.object({
  live: z.boolean().default(false),
  validators: wholeNumber.refine((count) => count > 0, "at least one is needed").optional(),
  secondsPerSlot: wholeNumber.refine((seconds) => seconds > 0, "at least one second is needed").optional(),
  executionPort: port,
  beaconPort: port,
  controlPort: port,
  logDir: z.string().optional(),
});

/** `ethstake devnet` */
export function devnetCommand(io: CliIo): Command {
  return createCommand(io, {
    name: "devnet",
    description: "Runs a real Ethereum network on this machine until it is stopped",
    example: "ethstake devnet --live",
    run: (command) => runDevnet(command, io),
  })
    .option("--live", "slots by the wall clock; without it time moves only when asked")
    .option("--validators <count>", "validators that are active from the start (default: 64)")
    .option("--seconds-per-slot <seconds>", "length of a slot (default: 12 in virtual time, 2 live)")
    .option("--execution-port <port>", "JSON-RPC (default: a free port)")
    .option("--beacon-port <port>", "Beacon API (default: a free port)")
    .option("--control-port <port>", "control API (default: a free port)")
    .option("--log-dir <folder>", "write logs there");
}

async function runDevnet(command: Command, io: CliIo): Promise<undefined> {
  const globals = readGlobals(command);
  if (globals.dryRun) throw usageError("Leave --dry-run out: a devnet is there to be used");
  const { live, validators, logDir, ...given } = readOptions(options, command);
  const wanted = { ...given, validatorCount: validators, dataDir: logDir };
  // Loaded when it is needed: most commands need none of the programs.
  const { describeDevnet } = await import("../../devnet/describe.ts");
  const { FUNDED_ACCOUNT_COUNT, startDevnet } = await import("../../devnet/index.ts");
  const devnet = await startDevnet({ mode: live ? "live" : "virtual", ...defined(wanted) });
  try {
    const { mode, chainId, executionUrl, beaconUrl, controlUrl, genesisTime, secondsPerSlot } = devnet;
    printAnswer(io, globals.json, {
      document: { action: "devnet", mode, chainId, executionUrl, beaconUrl, controlUrl, genesisTime, secondsPerSlot },
      lines: [describeDevnet(devnet, FUNDED_ACCOUNT_COUNT)],
    });
    await aborted(io.signal);
  } finally {
    await devnet.stop();
  }
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function defined<T extends Record<string, unknown>>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
}

function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    signal?.addEventListener("abort", () => resolve(), { once: true });
  });
}

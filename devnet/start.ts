import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { z } from "zod";
import { FUNDED_ACCOUNT_COUNT, FUNDED_BALANCE_WEI, fundedAccount } from "./accounts.ts";
import { VIRTUAL_GENESIS_TIME } from "./chain-constants.ts";
import { connectDevnet } from "./connect.ts";
import type { Devnet, DevnetOptions } from "./devnet.ts";
import { forkPart } from "./processes.ts";
import { consensusReady, executionReady, type ConsensusSettings, type ExecutionSettings } from "./settings.ts";

/** Between the start of the consensus process and slot 0 of a live network. */
const LIVE_GENESIS_DELAY_SEC = 6;

/**
 * Starts an execution client, a beacon chain and a validator client on this machine, and returns when all answer.
 * They end with stop(), and with this process, however it ends.
 *
 * @example
 * const devnet = await startDevnet({ mode: "virtual" });
 * await devnet.advance({ slots: 8 });
 * await devnet.stop();
 */
export async function startDevnet(options: DevnetOptions): Promise<Devnet> {
  const { mode, dataDir, logLevel = "error" } = options;
  if (dataDir !== undefined) mkdirSync(dataDir, { recursive: true });
  const part = <T extends z.ZodType>(name: "execution" | "consensus", ready: T) =>
    forkPart({ name, ready, program: fileURLToPath(new URL(`${name}/main.ts`, import.meta.url)), logDir: dataDir });
  // Both at once: loading modules is most of what starting takes.
  const execution = part("execution", executionReady);
  const consensus = part("consensus", consensusReady);
  const parts = [execution, consensus];
  const stop = async () => void (await Promise.all(parts.map((child) => child.stop())));

  try {
    const { executionPort, enginePort } = await execution.start({
      executionPort: options.executionPort ?? 0,
      enginePort: options.enginePort ?? 0,
      logLevel: executionLogLevel(logLevel),
      balances: fundedBalances(options),
    } satisfies ExecutionSettings);
    const { controlPort } = await consensus.start({
      mode,
      validatorCount: options.validatorCount ?? 64,
      exitQueueUntilEpoch: options.exitQueueUntilEpoch ?? 0,
      secondsPerSlot: options.secondsPerSlot ?? (mode === "virtual" ? 12 : 2),
      genesisTime: options.genesisTime ?? defaultGenesisTime(mode),
      executionUrl: `http://127.0.0.1:${executionPort}`,
      engineUrl: `http://127.0.0.1:${enginePort}`,
      beaconPort: options.beaconPort ?? 0,
      controlPort: options.controlPort ?? 0,
      logLevel,
    } satisfies ConsensusSettings);
    // Half a network helps nobody: when one process fails, the other ends too, and calls to it fail at once.
    for (const child of parts) child.onCrash((error) => void (console.error(error.message), stop()));

    const devnet = await connectDevnet(`http://127.0.0.1:${controlPort}`);
    return { ...devnet, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function fundedBalances({ prefund = [] }: DevnetOptions): ExecutionSettings["balances"] {
  const accounts = Array.from({ length: FUNDED_ACCOUNT_COUNT }, (_, index) => fundedAccount(index));
  return [
    ...accounts.map(({ address }) => ({ address, balanceWei: FUNDED_BALANCE_WEI.toString() })),
    ...prefund.map(({ address, balanceWei }) => ({ address, balanceWei: balanceWei.toString() })),
  ];
}

function defaultGenesisTime(mode: DevnetOptions["mode"]): number {
  return mode === "virtual" ? VIRTUAL_GENESIS_TIME : Math.floor(Date.now() / 1000) + LIVE_GENESIS_DELAY_SEC;
}

/** The execution client knows fewer levels. */
function executionLogLevel(level: string): string {
  return level === "verbose" || level === "trace" ? "debug" : level;
}

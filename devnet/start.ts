import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { FUNDED_ACCOUNT_COUNT, FUNDED_BALANCE_WEI, fundedAccount } from "./accounts.ts";
import { VIRTUAL_GENESIS_TIME } from "./chain-constants.ts";
import { connectDevnet } from "./connect.ts";
import type { Devnet, DevnetOptions } from "./devnet.ts";
import { startProcess, type RunningProcess } from "./processes.ts";
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
  const running: RunningProcess<unknown>[] = [];
  const stop = async () => void (await Promise.all(running.splice(0).map((process) => process.stop())));

  try {
    const executionSettings: ExecutionSettings = {
      executionPort: options.executionPort ?? 0,
      enginePort: options.enginePort ?? 0,
      logLevel: executionLogLevel(logLevel),
      balances: fundedBalances(options),
    };
    const execution = await startProcess({
      name: "execution",
      program: fileURLToPath(new URL("execution/main.ts", import.meta.url)),
      settings: executionSettings,
      ready: executionReady,
      logDir: dataDir,
    });
    running.push(execution);

    const consensusSettings: ConsensusSettings = {
      mode,
      validatorCount: options.validatorCount ?? 64,
      secondsPerSlot: options.secondsPerSlot ?? (mode === "virtual" ? 12 : 2),
      genesisTime: options.genesisTime ?? defaultGenesisTime(mode),
      executionUrl: `http://127.0.0.1:${execution.ready.executionPort}`,
      engineUrl: `http://127.0.0.1:${execution.ready.enginePort}`,
      beaconPort: options.beaconPort ?? 0,
      controlPort: options.controlPort ?? 0,
      logLevel,
    };
    const consensus = await startProcess({
      name: "consensus",
      program: fileURLToPath(new URL("consensus/main.ts", import.meta.url)),
      settings: consensusSettings,
      ready: consensusReady,
      logDir: dataDir,
    });
    running.push(consensus);
    // Half a network helps nobody: when one process fails, the other ends too, and calls to it fail at once.
    for (const process of running) process.onCrash((error) => void (console.error(error.message), stop()));

    const devnet = await connectDevnet(`http://127.0.0.1:${consensus.ready.controlPort}`);
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

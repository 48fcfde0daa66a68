// The process of the beacon chain and the validator client. Started by devnet/start.ts.
import "./hasher.ts";
import { createLogger, isLogLevel } from "@lodestar/logger";
import { runChild } from "../child-process.ts";
import { consensusSettings } from "../settings.ts";
import { runConsensus } from "./app.ts";

await runChild(consensusSettings, (settings) => {
  const level = isLogLevel(settings.logLevel) ? settings.logLevel : "error";
  return runConsensus(settings, createLogger(level, "consensus", console.error));
});

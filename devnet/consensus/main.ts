// The process of the beacon chain and the validator client. Started by devnet/start.ts.
import "./hasher.ts";
import { createLogger, isLogLevel } from "@lodestar/logger";
import { announceReady, exitWithParent, receiveSettings } from "../child-process.ts";
import { consensusSettings } from "../settings.ts";
import { runConsensus } from "./app.ts";

exitWithParent();
const settings = await receiveSettings(consensusSettings);
const logger = createLogger(isLogLevel(settings.logLevel) ? settings.logLevel : "warn", "consensus", console.error);
announceReady(await runConsensus(settings, logger));

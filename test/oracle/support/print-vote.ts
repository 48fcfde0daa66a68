// An oracle on whatever Node runs this, with the settings of its environment: prints its vote on the frame that is named.
import { connectOracle } from "../../../oracle/connect.ts";
import { readOracleConfig } from "../../../oracle/config.ts";
import { createLogger } from "../../../runtime/logger.ts";
import { createSystemClock } from "../../../runtime/clock.ts";
import { voteOf } from "./vote.ts";

const logger = createLogger({ format: "json", write: () => undefined });
const signal = new AbortController().signal;
const context = await connectOracle(readOracleConfig(process.env), { signal, logger, clock: createSystemClock() });
const vote = await voteOf(context, Number(process.argv[2]));
console.log(JSON.stringify({ node: process.version, vote }));
await context.close();

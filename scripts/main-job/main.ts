// npm start: the whole protocol at work on a real chain. --json FILE writes the result, --keep leaves the network running.
import { parseArgs } from "node:util";

import { writeFile } from "node:fs/promises";

import { stringifyJson } from "../../runtime/json.ts";
import { runMainJob } from "./run.ts";
import type { Stage } from "../network/stage.ts";
import { summaryDocument, summaryText } from "./summary.ts";

const HELP = `Runs one day of ethSTAKE on a network of its own, in virtual time, and adds everything up.

  npm start                        show it
  npm start -- --json result.json  also write the result as JSON
  npm start -- --keep              leave the network running at the end, and say how to talk to it

Exit status: 0 when everything adds up, 1 when not.
`;

const { values } = parseArgs({
  options: {
    json: { type: "string" },
    keep: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());

try {
  const { ok } = await runMainJob({
    write: (text) => void process.stdout.write(text),
    live: process.stdout.isTTY,
    signal: stop.signal,
    onEnd: async (stage, ended) => {
      const elapsed = process.uptime();
      process.stdout.write(summaryText(ended, elapsed));
      if (values.json !== undefined)
        await writeFile(values.json, `${stringifyJson(summaryDocument(ended, elapsed), 2)}\n`);
      if (values.keep) await keepRunning(stage);
    },
  });
  process.exitCode = ok ? 0 : 1;
} catch (error) {
  process.stderr.write(
    stop.signal.aborted ? "\nstopped\n" : `\n${String(error instanceof Error ? error.stack : error)}\n`,
  );
  process.exitCode = 1;
}

async function keepRunning({ net, deploymentFile, oracles }: Stage): Promise<void> {
  process.stdout.write(`
The network is still there. Another terminal can talk to it:
  export EXECUTION_CLIENT_URI=${net.executionUrl} CONSENSUS_CLIENT_URI=${net.beaconUrl} DEPLOYMENT_FILE=${deploymentFile}
  npx ethstake status
  curl -X POST ${net.controlUrl}/advance -d '{"slots":8}'     # time passes only when asked
  curl ${oracles[0]?.url ?? ""}/v1/status
Ctrl-C ends it.
`);
  await new Promise<void>((resolve) => stop.signal.addEventListener("abort", () => resolve(), { once: true }));
}

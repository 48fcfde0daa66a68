import { runCli } from "../../cli/run.ts";
import type { Person } from "./person.ts";
import { drive, type Stage } from "./stage.ts";

/** The JSON document that a command answered. */
export type Document = Record<string, unknown>;

/**
 * Runs `ethstake <argv> --json` as a person, in this process, and lets slots pass while it waits for its transactions.
 * Throws what the command would have printed when it fails.
 */
export async function ethstake(
  stage: Stage,
  who: Person,
  argv: readonly string[],
  env: Record<string, string> = {},
  /** Runs when a transaction has left and before it is mined: what else comes into the same block. */
  meanwhile: () => Promise<void> = () => Promise.resolve(),
): Promise<Document> {
  return drive(stage, ({ needBlock }) =>
    ethstakeMeanwhile(stage, who, argv, env, async () => {
      await meanwhile();
      needBlock();
    }),
  );
}

/** The same where slots pass by themselves. */
export async function ethstakeMeanwhile(
  stage: Stage,
  who: Person,
  argv: readonly string[],
  env: Record<string, string> = {},
  onSent: () => Promise<void> = () => Promise.resolve(),
): Promise<Document> {
  const out: string[] = [];
  const err: string[] = [];
  const status = await runCli([...argv, "--json", "--yes"], {
    env: {
      EXECUTION_CLIENT_URI: stage.net.executionUrl,
      CONSENSUS_CLIENT_URI: stage.net.beaconUrl,
      DEPLOYMENT_FILE: stage.deploymentFile,
      ETHSTAKE_PRIVATE_KEY: who.privateKey,
      LOG_LEVEL: "error",
      ...env,
    },
    stdout: { write: (text: string) => out.push(text) },
    stderr: { write: (text: string) => err.push(text) },
    signal: stage.signal,
    onSent,
    pollingIntervalMs: 20,
  });
  if (status !== 0)
    throw new Error(`${who.name}: ethstake ${argv.join(" ")} ended with ${status}: ${out.join("")}${err.join("")}`);
  return JSON.parse(out.join("")) as Document;
}

import type { SignedVoluntaryExit, ValidatorApi } from "../../chain/beacon/validator-api.ts";
import { exitProblem, type ExitRules } from "../../chain/exits/check.ts";
import { sendExit } from "../../chain/exits/send.ts";
import { EthStakeError, toEthStakeError } from "../../runtime/errors.ts";
import type { Logger } from "../../runtime/logger.ts";
import type { Reason } from "../job.ts";
import type { PublishedExits } from "../store/published-exits.ts";
import type { ExitFolder } from "./exit-folder.ts";

/** Where signed exits come from, and where they go. */
export type VoluntaryExits = {
  folder: ExitFolder;
  /** Every one of them is given an exit; the first is asked what waits. */
  nodes: readonly ValidatorApi[];
  published: PublishedExits;
  /** Problems that are in the log already. */
  told: Set<string>;
  logger: Logger;
};

/** What the beacon chain says of a validator that an exit may be of. */
export type Leaver = Parameters<typeof exitProblem>[1] & { index: number };

/** What is known of exits that need no request. */
export type VoluntaryLook = {
  /** Those that we hold and the chain would take now, by validator index. */
  held: ReadonlyMap<number, SignedVoluntaryExit>;
  /** Since when nodes have known of an exit, by validator index; in Unix seconds. */
  publishedAt: ReadonlyMap<number, number>;
  /** Whose exit waits at the node; undefined where it does not say. */
  waiting: ReadonlySet<number> | undefined;
  /** Files that cannot be used, and why. */
  reasons: Reason[];
};

export const NO_VOLUNTARY_EXITS: VoluntaryLook = {
  held: new Map(),
  publishedAt: new Map(),
  waiting: undefined,
  reasons: [],
};

/** Reads the folder and the node, and checks each exit as the chain would. */
export async function readVoluntary(
  { folder, nodes, published, told, logger }: VoluntaryExits,
  leavers: readonly Leaver[],
  rules: ExitRules,
  now: number,
): Promise<VoluntaryLook> {
  const [{ exits, problems }, waiting] = await Promise.all([folder.read(), readWaiting(nodes[0], logger)]);
  const reasons: Reason[] = [];
  const leaveOut = (path: string, code: string, why: string) => {
    const message = `${why} (${path})`;
    reasons.push({ code, message });
    if (!told.has(`${path} ${code}`)) logger.warn("Exit file left out", { code, message });
    told.add(`${path} ${code}`);
  };
  for (const { path, code, message } of problems) leaveOut(path, code, message);
  const byIndex = new Map(leavers.map((leaver) => [leaver.index, leaver]));
  const held = new Map<number, SignedVoluntaryExit>();
  for (const { path, exit } of exits) {
    const leaver = byIndex.get(exit.validatorIndex);
    const problem = leaver === undefined ? NOT_OURS : exitProblem(exit, leaver, rules);
    if (problem === undefined) held.set(exit.validatorIndex, exit);
    else if (!problem.done)
      leaveOut(path, problem.code, `The exit of validator ${exit.validatorIndex} is not used: ${problem.text}`);
  }
  // One that somebody else has published is on its way just the same.
  for (const index of waiting ?? []) if (byIndex.has(index)) await published.note(index, now);
  return { held, publishedAt: await published.all(), waiting, reasons };
}

const NOT_OURS = { code: "EXIT_NOT_OURS", text: "it is none of ours that could leave", done: false };

/**
 * Gives an exit to every node. It is written down first: what no node takes is asked for by EIP-7002 after the same time as
 * what the chain does not take.
 */
export async function publishExit(
  { nodes, published }: VoluntaryExits,
  exit: SignedVoluntaryExit,
  now: number,
): Promise<void> {
  await published.note(exit.validatorIndex, now);
  const answers = await sendExit(nodes, exit);
  if (answers.some(({ accepted }) => accepted)) return;
  const said = answers.map(({ node, message }) => `${node}: ${message}`).join("; ");
  throw new EthStakeError("EXIT_REFUSED", `Look at the exit of validator ${exit.validatorIndex}: ${said}`, {
    details: { validatorIndex: exit.validatorIndex },
  });
}

async function readWaiting(node: ValidatorApi | undefined, logger: Logger): Promise<ReadonlySet<number> | undefined> {
  try {
    return node && new Set((await node.voluntaryExits()).map(({ validatorIndex }) => validatorIndex));
  } catch (error) {
    const { code, message } = toEthStakeError(error);
    logger.warn("The node does not say which exits wait", { code, message });
    return undefined;
  }
}

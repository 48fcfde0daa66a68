// What every command does that is given a deposit data file: reads it and looks at it in every way.
import type { AnyNetwork } from "../../chain/networks.ts";
import type { DepositEntry } from "../../deposits/deposit-file.ts";
import type { OfflineContext } from "../../deposits/offline/context.ts";
import type { DepositProblem, Expected } from "../../deposits/verify/find-problems.ts";
import type { Globals } from "../globals.ts";
import type { CliIo } from "../io.ts";
import { openBeacons } from "../nodes.ts";

export type CheckOptions = {
  io: CliIo;
  globals: Globals;
  expected: Expected & { network: AnyNetwork };
  kind: "first" | "top-up";
  /** Whether nodes are asked. */
  online: boolean;
  context?: OfflineContext | undefined;
  threads?: number | undefined;
};
export type Checked = {
  entries: DepositEntry[];
  problems: DepositProblem[];
  /** The nodes and files that said what the chain knows. */
  sources: string[];
};

/** Checks the deposits of a file by themselves and, where it is known, against the chain. */
export async function checkDeposits(path: string, options: CheckOptions): Promise<Checked> {
  const { io, globals, expected, kind, online, context } = options;
  const [{ readDepositFile }, { findProblems }, chain, { createPool, threadsFor }] = await Promise.all([
    import("../../deposits/deposit-file.ts"),
    import("../../deposits/verify/find-problems.ts"),
    import("../../deposits/verify/chain-knowledge.ts"),
    import("../../deposits/workers/pool.ts"),
  ]);
  const entries = await readDepositFile(path);
  const pool = createPool({ threads: options.threads ?? threadsFor(entries.length, "none"), signal: io.signal });
  try {
    const problems = await findProblems(entries, expected, pool);
    const pubkeys = entries.map(({ pubkey }) => pubkey);
    const beacons = online ? await openBeacons(globals, io, expected.network) : [];
    const knowledge = await chain.askNodes(beacons, pubkeys, expected.network.genesisForkVersion);
    if (context !== undefined) knowledge.push(chain.fromContext(context, "the context"));
    const conflicts = knowledge.length === 0 ? [] : chain.findConflicts(entries, knowledge, kind);
    const all = [...problems, ...conflicts].toSorted((a, b) => a.position - b.position);
    return { entries, problems: all, sources: knowledge.map(({ source }) => source) };
  } finally {
    await pool.close();
  }
}

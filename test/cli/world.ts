import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { privateKeyToAccount } from "viem/accounts";

import type { CliIo } from "../../cli/io.ts";
import { stringifyJson } from "../../runtime/json.ts";
import { startBeaconNode, type BeaconNode } from "../chain/support/beacon-node.ts";
import { fakeDeployment, startProtocolNode, type Answers, type ProtocolNode } from "../chain/support/protocol-node.ts";
import { run, type Ran } from "./run.ts";

export const KEY = "11".repeat(32);
export const account = privateKeyToAccount(`0x${KEY}`);

/** Nodes, an addresses file, a key file, and a command line that is pointed at them. */
export type World = {
  node: ProtocolNode;
  beacon: BeaconNode;
  folder: string;
  deploymentPath: string;
  keyPath: string;
  /** Runs a command with --yes and the key; options that are given again win. */
  run(argv: readonly string[], env?: Record<string, string>, io?: Partial<CliIo>): Promise<Ran>;
  /** The same with --json, decoded. */
  json(argv: readonly string[]): Promise<{ status: number; document: Record<string, unknown> }>;
  write(name: string, text: string): Promise<string>;
  close(): Promise<void>;
};

export async function createWorld(answers: Answers = {}): Promise<World> {
  const [node, beacon] = await Promise.all([startProtocolNode(answers), startBeaconNode()]);
  const folder = await mkdtemp(join(tmpdir(), "ethstake-cli-"));
  const write = async (name: string, text: string) => {
    const path = join(folder, name);
    await writeFile(path, text);
    return path;
  };
  const deploymentPath = await write("deployment.json", stringifyJson(fakeDeployment));
  const keyPath = await write("key.txt", `${KEY}\n`);
  const environment = {
    DEPLOYMENT_FILE: deploymentPath,
    EXECUTION_CLIENT_URI: node.url,
    CONSENSUS_CLIENT_URI: beacon.url,
    ETHSTAKE_PRIVATE_KEY_FILE: keyPath,
  };
  const ours: World["run"] = (argv, env = {}, io = {}) =>
    run([...argv, "--yes"], { ...io, env: { ...environment, ...env } });
  return {
    node,
    beacon,
    folder,
    deploymentPath,
    keyPath,
    write,
    run: ours,
    json: async (argv) => {
      const { status, stdout } = await ours([...argv, "--json"]);
      return { status, document: JSON.parse(stdout) as Record<string, unknown> };
    },
    close: async () => {
      await Promise.all([node.close(), beacon.close()]);
      await rm(folder, { recursive: true });
    },
  };
}

import { createServer } from "node:net";
import { join } from "node:path";

import type { OracleStatus } from "../../oracle/status.ts";
import type { Person } from "./person.ts";
import { createProgram, type Program } from "./program.ts";

const POLL_MS = 100;

/** An oracle member in a process of its own, as its owner would run it. */
export type OracleProcess = Program & {
  readonly url: string;
  status(): Promise<OracleStatus | undefined>;
};

export type OracleFleetOptions = {
  members: readonly Person[];
  executionUrl: string;
  beaconUrl: string;
  deploymentFile: string;
  folder: string;
  /** How often each looks at the chain; ten times a second unless told. */
  pollMs?: number;
  onOutput: (name: string, text: string) => void;
};

/** Prepares one process a member; each knows the others' addresses. Nothing runs before `start`. */
export async function createOracleFleet(options: OracleFleetOptions): Promise<OracleProcess[]> {
  const ports = await freePorts(options.members.length);
  const urls = ports.map((port) => `http://127.0.0.1:${port}`);
  return options.members.map((member, i) => {
    const url = urls[i] ?? "";
    return createOracleProcess(
      member,
      url,
      {
        EXECUTION_CLIENT_URI: options.executionUrl,
        CONSENSUS_CLIENT_URI: options.beaconUrl,
        DEPLOYMENT_FILE: options.deploymentFile,
        DATA_DIR: join(options.folder, `oracle-${i + 1}`),
        ORACLE_PRIVATE_KEY: member.privateKey,
        ORACLE_LISTEN: url.replace("http://", ""),
        ORACLE_PEERS: urls.filter((peer) => peer !== url).join(","),
        ORACLE_POLL_MS: String(options.pollMs ?? POLL_MS),
        ORACLE_SINGLE_NODE: "true",
        METRICS_LISTEN: "off",
        HEALTH_LISTEN: "off",
        LOG_LEVEL: "warn",
        LOG_FORMAT: "text",
      },
      options.onOutput,
    );
  });
}

function createOracleProcess(
  { name }: Person,
  url: string,
  settings: Record<string, string>,
  onOutput: (name: string, text: string) => void,
): OracleProcess {
  const program = createProgram({ name, argv: ["oracle", "run"], settings, onOutput });
  return {
    name,
    url,
    start: program.start,
    kill: program.kill,
    stop: program.stop,
    status: async () => {
      const answer = await fetch(`${url}/v1/status`).catch(() => undefined);
      return answer?.ok ? ((await answer.json()) as OracleStatus) : undefined;
    },
    get running() {
      return program.running;
    },
    get gaveUp() {
      return program.gaveUp;
    },
  };
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once("error", reject);
          server.listen(0, "127.0.0.1", () => {
            const address = server.address();
            if (address !== null && typeof address === "object") resolve(address.port);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

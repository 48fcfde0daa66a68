import { join } from "node:path";

import { deployProtocol } from "../../deploy/index.ts";
import type { ParameterOverrides } from "../../deploy/parameters/index.ts";
import { devnetPeople } from "../../deploy/devnet-people.ts";
import type { Devnet } from "../../devnet/index.ts";
import { createOracleFleet } from "./oracles.ts";
import type { Person } from "./person.ts";
import { bind, connect, type Stage } from "./stage.ts";
import type { Timeline } from "./timeline.ts";
import { createTraffic } from "./traffic.ts";

const WARM_UP_SLOTS = 2;

export type StageOptions = {
  net: Devnet;
  folder: string;
  timeline: Timeline;
  signal: AbortSignal;
  onOracleOutput: (name: string, text: string) => void;
  cast: Cast;
  overrides: ParameterOverrides;
  /** How often oracle members look at the chain. */
  pollMs?: number;
  /** Where programs look for the nodes, when not at the network itself. */
  nodes?: { executionUrl: string; beaconUrl: string };
};

/** Who must be there on any stage. */
export type Cast = { deployer: Person; committee: readonly Person[]; passerBy: Person };

/** Deploys the protocol on a fresh network and starts the oracle members, each in a process of its own. */
export async function setStage(options: StageOptions): Promise<Stage> {
  const { net, folder, timeline, signal, onOracleOutput, cast, overrides } = options;
  const { executionUrl, beaconUrl } = options.nodes ?? net;
  const { beacon, execution } = connect(net);
  const deploymentFile = join(folder, "deployment.json");
  await net.advance({ slots: WARM_UP_SLOTS });
  timeline.progress("deploying");
  const deployment = await deployProtocol({
    network: "devnet",
    executionUrl: net.executionUrl,
    consensusUrl: net.beaconUrl,
    deployerKey: cast.deployer.privateKey,
    people: devnetPeople(),
    overrides,
    outFile: deploymentFile,
    makeBlock: async () => void (await net.advance({ slots: 1 })),
    onProgress: ({ step, done, total }) => timeline.progress(`deploying ${done}/${total}: ${step}`),
  });
  timeline.say(`deployed; two Safes and a timelock hold the roles, the deployer none`);

  const oracles = await createOracleFleet({
    members: cast.committee,
    executionUrl,
    beaconUrl,
    deploymentFile,
    folder,
    ...(options.pollMs === undefined ? {} : { pollMs: options.pollMs }),
    onOutput: onOracleOutput,
  });
  for (const oracle of oracles) oracle.start();
  timeline.say(`three oracle members started, two must agree: ${oracles.map(({ url }) => url).join(" ")}`);

  const protocol = bind(execution, deployment);
  const traffic = createTraffic(execution, cast.passerBy);
  return { net, beacon, execution, deployment, deploymentFile, protocol, oracles, folder, timeline, traffic, signal };
}

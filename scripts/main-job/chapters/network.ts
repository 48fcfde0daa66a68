import { join } from "node:path";

import { etherToGwei } from "../../../chain/units.ts";
import { deployProtocol } from "../../../deploy/index.ts";
import { devnetPeople } from "../../../deploy/devnet-people.ts";
import type { Devnet } from "../../../devnet/index.ts";
import { createOracleFleet } from "../oracles.ts";
import { committee, deployer } from "../people.ts";
import { bind, connect, type Stage } from "../stage.ts";
import type { Timeline } from "../timeline.ts";
import { createTraffic } from "../traffic.ts";

const WARM_UP_SLOTS = 2;

export type StageOptions = {
  net: Devnet;
  folder: string;
  timeline: Timeline;
  signal: AbortSignal;
  onOracleOutput: (name: string, text: string) => void;
};

/** Deploys the protocol on a fresh network and starts the oracle members, each in a process of its own. */
export async function setStage({ net, folder, timeline, signal, onOracleOutput }: StageOptions): Promise<Stage> {
  const { beacon, execution } = connect(net);
  const deploymentFile = join(folder, "deployment.json");
  await net.advance({ slots: WARM_UP_SLOTS });
  timeline.progress("deploying");
  const deployment = await deployProtocol({
    network: "devnet",
    executionUrl: net.executionUrl,
    consensusUrl: net.beaconUrl,
    deployerKey: deployer.privateKey,
    people: devnetPeople(),
    // As much as the keeper puts on one validator, so that both operators get their turns within the day.
    overrides: { manager: { turnGwei: etherToGwei(75) } },
    outFile: deploymentFile,
    makeBlock: async () => void (await net.advance({ slots: 1 })),
    onProgress: ({ step, done, total }) => timeline.progress(`deploying ${done}/${total}: ${step}`),
  });
  timeline.say(`deployed; two Safes and a timelock hold the roles, the deployer none`);

  const oracles = await createOracleFleet({
    members: committee,
    executionUrl: net.executionUrl,
    beaconUrl: net.beaconUrl,
    deploymentFile,
    folder,
    onOutput: onOracleOutput,
  });
  for (const oracle of oracles) oracle.start();
  timeline.say(`three oracle members started, two must agree: ${oracles.map(({ url }) => url).join(" ")}`);

  const protocol = bind(execution, deployment);
  const traffic = createTraffic(execution);
  return { net, beacon, execution, deployment, deploymentFile, protocol, oracles, folder, timeline, traffic, signal };
}

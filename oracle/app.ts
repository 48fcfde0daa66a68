import { join } from "node:path";

import { privateKeyToAccount } from "viem/accounts";

import { createBeaconApi } from "../chain/beacon/api.ts";
import { assertNetwork } from "../chain/beacon/health.ts";
import { loadDeployment } from "../chain/deployment.ts";
import { createExecution } from "../chain/execution/client.ts";
import { networkByName } from "../chain/networks.ts";
import { createProtocol } from "../chain/protocol/contracts.ts";
import { loadStateCodec } from "../chain/ssz/state.ts";
import { createSystemClock } from "../runtime/clock.ts";
import { EthStakeError } from "../runtime/errors.ts";
import { createLogger, type Logger } from "../runtime/logger.ts";
import { createPeer } from "./act/peers.ts";
import { createOracleSender } from "./act/sender.ts";
import { startExchangeServer } from "./act/server.ts";
import type { OracleConfig } from "./config.ts";
import { assertGrid } from "./decide/frames.ts";
import { runLoop } from "./loop.ts";
import { createMember } from "./member.ts";
import { createEpochCollector } from "./read/epoch-collector.ts";
import { readEpochResult } from "./read/epochs.ts";
import { createLeavesReader } from "./read/leaves.ts";
import { readyBeacons, type Nodes } from "./read/nodes.ts";
import { createOracleChain } from "./read/oracle-chain.ts";
import { createEventReader } from "./read/protocol-events.ts";
import type { OracleStatus } from "./status.ts";
import { createFileEpochStore } from "./store/epoch-store.ts";
import { createFileFrameStore } from "./store/frame-store.ts";

/** A running oracle. */
export type Oracle = {
  /** Where peers reach it. */
  readonly url: string;
  status(): OracleStatus;
  /** Works until the signal fires; with `once`, until the present frame is settled (or, without a key, built). */
  run(options?: { once?: boolean }): Promise<void>;
  close(): Promise<void>;
};

/**
 * Wires an oracle: checks its nodes, opens its store and listens for peers.
 *
 * @example
 * const oracle = await createOracle(readOracleConfig(process.env), { signal: shutdown.signal });
 * await oracle.run();
 */
export async function createOracle(
  config: OracleConfig,
  { signal, logger: given }: { signal: AbortSignal; logger?: Logger },
): Promise<Oracle> {
  const logger = given ?? createLogger({ level: config.logLevel, format: config.logFormat });
  const clock = createSystemClock();
  const account = config.privateKey === undefined ? undefined : privateKeyToAccount(config.privateKey);

  const deployment = await loadDeployment(config.deploymentFile);
  const network = networkByName(deployment.network);
  if (network.chainId !== deployment.chainId)
    throw new EthStakeError("WRONG_CHAIN", `Use the addresses file of ${network.name}: it names another chain`, {
      details: { want: network.chainId, got: deployment.chainId },
    });
  const execution = createExecution({ urls: config.executionUrls, network, pollingIntervalMs: config.pollMs });
  const beacons = config.consensusUrls.map((url) => createBeaconApi({ url, clock, signal }));
  await execution.assertChain();
  const checked = await Promise.all(beacons.map((beacon) => assertNetwork(beacon, network)));
  const [{ genesis, spec } = { genesis: undefined, spec: undefined }] = checked;
  if (genesis === undefined || spec === undefined)
    throw new EthStakeError("CONFIG_INVALID", "Set CONSENSUS_CLIENT_URI to at least one beacon node");

  const protocol = createProtocol(execution, deployment);
  const timing = { ...spec, genesisTime: genesis.genesisTime };
  const nodes: Nodes = {
    beacons,
    protocol,
    deployment,
    network,
    spec,
    timing,
    codec: await loadStateCodec(spec.preset),
    verifyStates: config.verifyStates,
  };
  const [slotsPerFrame, framesPerPeriod] = await Promise.all([
    protocol.distribution.read.slotsPerFrame(),
    protocol.distribution.read.framesPerPeriod(),
  ]);
  const grid = {
    slotsPerEpoch: spec.slotsPerEpoch,
    slotsPerFrame: Number(slotsPerFrame),
    framesPerPeriod: Number(framesPerPeriod),
  };
  assertGrid(grid);

  const frames = await createFileFrameStore(join(config.dataDir, "frames"));
  const store = await createFileEpochStore(join(config.dataDir, "epochs"));
  const peers = config.peers.map((url) => createPeer(url, { signal }));
  const events = createEventReader(nodes);
  const epochs = createEpochCollector({
    store,
    logger,
    read: async (epoch) => readEpochResult(await readyBeacons(beacons), nodes, events, epoch),
  });
  const askPeers = async (refSlot: number) => {
    const answers = await Promise.allSettled(peers.map((peer) => peer.report(refSlot)));
    return answers.flatMap((answer) => (answer.status === "fulfilled" && answer.value ? [answer.value.leaves] : []));
  };
  const leavesOf = createLeavesReader({ frames, askPeers, nodes, grid, events, epochs, logger });
  const signer = account && {
    account,
    sender: createOracleSender({ execution, protocol, account, maxCostWei: config.maxCostWei }),
  };
  const member = createMember({
    chain: createOracleChain({ nodes, grid, events, epochs, leavesOf }),
    frames,
    peers,
    signer,
    grid,
    chainId: deployment.chainId,
    turnSeconds: config.turnSlots * timing.secondsPerSlot,
    voteAfterSeconds: config.voteAfterSlots * timing.secondsPerSlot,
    logger,
  });
  const server = await startExchangeServer(member, { ...config.listen, logger });
  logger.info("Oracle started", { member: account?.address, dryRun: account === undefined, listen: server.url, grid });
  return {
    url: server.url,
    status: member.status,
    run: ({ once = false } = {}) => runLoop({ member, clock, pollMs: config.pollMs, logger, signal, once }),
    close: server.close,
  };
}

import { SecretKey } from "@chainsafe/blst";
import { getClient } from "@lodestar/api";
import type { Logger } from "@lodestar/logger";
import { SLOTS_PER_EPOCH } from "@lodestar/params";
import { interopSecretKey } from "@lodestar/state-transition";
import { fromHex } from "@lodestar/utils";
import { EthStakeError } from "../../runtime/errors.ts";
import { CHAIN_ID, DEPOSIT_CONTRACT, GENESIS_FEE_RECIPIENT } from "../chain-constants.ts";
import {
  advanceRequest,
  pubkeysRequest,
  validatorsRequest,
  type ChainPosition,
  type DevnetStatus,
} from "../control/protocol.ts";
import { startControlServer } from "../control/server.ts";
import type { ConsensusSettings } from "../settings.ts";
import { createValidatorClient } from "../validator/client.ts";
import { KeyRing } from "../validator/keys.ts";
import { startBeaconNode } from "./beacon-node.ts";
import { runLive } from "./live-driver.ts";
import { createSlotDriver } from "./slot-driver.ts";
import { installVirtualClock } from "./virtual-clock.ts";

const API_TIMEOUT_MS = 60_000;

/** Wires the consensus side: node, validator client, what drives the slots, control API. Returns the ports. */
export async function runConsensus(
  settings: ConsensusSettings,
  logger: Logger,
): Promise<{ beaconPort: number; controlPort: number }> {
  const { mode, genesisTime, secondsPerSlot } = settings;
  const virtualClock = mode === "virtual" ? installVirtualClock(genesisTime * 1000) : undefined;
  const node = await startBeaconNode(settings, logger);
  const beaconUrl = `http://127.0.0.1:${node.beaconPort}`;

  const keys = new KeyRing();
  for (let index = 0; index < settings.validatorCount; index++) {
    keys.add(interopSecretKey(index), GENESIS_FEE_RECIPIENT);
  }
  const api = getClient({ baseUrl: beaconUrl, globalInit: { timeoutMs: API_TIMEOUT_MS } }, { config: node.config });
  const validators = createValidatorClient(api, node.config, keys);

  const driver =
    virtualClock === undefined
      ? undefined
      : createSlotDriver({ node, validators, clock: virtualClock, genesisTime, secondsPerSlot, logger });
  if (driver === undefined) {
    const { signal } = new AbortController();
    void runLive({ validators, genesisTime, secondsPerSlot, logger, signal });
  }

  const position = (): ChainPosition => {
    const head = node.chain.forkChoice.getHead();
    return {
      now: Math.floor(Date.now() / 1000),
      slot: driver?.slot() ?? Math.max(0, node.clock.currentSlot),
      headSlot: head.slot,
      headRoot: head.blockRoot,
      justifiedEpoch: node.chain.forkChoice.getJustifiedCheckpoint().epoch,
      finalizedEpoch: node.chain.forkChoice.getFinalizedCheckpoint().epoch,
      executionBlockNumber: head.executionPayloadNumber ?? 0,
      executionBlockHash: head.executionPayloadBlockHash ?? "0x",
    };
  };
  const setOffline = async (body: unknown, offline: boolean) => {
    for (const pubkey of pubkeysRequest.parse(body).pubkeys) {
      if (keys.get(pubkey) === undefined) {
        throw new EthStakeError("CONTROL_UNKNOWN_VALIDATOR", `The devnet does not run ${pubkey}: add its key first`);
      }
      keys.setOffline(pubkey, offline);
    }
  };

  const control = await startControlServer(settings.controlPort, {
    "GET /status": async (): Promise<DevnetStatus> => ({
      ...position(),
      mode,
      chainId: CHAIN_ID,
      genesisTime,
      secondsPerSlot,
      slotsPerEpoch: SLOTS_PER_EPOCH,
      depositContract: DEPOSIT_CONTRACT,
      executionUrl: settings.executionUrl,
      beaconUrl,
      offline: keys.offline() as DevnetStatus["offline"],
      memoryBytes: process.memoryUsage().rss,
    }),
    "POST /advance": async (body) => {
      const { slots, skip } = advanceRequest.parse(body);
      if (driver === undefined) {
        throw new EthStakeError("CONTROL_LIVE_MODE", "A live devnet moves by the wall clock: start it in virtual mode");
      }
      for (let number = 1; number <= slots; number++) await driver.runSlot(!skip.includes(number));
      return position();
    },
    "POST /validators": async (body) => {
      for (const { secretKey, feeRecipient } of validatorsRequest.parse(body).validators) {
        keys.add(SecretKey.fromBytes(fromHex(secretKey)), feeRecipient);
      }
    },
    "POST /offline": (body) => setOffline(body, true),
    "POST /online": (body) => setOffline(body, false),
  });
  return { beaconPort: node.beaconPort, controlPort: control.port };
}

import type { Address, Hex } from "viem";

import { createBeaconApi, type BeaconApi } from "../chain/beacon/api.ts";
import type { Network } from "../chain/networks.ts";
import { slotAtTime, timeAtSlot } from "../chain/slots.ts";
import { EthStakeError } from "../runtime/errors.ts";

/** What contracts must know of the chain they live on, for ever. */
export type ChainFacts = {
  chainId: number;
  /** In seconds. */
  genesisTime: number;
  secondsPerSlot: number;
  genesisForkVersion: Hex;
  depositContract: Address;
};

/** Asks a beacon node, and refuses one of another network. */
export async function readChainFacts(consensusUrl: string, network: Network): Promise<ChainFacts> {
  return chainFactsOf(createBeaconApi({ url: consensusUrl }), network);
}

/** The same from a connection. A devnet chooses its genesis and its slots anew; everything else must be as we know it. */
export async function chainFactsOf(
  beacon: Pick<BeaconApi, "node" | "genesis" | "spec">,
  network: Network,
): Promise<ChainFacts> {
  const [genesis, spec] = await Promise.all([beacon.genesis(), beacon.spec()]);
  const compare = [
    ["chain id", spec.depositChainId, network.chainId],
    ["genesis fork version", genesis.genesisForkVersion, network.genesisForkVersion],
    ["deposit contract", spec.depositContract, network.depositContract],
    ["slots of an epoch", spec.slotsPerEpoch, network.slotsPerEpoch],
    ...(network.genesisValidatorsRoot === undefined
      ? []
      : ([
          ["genesis validators root", genesis.genesisValidatorsRoot, network.genesisValidatorsRoot],
          ["seconds of a slot", spec.secondsPerSlot, network.secondsPerSlot],
        ] as const)),
  ] as const;
  for (const [what, got, want] of compare)
    if (String(got).toLowerCase() !== String(want).toLowerCase())
      throw new EthStakeError(
        "WRONG_CHAIN",
        `Use a beacon node of ${network.name}: ${beacon.node} has ${what} ${got} instead of ${want}`,
        { details: { what, got, want } },
      );
  return {
    chainId: network.chainId,
    genesisTime: genesis.genesisTime,
    secondsPerSlot: spec.secondsPerSlot,
    genesisForkVersion: network.genesisForkVersion,
    depositContract: network.depositContract,
  };
}

/** The frame in which the protocol begins. */
export type Start = { refSlot: bigint; refSlotTimestamp: bigint };

/**
 * The last slot of the last whole frame: `(refSlot + 1) % slotsPerFrame == 0`. On a chain that is younger than a frame
 * (a devnet) it is the end of the first one, and the first report speaks of the second.
 */
export function startOf(chain: ChainFacts, slotsPerFrame: bigint, unixSeconds: number): Start {
  const slot = BigInt(slotAtTime({ ...chain, slotsPerEpoch: 1 }, unixSeconds));
  const wholeFrames = slot / slotsPerFrame;
  const refSlot = (wholeFrames > 0n ? wholeFrames : 1n) * slotsPerFrame - 1n;
  return { refSlot, refSlotTimestamp: BigInt(timeAtSlot({ ...chain, slotsPerEpoch: 1 }, Number(refSlot))) };
}

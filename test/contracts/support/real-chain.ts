// The protocol on Hardhat's chain, and beside it a beacon chain with the real rules that hears what the contracts ask.
import { ssz } from "@lodestar/types";
import { bytesToHex, type Hex } from "viem";

import { createStateProver, toAnchor } from "../../../chain/ssz/proofs.ts";
import { seeded } from "../../support/beacon-state.ts";
import { startRealBeacon, type Payout, type RealBeacon } from "../../support/real-beacon.ts";
import { setBeaconRoot } from "../../support/system-contracts.ts";
import type { BeaconSight } from "./beacon.ts";
import { depositsOf, withdrawalRequestsOf } from "./chain-requests.ts";
import type { Protocol } from "./protocol.ts";

export const SLOTS_PER_EPOCH = 32;

export type RealChain = {
  beacon: RealBeacon;
  /** Hands the deposits and withdrawal requests of transactions to the beacon chain, as the next block would. */
  hear(...transactions: Hex[]): Promise<void>;
  /** Lets epochs pass on both chains. */
  pass(epochs: number): Promise<Payout[]>;
  /** Shows validators to the contracts as they are in the beacon state now. */
  sight(pubkeys: readonly Hex[]): Promise<BeaconSight>;
};

/**
 * Starts the beacon chain of a protocol in its next epoch.
 *
 * @example
 * const chain = await startRealChain(p);
 * await chain.hear(await predeposit(p, batch));
 * await chain.pass(4);
 * await prove(p, await chain.sight(pubkeys));
 */
export async function startRealChain(p: Protocol): Promise<RealChain> {
  const { genesisTime, secondsPerSlot, genesisForkVersion } = p.chain;
  const epochSeconds = SLOTS_PER_EPOCH * secondsPerSlot;
  const epoch = Math.ceil(((await p.networkHelpers.time.latest()) - genesisTime) / epochSeconds);
  const beacon = startRealBeacon({ genesisTime, genesisForkVersion, epoch });
  const follow = () => p.networkHelpers.time.increaseTo(genesisTime + (beacon.epoch() + 1) * epochSeconds - 1);
  await follow();

  return {
    beacon,
    async hear(...transactions) {
      for (const hash of transactions) {
        const requests = await withdrawalRequestsOf(p, hash);
        beacon.take({
          deposits: await depositsOf(p, hash),
          withdrawals: requests.map(({ source, pubkey, amountGwei }) => ({
            sourceAddress: source,
            pubkey,
            amountGwei,
          })),
        });
      }
    },
    async pass(epochs) {
      const payouts = beacon.pass(epochs);
      await follow();
      return payouts;
    },
    async sight(pubkeys) {
      const { state } = beacon;
      const header = {
        slot: state.slot,
        proposerIndex: 1,
        parentRoot: bytesToHex(seeded("parent", 32)),
        stateRoot: bytesToHex(state.hashTreeRoot()),
        bodyRoot: bytesToHex(seeded("body", 32)),
      };
      const prover = createStateProver(ssz.fulu.BeaconState, state.serialize(), header);
      const childTimestamp = genesisTime + (state.slot + 1) * secondsPerSlot;
      await setBeaconRoot(p.networkHelpers, BigInt(childTimestamp), prover.blockRoot);
      const indices = pubkeys.map((pubkey) => {
        const index = beacon.indexOf(pubkey);
        if (index === undefined) throw new Error(`the beacon chain has no validator ${pubkey}`);
        return index;
      });
      return {
        anchor: toAnchor(header, childTimestamp),
        proof: prover.proveValidators(indices),
        count: indices.length,
      };
    },
  };
}

import type { Hex } from "viem";

import { readPoolValidators } from "../../chain/protocol/validators.ts";
import type { KeeperContext } from "../context.ts";
import { readAnchor, type AnchorPoint } from "../proofs/anchor.ts";

/** A predeposited validator, and its record on the beacon chain when there is one. */
export type ProveCandidate = {
  pubkey: Hex;
  pubkeyRoot: Hex;
  operatorId: number;
  record: { index: number; withdrawalCredentials: Hex } | undefined;
};

export type ProveSnapshot = {
  point: AnchorPoint;
  /** What the credentials should be. */
  ourCredentials: Hex;
  candidates: ProveCandidate[];
};

/** Gathers the predeposited validators and what the beacon chain says of them. */
export async function readProve(context: KeeperContext): Promise<ProveSnapshot> {
  const { protocol, deployment, beacon } = context;
  const point = await readAnchor(context);
  const { blockNumber } = point.moment;
  const [ourCredentials, validators] = await Promise.all([
    protocol.manager.read.withdrawalCredentials({ blockNumber }),
    readPoolValidators(protocol, deployment, blockNumber),
  ]);
  const waiting = validators.filter(({ status }) => status === "predeposited");
  const records = await beacon.validators(
    point.header.stateRoot,
    waiting.map(({ pubkey }) => pubkey),
  );
  const byPubkey = new Map(records.map((record) => [record.validator.pubkey, record]));
  return {
    point,
    ourCredentials,
    candidates: waiting.map(({ pubkey, pubkeyRoot, operatorId }) => {
      const found = byPubkey.get(pubkey);
      const record = found && { index: found.index, withdrawalCredentials: found.validator.withdrawalCredentials };
      return { pubkey, pubkeyRoot, operatorId, record };
    }),
  };
}

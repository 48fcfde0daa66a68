import { readPoolValidators, type PoolValidatorStatus } from "../../chain/protocol/validators.ts";
import { FAR_FUTURE_EPOCH } from "../../chain/slots.ts";
import type { KeeperContext } from "../context.ts";
import { readAnchor, type AnchorPoint } from "../proofs/anchor.ts";

/** A validator that the contract counts as ours and alive, and what the beacon chain says of it. */
export type WitnessCandidate = {
  operatorId: number;
  index: number;
  status: PoolValidatorStatus;
  slashed: boolean;
  leaving: boolean;
};

export type WitnessSnapshot = { point: AnchorPoint; candidates: WitnessCandidate[] };

/** Gathers what the beacon chain knows of proven validators and the contract may not. */
export async function readWitness(context: KeeperContext): Promise<WitnessSnapshot> {
  const { protocol, deployment, beacon } = context;
  const point = await readAnchor(context);
  const validators = await readPoolValidators(protocol, deployment, point.moment.blockNumber);
  const alive = validators.filter(({ status }) => status === "active" || status === "exiting");
  const records = await beacon.validators(
    point.header.stateRoot,
    alive.map(({ pubkey }) => pubkey),
  );
  const byPubkey = new Map(records.map((record) => [record.validator.pubkey, record]));
  const candidates = alive.flatMap(({ pubkey, operatorId, status }): WitnessCandidate[] => {
    const record = byPubkey.get(pubkey);
    if (record === undefined) return [];
    const { slashed, exitEpoch } = record.validator;
    return [{ operatorId, index: record.index, status, slashed, leaving: exitEpoch !== FAR_FUTURE_EPOCH }];
  });
  return { point, candidates };
}

import type { Hex } from "viem";

import type { BeaconApi } from "../beacon/api.ts";
import type { ValidatorAnswer } from "../beacon/types.ts";
import type { SignedVoluntaryExit } from "../beacon/validator-api.ts";
import { FAR_FUTURE_EPOCH, epochAtSlot } from "../slots.ts";
import { isExitValid, type ExitDomain } from "./exit.ts";

/** Why an exit would not be taken now. One that is `done` need not be sent: the validator exits already. */
export type ExitProblem = { code: string; text: string; done: boolean };
export type ExitVerdict = { exit: SignedVoluntaryExit; pubkey: Hex | undefined; problem?: ExitProblem };
/** What an exit is checked against. Validators may leave `minActiveEpochs` after they began. */
export type ExitRules = { domain: ExitDomain; epoch: number; minActiveEpochs: number };

/** The rules of `process_voluntary_exit`, at the head of a beacon node. */
export async function checkExits(
  beacon: BeaconApi,
  exits: readonly SignedVoluntaryExit[],
  domain: ExitDomain,
): Promise<ExitVerdict[]> {
  const [spec, status, records] = await Promise.all([
    beacon.spec(),
    beacon.syncing(),
    beacon.validators(
      "head",
      exits.map(({ validatorIndex }) => validatorIndex),
    ),
  ]);
  const rules = {
    domain,
    epoch: epochAtSlot(spec, status.headSlot),
    minActiveEpochs: Number(spec.raw["SHARD_COMMITTEE_PERIOD"] ?? 256),
  };
  return exits.map((exit) => {
    const record = records.find(({ index }) => index === exit.validatorIndex);
    const problem = exitProblem(exit, record?.validator, rules);
    return { exit, pubkey: record?.validator.pubkey, ...(problem === undefined ? {} : { problem }) };
  });
}

/** Why the chain would not take an exit of a validator now; undefined when it would. */
export function exitProblem(
  exit: SignedVoluntaryExit,
  validator: Pick<ValidatorAnswer["validator"], "pubkey" | "activationEpoch" | "exitEpoch"> | undefined,
  { domain, epoch, minActiveEpochs }: ExitRules,
): ExitProblem | undefined {
  const wrong = (code: string, text: string, done = false) => ({ code, text, done });
  if (validator === undefined) return wrong("VALIDATOR_UNKNOWN", "the chain has no validator with this index");
  if (!isExitValid(exit, validator.pubkey, domain))
    return wrong("SIGNATURE_INVALID", `the signature is not that of ${validator.pubkey}, or is for another network`);
  if (validator.exitEpoch !== FAR_FUTURE_EPOCH)
    return wrong("EXITING_ALREADY", `it exits in epoch ${validator.exitEpoch} already`, true);
  if (validator.activationEpoch > epoch) return wrong("NOT_ACTIVE", "it is not active yet");
  if (epoch < exit.epoch)
    return wrong("EXIT_TOO_EARLY", `the exit counts from epoch ${exit.epoch} on, this is ${epoch}`);
  const allowedFrom = validator.activationEpoch + minActiveEpochs;
  return epoch < allowedFrom
    ? wrong(
        "TOO_YOUNG",
        `validators may leave ${minActiveEpochs} epochs after they began: from epoch ${allowedFrom} on`,
      )
    : undefined;
}

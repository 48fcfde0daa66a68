// The part of the Beacon API that speaks of what validators do.
import type { Hex } from "viem";
import { z } from "zod";

import { dataOf, index, signature } from "./codecs.ts";
import { createBeaconHttp, type HttpOptions } from "./http.ts";

export type SignedVoluntaryExit = { epoch: number; validatorIndex: number; signature: Hex };
export type Liveness = { validatorIndex: number; isLive: boolean };

export type ValidatorApi = {
  /** Scheme and host of the node. */
  readonly node: string;
  /** Whether the node has seen anything signed by these validators in an epoch: the current one or the one before. */
  liveness(epoch: number, validatorIndices: readonly number[]): Promise<Liveness[]>;
  /** Gives an exit to the node, which checks it and tells the others. */
  publishVoluntaryExit(exit: SignedVoluntaryExit): Promise<void>;
  /** Exits that the node has and no block yet. */
  voluntaryExits(): Promise<SignedVoluntaryExit[]>;
};

const POOL = "/eth/v1/beacon/pool/voluntary_exits";

/** A signed exit as the Beacon API writes it. */
export const signedExit = z
  .strictObject({ message: z.strictObject({ epoch: index, validator_index: index }), signature })
  .transform(
    (exit): SignedVoluntaryExit => ({
      epoch: exit.message.epoch,
      validatorIndex: exit.message.validator_index,
      signature: exit.signature,
    }),
  );
const exitsAnswer = dataOf(z.array(signedExit));

const livenessAnswer: z.ZodType<Liveness[]> = dataOf(
  z.array(
    z.object({ index, is_live: z.boolean() }).transform((item) => ({
      validatorIndex: item.index,
      isLive: item.is_live,
    })),
  ),
);

/** Connects to a beacon node. */
export function createValidatorApi(options: HttpOptions): ValidatorApi {
  const http = createBeaconHttp(options);
  return {
    node: http.node,
    liveness: (epoch, indices) => http.json(livenessAnswer, `/eth/v1/validator/liveness/${epoch}`, indices.map(String)),
    publishVoluntaryExit: ({ epoch, validatorIndex, signature }) =>
      http.post(POOL, {
        message: { epoch: String(epoch), validator_index: String(validatorIndex) },
        signature,
      }),
    voluntaryExits: () => http.json(exitsAnswer, POOL),
  };
}

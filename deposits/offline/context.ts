// What a machine without a network has to know of the chain: prepared by one that has, carried over, and checked by its
// hash. There is nothing secret in it.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";

import { getAddress, isAddress, type Address, type Hex } from "viem";
import { z } from "zod";

import { hexOf, pubkey, root } from "../../chain/beacon/codecs.ts";
import { writeFileAtomic } from "../../runtime/atomic-file.ts";
import { decodeJson } from "../../runtime/decode-json.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import type { AnyNetwork } from "../../chain/networks.ts";

const address = z
  .string()
  .refine((text) => isAddress(text), "is not an address")
  .transform((text): Address => getAddress(text));

const contentSchema = z.strictObject({
  version: z.literal(1),
  /** When and from which node it was made, for people. */
  preparedAt: z.iso.datetime(),
  network: z.strictObject({
    name: z.string(),
    chainId: z.int().positive(),
    genesisForkVersion: hexOf(4),
    capellaForkVersion: hexOf(4),
    genesisValidatorsRoot: root,
    depositContract: address,
    secondsPerSlot: z.number().positive(),
    slotsPerEpoch: z.int().positive(),
    preset: z.enum(["mainnet", "minimal"]),
  }),
  /** The finalised epoch when it was made: exits are signed for it unless told. */
  epoch: z.int().nonnegative(),
  /** Where validators of the pool pay out to. */
  withdrawalVault: address.optional(),
  /** What the beacon chain knew of the keys that were asked for. */
  validators: z.array(z.strictObject({ pubkey, index: z.int().nonnegative(), withdrawalCredentials: root })),
  /** Keys with deposits that were waiting. */
  pending: z.array(z.strictObject({ pubkey, withdrawalCredentials: root })),
});
const schema = contentSchema.extend({ sha256: hexOf(32) });

export type ContextContent = z.output<typeof contentSchema>;
export type OfflineContext = Omit<ContextContent, "network"> & {
  network: AnyNetwork & { genesisValidatorsRoot: Hex };
  sha256: Hex;
};

/** Writes a context and answers its hash, to be carried over by another way than the file. */
export async function writeContext(path: string, content: ContextContent): Promise<Hex> {
  const sha256 = hashOf(contentSchema.parse(content));
  await writeFileAtomic(path, `${JSON.stringify({ ...content, sha256 }, undefined, 2)}\n`);
  return sha256;
}

/** Reads a context; refuses one whose content is not that of its hash, or not that of the hash that was given. */
export async function readContext(path: string, expectedSha256?: Hex): Promise<OfflineContext> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new EthStakeError("CONTEXT_MISSING", `Name a context file that can be read instead of ${path}`, { cause });
  });
  const { sha256, ...content } = decode(text, path);
  const got = hashOf(content);
  if (sha256 !== got)
    throw new EthStakeError("CONTEXT_DAMAGED", `Copy ${path} again: it is not what was prepared`, {
      details: { want: sha256, got },
    });
  if (expectedSha256 !== undefined && expectedSha256.toLowerCase() !== got)
    throw new EthStakeError("CONTEXT_FOREIGN", `Use the context that was prepared: the hash of ${path} is ${got}`, {
      details: { want: expectedSha256, got },
    });
  return { ...content, sha256 };
}

function decode(text: string, path: string): z.output<typeof schema> {
  return decodeJson(
    schema,
    text,
    (problem) => new EthStakeError("CONTEXT_DAMAGED", `Prepare ${path} again, or copy it whole: ${problem}`),
  );
}

/** Over the fields in the order of the schema, so that the order in the file does not matter. */
function hashOf(content: ContextContent): Hex {
  return `0x${createHash("sha256").update(JSON.stringify(content)).digest("hex")}`;
}

// The slashing protection interchange format, version 5: https://eips.ethereum.org/EIPS/eip-3076
import { readFile } from "node:fs/promises";

import type { Hex } from "viem";
import { z } from "zod";

import { pubkey, root } from "../../chain/beacon/codecs.ts";
import { SECRET_FILE_MODE, writeFileAtomic } from "../../runtime/atomic-file.ts";
import { decodeJson } from "../../runtime/decode-json.ts";
import { EthStakeError } from "../../runtime/errors.ts";

/** Slots and epochs are uint64: bigint here, so that nothing is rounded. */
const uint64 = z
  .string()
  .regex(/^\d{1,20}$/, "is not a decimal number")
  .transform((text) => BigInt(text))
  .refine((value) => value < 2n ** 64n, "does not fit into 64 bits");

const blockSchema = z
  .object({ slot: uint64, signing_root: root.optional() })
  .transform(({ slot, signing_root }): SignedBlock => ({ slot, signingRoot: signing_root }));
const attestationSchema = z
  .object({ source_epoch: uint64, target_epoch: uint64, signing_root: root.optional() })
  .transform(
    ({ source_epoch, target_epoch, signing_root }): SignedAttestation => ({
      sourceEpoch: source_epoch,
      targetEpoch: target_epoch,
      signingRoot: signing_root,
    }),
  );
const schema = z.object({
  metadata: z.object({ interchange_format_version: z.literal("5"), genesis_validators_root: root }),
  data: z.array(
    z
      .object({
        pubkey,
        signed_blocks: z.array(blockSchema),
        signed_attestations: z.array(attestationSchema),
      })
      .transform(
        (item): KeyHistory => ({
          pubkey: item.pubkey,
          blocks: item.signed_blocks,
          attestations: item.signed_attestations,
        }),
      ),
  ),
});

export type SignedBlock = { slot: bigint; signingRoot: Hex | undefined };
export type SignedAttestation = { sourceEpoch: bigint; targetEpoch: bigint; signingRoot: Hex | undefined };
/** What a key has signed; with it, what it must not sign. */
export type KeyHistory = {
  pubkey: Hex;
  blocks: readonly SignedBlock[];
  attestations: readonly SignedAttestation[];
};
export type Interchange = { genesisValidatorsRoot: Hex; keys: readonly KeyHistory[] };

/** Decodes the text of an interchange file; several records of a key become one. */
export function parseInterchange(text: string, source = "the file"): Interchange {
  const { metadata, data } = decodeJson(
    schema,
    text,
    (problem) =>
      new EthStakeError(
        "PROTECTION_MALFORMED",
        `Name a whole slashing protection file (EIP-3076, version 5): in ${source}, ${problem}`,
      ),
  );
  return { genesisValidatorsRoot: metadata.genesis_validators_root, keys: joinSameKeys(data) };
}

/** The text of an interchange file. */
export function encodeInterchange({ genesisValidatorsRoot, keys }: Interchange): string {
  const document: z.input<typeof schema> = {
    metadata: { interchange_format_version: "5", genesis_validators_root: genesisValidatorsRoot },
    data: keys.map((key) => ({
      pubkey: key.pubkey,
      signed_blocks: key.blocks.map(({ slot, signingRoot }) => ({ slot: slot.toString(), ...rootField(signingRoot) })),
      signed_attestations: key.attestations.map(({ sourceEpoch, targetEpoch, signingRoot }) => ({
        source_epoch: sourceEpoch.toString(),
        target_epoch: targetEpoch.toString(),
        ...rootField(signingRoot),
      })),
    })),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

/** Reads an interchange file. */
export async function readInterchange(path: string): Promise<Interchange> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new EthStakeError("PROTECTION_MISSING", `Name a slashing protection file that can be read: ${path} cannot`, {
      cause,
    });
  });
  return parseInterchange(text, path);
}

/** Writes an interchange file whole or not at all, and reads it again. */
export async function writeInterchange(
  path: string,
  interchange: Interchange,
  { overwrite = false } = {},
): Promise<void> {
  const text = encodeInterchange(interchange);
  await writeFileAtomic(path, text, { mode: SECRET_FILE_MODE, overwrite });
  if (encodeInterchange(await readInterchange(path)) !== text)
    throw new EthStakeError("FILES_NOT_VERIFIED", `Do not use ${path}, write it again: it is not what was meant`);
}

function rootField(signingRoot: Hex | undefined): { signing_root?: Hex } {
  return signingRoot === undefined ? {} : { signing_root: signingRoot };
}

function joinSameKeys(records: readonly KeyHistory[]): KeyHistory[] {
  const groups = Map.groupBy(records, (record) => record.pubkey);
  return [...groups].map(([key, parts]) => ({
    pubkey: key,
    blocks: parts.flatMap(({ blocks }) => blocks),
    attestations: parts.flatMap(({ attestations }) => attestations),
  }));
}

// The file in which an operator keeps a key batch. It is private to the operator and its keeper: who sees a deposit
// signature before it is used can register it for a batch of its own.
import { readFile } from "node:fs/promises";

import type { Hex } from "viem";
import { z } from "zod";

import { decodeJson } from "../../runtime/decode-json.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { stringifyJson } from "../../runtime/json.ts";
import { hexOf, pubkey, root, signature } from "../beacon/codecs.ts";
import { NETWORKS, NETWORK_NAMES, type Network } from "../networks.ts";
import { PREDEPOSIT_GWEI, isDepositSignatureValid } from "./deposit-signature.ts";
import { MAX_BATCH_KEYS, commitmentOf, type KeyBatch } from "./key-batch.ts";

const schema = z.object({
  version: z.literal(1),
  network: z.enum(NETWORK_NAMES),
  operatorId: z.int().min(0).max(0xffffffff),
  withdrawalCredentials: root,
  /** Always the predeposit; written so that a reader sees what was signed. */
  amountGwei: z.literal(PREDEPOSIT_GWEI.toString()),
  commitment: hexOf(26),
  keys: z.array(z.object({ pubkey, signature })).min(1).max(MAX_BATCH_KEYS),
});

/** A key batch with what its signatures were made for. */
export type KeyBatchFile = z.output<typeof schema>;

/** The record to write for a batch. */
export function toKeyBatchFile(
  batch: KeyBatch,
  network: Pick<Network, "name">,
  withdrawalCredentials: KeyBatchFile["withdrawalCredentials"],
): KeyBatchFile {
  return {
    version: 1,
    network: network.name,
    operatorId: batch.operatorId,
    withdrawalCredentials,
    amountGwei: PREDEPOSIT_GWEI.toString(),
    commitment: commitmentOf(batch),
    keys: [...batch.keys],
  };
}

/** The text of the file. */
export function encodeKeyBatchFile(file: KeyBatchFile): string {
  return `${stringifyJson(file, 2)}\n`;
}

/** Reads a key batch file and checks all of it: shape, commitment, duplicates, every signature. */
export async function readKeyBatchFile(path: string): Promise<KeyBatchFile> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new EthStakeError("KEY_BATCH_MISSING", `Name a key batch file that can be read instead of ${path}`, {
      cause,
    });
  });
  return parseKeyBatchFile(text, path);
}

/** The same for a text; `source` is named in errors. */
export function parseKeyBatchFile(text: string, source = "the key batch"): KeyBatchFile {
  const file = decodeKeyBatchFile(text, source);
  const known = new Set<string>();
  file.keys.forEach((key, position) => {
    const details = { source, position, pubkey: key.pubkey };
    if (known.has(key.pubkey))
      throw new EthStakeError("KEY_DUPLICATE", `Make ${source} again: key ${position + 1} is in it twice`, { details });
    known.add(key.pubkey);
    const deposit = { ...key, withdrawalCredentials: file.withdrawalCredentials, amountGwei: PREDEPOSIT_GWEI };
    if (!isDepositSignatureValid(deposit, NETWORKS[file.network].genesisForkVersion))
      throw new EthStakeError(
        "SIGNATURE_INVALID",
        `Make ${source} again: the signature of key ${position + 1} is not valid on ${file.network}`,
        { details },
      );
  });
  if (commitmentOf(file) !== file.commitment)
    throw new EthStakeError("COMMITMENT_MISMATCH", `Make ${source} again: its keys are not those of its commitment`, {
      details: { source, want: file.commitment, got: commitmentOf(file) },
    });
  return file;
}

/** Decodes the shape of the file and judges no key: a keeper looks at each key by itself. */
export function decodeKeyBatchFile(text: string, source: string): KeyBatchFile {
  return decodeJson(
    schema,
    text,
    (problem, path) =>
      new EthStakeError("KEY_BATCH_MALFORMED", `Name a key batch file: in ${source}, ${problem}`, {
        details: { source, path },
      }),
  );
}

/** Refuses a batch that was made for another network, operator or vault: none of its signatures could be used. */
export function assertBatchIsFor(
  file: KeyBatchFile,
  want: { network: Pick<Network, "name">; operatorId: number; withdrawalCredentials: Hex },
): void {
  const checks = [
    ["network", want.network.name, file.network],
    ["operator", want.operatorId, file.operatorId],
    ["withdrawal credentials", want.withdrawalCredentials.toLowerCase(), file.withdrawalCredentials],
  ] as const;
  for (const [what, wanted, got] of checks)
    if (wanted !== got)
      throw new EthStakeError("KEY_BATCH_FOREIGN", `Make keys for ${what} ${wanted}: this batch is for ${got}`, {
        details: { what, want: wanted, got },
      });
}

import { readFile } from "node:fs/promises";

import type { Address, Hex } from "viem";

import { SECRET_FILE_MODE, writeFileAtomic } from "../../runtime/atomic-file.ts";
import type { Clock } from "../../runtime/clock.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { listKeystores } from "../key-source.ts";
import { decryptKeystore } from "../keystore.ts";
import { checkInterchange } from "../protection/check.ts";
import { encodeInterchange, parseInterchange, readInterchange, type Interchange } from "../protection/interchange.ts";
import { mergeInterchanges } from "../protection/merge.ts";
import { withFolderLock } from "../run/folder-lock.ts";
import { protectionPath, readJournal, writeJournal, type Journal, type Stage } from "./journal.ts";
import type { Keymanager } from "./keymanager.ts";
import { headEpoch, proveQuiet, type QuietOptions } from "./quiet.ts";

export type MigrateOptions = {
  from: Keymanager;
  to: Keymanager;
  nodes: QuietOptions["nodes"];
  /** Of every key that moves: a validator client gives its keys to nobody, so they must be here before they are deleted. */
  keystores: readonly string[];
  password: string;
  genesisValidatorsRoot: Hex;
  /** More protection that is known of the keys, merged with what the old client gives. */
  protectionFiles?: readonly string[];
  /** Final epochs without a signature before the keys are imported. */
  epochs: number;
  /** Where the journal and the protection go. */
  folder: string;
  /** Only look whether it could be done. */
  dryRun?: boolean;
  clock: Clock;
  signal?: AbortSignal | undefined;
  onStage?: (stage: Stage | "quiet", epoch?: number) => void;
};

export type Migrated = { pubkeys: Hex[]; protectionPath: string; feeRecipients: number };
type Key = { pubkey: Hex; keystore: string };

/**
 * Moves keys from one validator client to another so that at no time both can sign: deletes them at the old one, which
 * gives what they signed; proves on the beacon chain that nobody signs with them; imports them with that protection.
 * Interrupted at any point, it goes on there when it is run again; until the proof, no client has the keys.
 */
export async function migrateValidators(options: MigrateOptions): Promise<Migrated> {
  const { folder, from, to, dryRun = false } = options;
  if (!Number.isInteger(options.epochs) || options.epochs < 1)
    throw new EthStakeError("EPOCHS_INVALID", "Wait for one silent epoch or more");
  const keys = await openAll(options);
  return withFolderLock(folder, async () => {
    const begun = await readJournal(folder);
    if (begun !== undefined) refuseOther(begun, { from, to, pubkeys: keys.map(({ pubkey }) => pubkey) });
    let journal = begun ?? (await plan(options, keys));
    if (dryRun) return resultOf(options, journal);
    const enter = async (stage: Stage, changes: Partial<Journal> = {}) => {
      journal = { ...journal, ...changes, stage };
      await writeJournal(folder, journal);
      options.onStage?.(stage);
    };
    if (begun === undefined) await enter("deleting");
    if (journal.stage === "deleting") await enter("proving", { lastEpoch: await deleteKeys(options, journal) });
    if (journal.stage === "proving") {
      const { pubkeys, lastEpoch } = journal;
      const onEpoch = (epoch: number) => options.onStage?.("quiet", epoch);
      await proveQuiet({ ...options, pubkeys, lastEpoch, onEpoch });
      await enter("importing");
    }
    if (journal.stage === "importing") {
      await importKeys(options, journal, keys);
      await enter("done");
    }
    return resultOf(options, journal);
  });
}

/** Before anything is deleted: every keystore opens, and no key is in two of them. */
async function openAll({ keystores, password }: MigrateOptions): Promise<Key[]> {
  const keys: Key[] = [];
  for (const path of await listKeystores(keystores)) {
    const keystore = await readFile(path, "utf8");
    const { secretKey, pubkey } = await decryptKeystore(keystore, password);
    secretKey.fill(0);
    if (keys.some((key) => key.pubkey === pubkey))
      throw new EthStakeError("KEY_IN_TWO_PLACES", `Name every key once: ${pubkey} is in two keystores`);
    keys.push({ pubkey, keystore });
  }
  return keys;
}

async function plan({ from, to, nodes }: MigrateOptions, keys: readonly Key[]): Promise<Journal> {
  const pubkeys = keys.map(({ pubkey }) => pubkey);
  const [atOld, atNew] = await Promise.all([from.listKeys(), to.listKeys()]);
  const twice = pubkeys.find((pubkey) => atNew.includes(pubkey));
  if (twice !== undefined)
    throw new EthStakeError(
      "KEY_IN_TWO_PLACES",
      `Remove ${twice} from ${to.client} at once: ${to.client} has it already`,
      {
        details: { pubkey: twice, alsoAtOld: atOld.includes(twice) },
      },
    );
  const absent = pubkeys.find((pubkey) => !atOld.includes(pubkey));
  if (absent !== undefined)
    throw new EthStakeError(
      "KEY_NOT_THERE",
      `Name keystores of keys that ${from.client} has: it does not have ${absent}`,
    );
  const feeRecipients: Record<string, Address> = {};
  for (const pubkey of pubkeys) {
    const recipient = await from.feeRecipient(pubkey);
    if (recipient !== undefined) feeRecipients[pubkey] = recipient;
  }
  const lastEpoch = await headEpoch(nodes, await nodes[0].beacon.spec());
  return { version: 1, from: from.client, to: to.client, pubkeys, feeRecipients, stage: "deleting", lastEpoch };
}

/** Deletes at the old client; answers the last epoch in which it may have signed. */
async function deleteKeys(options: MigrateOptions, { pubkeys }: Journal): Promise<number> {
  const { from, nodes, folder } = options;
  const { results, protection } = await from.deleteKeys(pubkeys);
  // Saved before it is looked at: the client may not give it a second time.
  await writeFileAtomic(protectionPath(folder), protection, { mode: SECRET_FILE_MODE, overwrite: true });
  const kept = pubkeys.find((_, i) => !["deleted", "not_active"].includes(results[i]?.status ?? "error"));
  if (kept !== undefined)
    throw new EthStakeError("DELETE_FAILED", `Look at the log of ${from.client}: it has not deleted ${kept}`);
  const still = await from.listKeys();
  const left = pubkeys.find((pubkey) => still.includes(pubkey));
  if (left !== undefined) throw new EthStakeError("DELETE_FAILED", `Stop ${from.client}: it still lists ${left}`);
  await refuseBadProtection(options, parseInterchange(protection, protectionPath(folder)), pubkeys);
  return (await headEpoch(nodes, await nodes[0].beacon.spec())) + 1;
}

/** A key that may have signed something must come with what it signed. */
async function refuseBadProtection(
  { nodes, genesisValidatorsRoot, folder }: MigrateOptions,
  protection: Interchange,
  pubkeys: readonly Hex[],
): Promise<void> {
  const records = await nodes[0].beacon.validators("head", pubkeys);
  const began = records.filter(({ status }) => !status.startsWith("pending")).map(({ validator }) => validator.pubkey);
  const [first] = checkInterchange(protection, { genesisValidatorsRoot, pubkeys: began }).filter(
    // A file for keys that have never been active may be empty.
    ({ code, pubkey }) => code !== "PROTECTION_EMPTY" || pubkey !== undefined,
  );
  if (first === undefined) return;
  throw new EthStakeError(
    first.code,
    `Do not import these keys anywhere: of ${protectionPath(folder)}, ${first.problem}. They are deleted at the old client`,
    { details: { ...first } },
  );
}

async function importKeys(options: MigrateOptions, journal: Journal, keys: readonly Key[]): Promise<void> {
  const { from, to, folder, password, protectionFiles = [] } = options;
  const old = await from.listKeys();
  const back = journal.pubkeys.find((pubkey) => old.includes(pubkey));
  if (back !== undefined)
    throw new EthStakeError("KEY_IN_TWO_PLACES", `Stop ${from.client}: somebody has put ${back} back into it`);
  const files = [protectionPath(folder), ...protectionFiles];
  const protection = mergeInterchanges(await Promise.all(files.map(readInterchange)));
  await refuseBadProtection(options, protection, journal.pubkeys);
  // Those of an import that was interrupted are there.
  const there = await to.listKeys();
  const left = keys.filter(({ pubkey }) => !there.includes(pubkey));
  const results =
    left.length === 0
      ? []
      : await to.importKeys({
          keystores: left.map(({ keystore }) => keystore),
          password,
          protection: encodeInterchange(protection),
        });
  for (const [i, { pubkey }] of left.entries()) {
    const result = results[i];
    if (result?.status === "imported") continue;
    if (result?.status === "duplicate")
      throw new EthStakeError(
        "KEY_IN_TWO_PLACES",
        `Find out who else imports keys into ${to.client}: it has ${pubkey}`,
      );
    throw new EthStakeError(
      "IMPORT_FAILED",
      `Look at the log of ${to.client}, then run this again: ${pubkey} is not in`,
    );
  }
  for (const pubkey of journal.pubkeys) {
    const recipient = journal.feeRecipients[pubkey];
    if (recipient !== undefined) await to.setFeeRecipient(pubkey, recipient);
  }
  const now = await to.listKeys();
  const lost = journal.pubkeys.find((pubkey) => !now.includes(pubkey));
  if (lost !== undefined)
    throw new EthStakeError(
      "IMPORT_FAILED",
      `Look at the log of ${to.client}, then run this again: ${lost} is not listed`,
    );
}

function refuseOther(begun: Journal, wanted: { from: Keymanager; to: Keymanager; pubkeys: readonly Hex[] }): void {
  const same =
    begun.from === wanted.from.client &&
    begun.to === wanted.to.client &&
    begun.pubkeys.toSorted().join() === wanted.pubkeys.toSorted().join();
  if (same) return;
  throw new EthStakeError(
    "MIGRATION_OTHER",
    `Use another folder: in this one, ${begun.pubkeys.length} keys move from ${begun.from} to ${begun.to} (${begun.stage})`,
  );
}

function resultOf({ folder }: MigrateOptions, { pubkeys, feeRecipients }: Journal): Migrated {
  return { pubkeys, protectionPath: protectionPath(folder), feeRecipients: Object.keys(feeRecipients).length };
}

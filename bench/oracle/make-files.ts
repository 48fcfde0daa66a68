// Writes a state of so many validators as SSZ and as JSON: node make-files.ts COUNT FOLDER
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";

import type { Type } from "@chainsafe/ssz";

import { ValidatorType } from "../../chain/ssz/containers.ts";
import { layoutOf } from "../../chain/ssz/state-layout.ts";
import { loadStateTypes } from "../../chain/ssz/state-types.ts";

const [countText = "", folder = ""] = process.argv.slice(2);
const count = Number(countText);
const BALANCE_GWEI = 32_000_000_000n;
const PENDING_DEPOSITS = 5_000;

const { fulu: type } = await loadStateTypes("mainnet");
const layout = layoutOf(type as never);
const empty = type.defaultValue();
empty.slot = 13_164_575;
empty.finalizedCheckpoint = { ...empty.finalizedCheckpoint, epoch: 411_390 };

const uint64s = (value: (i: number) => bigint): Buffer => {
  const bytes = Buffer.alloc(8 * count);
  for (let i = 0; i < count; i++) bytes.writeBigUInt64LE(value(i), 8 * i);
  return bytes;
};
const validators = Buffer.alloc(ValidatorType.minSize * count);
for (let i = 0; i < count; i++) {
  const pubkey = createHash("sha384").update(String(i)).digest();
  const record = {
    pubkey,
    withdrawalCredentials: Buffer.alloc(32, 2),
    effectiveBalanceGwei: BALANCE_GWEI,
    slashed: false,
    activationEligibilityEpoch: 1,
    activationEpoch: 2,
    exitEpoch: Infinity,
    withdrawableEpoch: Infinity,
  };
  validators.set(ValidatorType.serialize(record), ValidatorType.minSize * i);
}
// One in a hundred missed the target.
const flags = Buffer.from(Uint8Array.from({ length: count }, (_, i) => (i % 100 === 7 ? 1 : 7)));
const deposits = Array.from({ length: PENDING_DEPOSITS }, (_, i) => ({
  ...type.fields.pendingDeposits.elementType.defaultValue(),
  pubkey: createHash("sha384").update(`new ${i}`).digest(),
  amount: 32_000_000_000,
}));
const large: Record<string, Buffer> = {
  validators,
  balances: uint64s((i) => BALANCE_GWEI + BigInt(i % 1000)),
  previousEpochParticipation: flags,
  currentEpochParticipation: flags,
  inactivityScores: uint64s(() => 0n),
};
empty.pendingDeposits = deposits;

await writeSsz(join(folder, "state.ssz"));
await writeJson(join(folder, "state.json"));

/** The empty state with the long lists put in and the offsets moved. */
async function writeSsz(path: string): Promise<void> {
  const fixed = Buffer.from(type.serialize(empty).subarray(0, layout.fixedSize));
  const parts = layout.fields
    .filter(({ size }) => size === undefined)
    .map(({ name, start, type: fieldType }) => ({ start, bytes: large[name] ?? bytesOf(name, fieldType) }));
  let at = layout.fixedSize;
  for (const { start, bytes } of parts) {
    fixed.writeUInt32LE(at, start);
    at += bytes.length;
  }
  await writeAll(path, [fixed, ...parts.map(({ bytes }) => bytes)]);
}

function bytesOf(name: string, fieldType: Type<unknown>): Uint8Array {
  return fieldType.serialize(empty[name as keyof typeof empty]);
}

async function writeJson(path: string): Promise<void> {
  const json = type.toJson(empty) as Record<string, unknown>;
  const lists: Record<string, (i: number) => string> = {
    validators: (i) =>
      `{"pubkey":"0x${validators.toString("hex", 121 * i, 121 * i + 48)}","withdrawal_credentials":"0x${"02".repeat(32)}",` +
      `"effective_balance":"${BALANCE_GWEI}","slashed":false,"activation_eligibility_epoch":"1","activation_epoch":"2",` +
      `"exit_epoch":"18446744073709551615","withdrawable_epoch":"18446744073709551615"}`,
    balances: (i) => `"${BALANCE_GWEI + BigInt(i % 1000)}"`,
    previous_epoch_participation: (i) => `"${flags[i]}"`,
    current_epoch_participation: (i) => `"${flags[i]}"`,
    inactivity_scores: () => `"0"`,
  };
  function* parts(): Generator<string> {
    yield '{"version":"fulu","data":{';
    for (const [place, [name, value]] of Object.entries(json).entries()) {
      yield `${place === 0 ? "" : ","}"${name}":`;
      const item = lists[name];
      if (item === undefined) yield JSON.stringify(value);
      else {
        yield "[";
        for (let from = 0; from < count; from += 10_000) {
          const length = Math.min(10_000, count - from);
          yield (from === 0 ? "" : ",") + Array.from({ length }, (_, i) => item(from + i)).join(",");
        }
        yield "]";
      }
    }
    yield "}}";
  }
  await writeAll(path, parts());
}

async function writeAll(path: string, parts: Iterable<string | Uint8Array>): Promise<void> {
  const stream = createWriteStream(path);
  for (const part of parts) if (!stream.write(part)) await once(stream, "drain");
  stream.end();
  await once(stream, "finish");
}

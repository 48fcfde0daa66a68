// Measures one way in this process: node measure.ts MODE VALIDATORS POOL FOLDER
import { createHash } from "node:crypto";
import { createReadStream, readFileSync } from "node:fs";
import { join } from "node:path";

import { bytesToHex, zeroHash, type Hex } from "viem";

import { hashReport } from "../../chain/report/encoding.ts";
import type { DecodedState } from "../../chain/ssz/state-reader.ts";
import { loadStateCodec } from "../../chain/ssz/state.ts";
import { buildReport } from "../../oracle/decide/build-report.ts";
import { judgeEpoch } from "../../oracle/decide/epoch-result.ts";
import { ourValidators, penaltyBasis } from "../../oracle/read/validators.ts";
import { stateFromJson } from "./plain-json.ts";

export type Mode = "ssz" | "verified" | "json" | "read" | "hash";
/** `cpuSeconds` of all threads: unlike the others it hardly depends on what else the machine does. */
export type Measured = { seconds: number; cpuSeconds: number; peakMiB: number; reportHash: Hex | undefined };

const SLOTS_PER_EPOCH = 32;
const SLOTS_PER_FRAME = 7_200;
const GENESIS_FORK_VERSION = "0x00000000";
const CREDENTIALS: Hex = `0x${"02".repeat(32)}`;
/** One operator for so many keys. */
const KEYS_PER_OPERATOR = 500;

if (import.meta.main) {
  const [mode = "", validators = "", pool = "", folder = ""] = process.argv.slice(2);
  const keys = poolKeys(Number(validators), Number(pool));
  const codec = await loadStateCodec("mainnet");
  const began = performance.now();
  const cpuBefore = process.cpuUsage();
  const reportHash = await runMode(mode as Mode, folder, keys, codec);
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const cpuSeconds = (user + system) / 1e6;
  const peakMiB = Math.round(process.resourceUsage().maxRSS / 1024);
  process.stdout.write(JSON.stringify({ seconds, cpuSeconds, peakMiB, reportHash } satisfies Measured));
}

type Key = { pubkey: Hex; pubkeyRoot: Hex; operatorId: number; blockNumber: number };
type Codec = Awaited<ReturnType<typeof loadStateCodec>>;

async function runMode(mode: Mode, folder: string, keys: readonly Key[], codec: Codec): Promise<Hex | undefined> {
  const ssz = join(folder, "state.ssz");
  const pubkeys = keys.map(({ pubkey }) => pubkey);
  if (mode === "json")
    return reportFrom(stateFromJson(readFileSync(join(folder, "state.json"), "utf8"), pubkeys), keys);
  if (mode === "read" || mode === "hash") {
    const hash = createHash("sha256");
    for await (const bytes of createReadStream(ssz)) if (mode === "hash") hash.update(bytes as Buffer);
    return undefined;
  }
  const reader = codec.createReader("fulu", { pubkeys, withRoot: mode === "verified" });
  for await (const bytes of createReadStream(ssz)) reader.write(bytes as Buffer);
  return reportFrom(reader.end(), keys);
}

/** The keys of the pool, spread over all. */
function poolKeys(validators: number, pool: number): Key[] {
  return Array.from({ length: pool }, (_, i) => {
    const index = Math.floor((i * validators) / pool);
    const pubkey = bytesToHex(createHash("sha384").update(String(index)).digest());
    const pubkeyRoot = bytesToHex(createHash("sha256").update(pubkey).digest());
    return { pubkey, pubkeyRoot, operatorId: 1 + Math.floor(i / KEYS_PER_OPERATOR), blockNumber: 1 };
  });
}

/** The report of one frame in which this state is the last one. */
function reportFrom(state: DecodedState, keys: readonly Key[]): Hex {
  const frame = Math.floor((state.slot + 1) / SLOTS_PER_FRAME);
  const refSlot = frame * SLOTS_PER_FRAME - 1;
  const deposits = keys.map(({ pubkeyRoot }) => ({ pubkeyRoot, amountGwei: 32_000_000_000n, blockNumber: 1 }));
  const validators = ourValidators(state, { keys, deposits, proofs: deposits }, new Set());
  const operatorOf = new Map(
    keys.flatMap(({ pubkey, operatorId }) => {
      const index = state.found.get(pubkey)?.index;
      return index === undefined ? [] : [[index, operatorId] as const];
    }),
  );
  const judgedEpoch = Math.floor(state.slot / SLOTS_PER_EPOCH) - 1;
  const judged = { ...judgeEpoch(state, judgedEpoch, SLOTS_PER_EPOCH, operatorOf), blockRoot: zeroHash };
  const previousRefSlot = refSlot - SLOTS_PER_FRAME;
  const { report } = buildReport({
    refSlot,
    grid: { slotsPerEpoch: SLOTS_PER_EPOCH, slotsPerFrame: SLOTS_PER_FRAME, framesPerPeriod: 28 },
    blockRoot: zeroHash,
    cutoff: { timestamp: 2_000_000, blockHash: state.latestBlockHash, blockNumber: 10 },
    withdrawalCredentials: CREDENTIALS,
    genesisForkVersion: GENESIS_FORK_VERSION,
    previous: {
      refSlot: previousRefSlot,
      cutoffTimestamp: 1_000_000,
      cutoffBlockNumber: 5,
      withdrawalReceiptsWei: 0n,
      executionReceiptsWei: 0n,
      leaves: [],
    },
    cumulativeFeeShares: 10n ** 18n,
    withdrawalReceiptsWei: 0n,
    executionReceiptsWei: 0n,
    penalties: penaltyBasis(state, SLOTS_PER_EPOCH),
    unpaidProposals: [],
    validators,
    // The state judges one epoch; the frame's others are taken to be like it, as they come out of the store.
    epochs: Array.from({ length: SLOTS_PER_FRAME / SLOTS_PER_EPOCH }, (_, i) => ({
      ...judged,
      epoch: Math.floor((previousRefSlot + 1) / SLOTS_PER_EPOCH) - 1 + i,
    })),
  });
  return hashReport(report);
}

// What a member keeps of 33,000 validators: node store-size.ts [POOL]. Balances and keys are random, since equal ones would
// be compressed to nothing; every epoch has all operators, some of which missed something.
import { randomBytes, randomInt } from "node:crypto";

import { bytesToHex } from "viem";

import { buildReport } from "../../oracle/decide/build-report.ts";
import { performanceOf } from "../../oracle/decide/performance.ts";
import type { OurValidator, Snapshot } from "../../oracle/decide/snapshot.ts";
import { createEpochStore } from "../../oracle/store/epoch-store.ts";
import { createInputStore } from "../../oracle/store/input-store.ts";
import { stringifyPerformance } from "../../oracle/store/performance-json.ts";
import { prepareStore } from "../../oracle/store/schema.ts";
import { openDatabase } from "../../runtime/database/open.ts";

const ETHER_GWEI = 1_000_000_000n;
const KEYS_PER_OPERATOR = 500;
const GRID = { slotsPerEpoch: 32, slotsPerFrame: 7_200, framesPerPeriod: 28 };
const EPOCHS_PER_FRAME = GRID.slotsPerFrame / GRID.slotsPerEpoch;
const EPOCHS_A_YEAR = 365 * EPOCHS_PER_FRAME;
const INPUTS_KEPT = 35;
/** A frame in the middle of a period. */
const REF_SLOT = 1_830 * GRID.slotsPerFrame - 1;

const pool = Number(process.argv[2] ?? 33_000);
const root = () => bytesToHex(randomBytes(32));
const credentials = root();

const validators = Array.from({ length: pool }, (_, i): OurValidator => {
  const activationEpoch = randomInt(1_000, 400_000);
  return {
    pubkey: bytesToHex(randomBytes(48)),
    pubkeyRoot: root(),
    operatorId: 1 + Math.floor(i / KEYS_PER_OPERATOR),
    deposits: [1n, 31n].map((ether) => ({ blockNumber: randomInt(20_000_000), amountGwei: ether * ETHER_GWEI })),
    proven: true,
    exitSettled: false,
    record: {
      withdrawalCredentials: credentials,
      effectiveBalanceGwei: 32n * ETHER_GWEI,
      slashed: false,
      activationEligibilityEpoch: activationEpoch - 10,
      activationEpoch,
      exitEpoch: Infinity,
      withdrawableEpoch: Infinity,
      balanceGwei: 32n * ETHER_GWEI + BigInt(randomInt(1_000_000_000)),
      pendingPartialsGwei: 0n,
      consolidating: false,
    },
    pendingDeposits: [],
  };
});
const assignedGwei = BigInt(KEYS_PER_OPERATOR) * 32n * ETHER_GWEI;
const epochs = Array.from({ length: EPOCHS_PER_FRAME }, (_, i) => ({
  epoch: Math.floor(REF_SLOT / GRID.slotsPerEpoch) - 1 - EPOCHS_PER_FRAME + 1 + i,
  blockRoot: root(),
  network: {
    assignedGwei: 34_000_000n * ETHER_GWEI,
    attestedGwei: 33_900_000n * ETHER_GWEI + BigInt(randomInt(10 ** 9)),
  },
  operators: Array.from({ length: Math.ceil(pool / KEYS_PER_OPERATOR) }, (_, operator) => {
    const attestedGwei = assignedGwei - BigInt(randomInt(20)) * 32n * ETHER_GWEI;
    return { operatorId: operator + 1, weightGwei: attestedGwei, assignedGwei, attestedGwei };
  }),
}));
const snapshot: Snapshot = {
  refSlot: REF_SLOT,
  grid: GRID,
  blockRoot: root(),
  cutoff: { timestamp: 2_000_000, blockHash: root(), blockNumber: 20_000_000 },
  withdrawalCredentials: credentials,
  genesisForkVersion: "0x00000000",
  previous: {
    refSlot: REF_SLOT - GRID.slotsPerFrame,
    cutoffTimestamp: 1_900_000,
    cutoffBlockNumber: 19_990_000,
    withdrawalReceiptsWei: 0n,
    executionReceiptsWei: 0n,
    leaves: [],
  },
  cumulativeFeeShares: 10n ** 20n,
  withdrawalReceiptsWei: 10n ** 21n,
  executionReceiptsWei: 10n ** 20n,
  penalties: {
    epoch: 411_750,
    slashingsGwei: Array.from({ length: 8_192 }, () => 0n),
    totalActiveBalanceGwei: 10n ** 16n,
    slashedLeaving: [],
  },
  unpaidProposals: [],
  validators,
  epochs,
};

const database = await openDatabase({});
await prepareStore(database, { chainId: 1, distribution: "0x01" });
const bytesOf = async (sql: string) => Number((await database.query(sql))[0]?.["bytes"]);
const epochStore = createEpochStore(database);
for (const result of epochs) await epochStore.save(result);
await createInputStore(database).save(snapshot);
const epochBytes = await bytesOf("SELECT pg_total_relation_size('oracle_epochs')::float8 AS bytes");
const inputBytes = await bytesOf("SELECT sum(octet_length(snapshot))::float8 AS bytes FROM oracle_inputs");
const built = buildReport(snapshot);
const performanceBytes = stringifyPerformance(performanceOf(snapshot, built)).length;
await database.close();

process.stdout.write(
  `${JSON.stringify(
    {
      pool,
      operators: epochs[0]?.operators.length,
      epoch: {
        bytes: Math.round(epochBytes / epochs.length),
        yearBytes: Math.round((epochBytes / epochs.length) * EPOCHS_A_YEAR),
      },
      inputs: { bytes: inputBytes, keptBytes: inputBytes * INPUTS_KEPT, yearBytes: inputBytes * 365 },
      performanceFile: { bytes: performanceBytes, yearBytes: performanceBytes * 365 },
    },
    undefined,
    2,
  )}\n`,
);

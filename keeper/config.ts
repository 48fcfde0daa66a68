import { join } from "node:path";

import { parseGwei } from "viem";
import { z } from "zod";

import { identityIn } from "../chain/exits/identity.ts";
import { parseEtherText, weiToGweiExact } from "../chain/units.ts";
import {
  commaList,
  flag,
  hostPortOrOff,
  logFields,
  privateKey,
  readEnvironment,
  urlList,
  wholeNumber,
  type Environment,
} from "../runtime/config.ts";
import type { DatabaseOptions } from "../runtime/database/open.ts";
import { EthStakeError } from "../runtime/errors.ts";
import { DEFAULT_GAS_POLICY } from "./gas-policy.ts";
import { JOB_NAMES, USUAL_JOBS, type JobName } from "./job-names.ts";
import { DEFAULT_POLICY } from "./policy.ts";

const storeSchema = z.object({
  KEEPER_DATA_DIR: z.string().optional().describe("folder of the embedded database, for one replica"),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: "a postgres address is expected" })
    .optional()
    .describe("PostgreSQL server that replicas share"),
});

const schema = z.object({
  EXECUTION_CLIENT_URI: urlList("execution nodes"),
  CONSENSUS_CLIENT_URI: urlList("beacon nodes; the first is asked"),
  DEPLOYMENT_FILE: z.string().describe("the addresses file that deploy wrote"),
  KEEPER_PRIVATE_KEY: privateKey("the account that pays gas; without it nothing is sent").optional(),
  KEEPER_JOBS: z.string().default(USUAL_JOBS.join(",")).transform(parseJobs).describe("comma list of jobs"),
  KEEPER_KEY_BATCH_FOLDER: z.string().optional().describe("folder of private key-batch files, for deposit"),
  KEEPER_EXIT_FOLDER: z.string().optional().describe("folder of signed exits that operators left, for exit"),
  KEEPER_EXIT_IDENTITY: z.string().optional().describe("key of age-keygen that opens sealed exits"),
  KEEPER_EXIT_PASSWORD: z.string().optional().describe("password that opens locked exits"),
  KEEPER_EXIT_WAIT_S: wholeNumber("seconds the chain has to take a published exit").default(
    DEFAULT_POLICY.exitWaitSeconds,
  ),
  KEEPER_ORACLE_PEERS: z.string().default("").transform(commaList).describe("addresses of oracle members, for settle"),
  KEEPER_CLAIM_AFTER_S: wholeNumber("seconds that claimable ether is left to its owner, for claim").default(
    DEFAULT_POLICY.claimAfterSeconds,
  ),
  KEEPER_MAX_CLAIMS: wholeNumber("claims in one run", { min: 1, max: 1_000 }).default(DEFAULT_POLICY.maxClaims),
  KEEPER_INTERVAL_SECONDS: wholeNumber("pause between runs", { min: 1 }).default(60),
  KEEPER_MAX_FEE_PER_GAS_GWEI: z.string().default("100").transform(gweiText).describe("highest price of gas, in gwei"),
  KEEPER_GAS_PERCENTILE: wholeNumber("part of past base fees that counts as cheap, in percent", { max: 100 }).default(
    DEFAULT_GAS_POLICY.percentile,
  ),
  KEEPER_REWARD_BPS: wholeNumber("what staked ether earns in a year, in basis points").default(
    Number(DEFAULT_GAS_POLICY.rewardBps),
  ),
  KEEPER_MAX_RUN_COST_ETH: ether("the most that one run may cost", "0.5"),
  KEEPER_MAX_REQUEST_FEE_ETH: ether("the most for one EIP-7002 request", "0.001"),
  KEEPER_TARGET_ETH: ether("a validator is filled up to this", "2016"),
  KEEPER_STOCK: wholeNumber("proven validators kept ahead of demand").default(DEFAULT_POLICY.stock),
  KEEPER_SETTLE_GRACE_SECONDS: wholeNumber("time left to oracle members").default(DEFAULT_POLICY.settleGraceSeconds),
  ...storeSchema.shape,
  KEEPER_EXIT_MARGIN_S: wholeNumber("seconds kept in hand when exits are ordered").default(
    DEFAULT_POLICY.exitMarginSeconds,
  ),
  KEEPER_STUCK_AFTER_S: wholeNumber("seconds a transaction may wait before it is replaced", { min: 30 }).default(600),
  METRICS_LISTEN: hostPortOrOff("host:port of Prometheus metrics, or off", "127.0.0.1:9001"),
  HEALTH_LISTEN: hostPortOrOff("host:port of the health check, or off", "127.0.0.1:9011"),
  DRY_RUN: flag("decide only, send nothing"),
  ...logFields,
});

export type KeeperConfig = ReturnType<typeof readKeeperConfig>;

/** Reads the environment of a keeper. Everything that it can set is listed here. */
export function readKeeperConfig(env: Environment) {
  const read = readEnvironment(schema, env);
  return {
    executionUrls: read.EXECUTION_CLIENT_URI,
    consensusUrls: read.CONSENSUS_CLIENT_URI,
    deploymentPath: read.DEPLOYMENT_FILE,
    privateKey: read.KEEPER_PRIVATE_KEY,
    jobs: read.KEEPER_JOBS,
    keyBatchFolder: read.KEEPER_KEY_BATCH_FOLDER,
    exitFolder: read.KEEPER_EXIT_FOLDER,
    exitSecrets: { identity: identityOf(read.KEEPER_EXIT_IDENTITY), password: read.KEEPER_EXIT_PASSWORD },
    oraclePeers: read.KEEPER_ORACLE_PEERS,
    intervalSeconds: read.KEEPER_INTERVAL_SECONDS,
    maxFeePerGasWei: read.KEEPER_MAX_FEE_PER_GAS_GWEI,
    maxRunCostWei: read.KEEPER_MAX_RUN_COST_ETH,
    gasPolicy: { percentile: read.KEEPER_GAS_PERCENTILE, rewardBps: BigInt(read.KEEPER_REWARD_BPS) },
    policy: {
      targetGwei: weiToGweiExact(read.KEEPER_TARGET_ETH),
      stock: read.KEEPER_STOCK,
      exitMarginSeconds: read.KEEPER_EXIT_MARGIN_S,
      exitWaitSeconds: read.KEEPER_EXIT_WAIT_S,
      claimAfterSeconds: read.KEEPER_CLAIM_AFTER_S,
      maxClaims: read.KEEPER_MAX_CLAIMS,
      settleGraceSeconds: read.KEEPER_SETTLE_GRACE_SECONDS,
      maxRequestFeeWei: read.KEEPER_MAX_REQUEST_FEE_ETH,
    },
    store: storeOf(read.DATABASE_URL, read.KEEPER_DATA_DIR),
    stuckAfterMs: read.KEEPER_STUCK_AFTER_S * 1000,
    metrics: read.METRICS_LISTEN,
    health: read.HEALTH_LISTEN,
    dryRun: read.DRY_RUN || read.KEEPER_PRIVATE_KEY === undefined,
    logLevel: read.LOG_LEVEL,
    logFormat: read.LOG_FORMAT,
  };
}

/** Where a keeper that runs on keeps what it has sent, when nothing is said of it. */
export const DEFAULT_STORE: DatabaseOptions = { folder: join("data", "keeper", "database") };

function storeOf(url: string | undefined, dataDir: string | undefined): DatabaseOptions | undefined {
  if (url !== undefined) return { url };
  return dataDir === undefined ? undefined : { folder: join(dataDir, "database") };
}

function identityOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const identity = identityIn(text);
  if (identity !== undefined) return identity;
  throw new EthStakeError("CONFIG_INVALID", "Name the file that age-keygen wrote in KEEPER_EXIT_IDENTITY_FILE", {
    details: { names: ["KEEPER_EXIT_IDENTITY"] },
  });
}

/** The part of the environment that says where keepers keep what they have sent. */
export function readKeeperStoreConfig(env: Environment): DatabaseOptions | undefined {
  const read = readEnvironment(storeSchema, env);
  return storeOf(read.DATABASE_URL, read.KEEPER_DATA_DIR);
}

/** The jobs of a comma list; refuses names that are none. */
export function parseJobs(text: string): JobName[] {
  const names = commaList(text);
  const unknown = names.filter((name) => !JOB_NAMES.some((job) => job === name));
  if (unknown.length > 0 || names.length === 0)
    throw new EthStakeError("JOB_UNKNOWN", `Choose jobs out of ${JOB_NAMES.join(", ")} instead of "${text}"`);
  return JOB_NAMES.filter((job) => names.includes(job));
}

function ether(description: string, fallback: string) {
  return z.string().default(fallback).transform(parseEtherText).describe(description);
}

function gweiText(text: string): bigint {
  if (!/^\d+(\.\d{1,9})?$/.test(text))
    throw new EthStakeError("AMOUNT_INVALID", `Give an amount of gwei such as 30 instead of "${text}"`);
  return parseGwei(text);
}

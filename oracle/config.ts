import { getAddress, isAddress } from "viem";
import { z } from "zod";

import {
  commaList,
  flag,
  hostPort,
  hostPortOrOff,
  logFields,
  privateKey,
  readEnvironment,
  urlList,
  wholeNumber,
  type Environment,
} from "../runtime/config.ts";
import { EthStakeError } from "../runtime/errors.ts";
import type { ListenAddress } from "../runtime/http-listener.ts";
import type { LogFormat, LogLevel } from "../runtime/logger.ts";
import type { MemberKey } from "./act/member-account.ts";
import { parseEtherText } from "../chain/units.ts";

/** What an oracle is run with. */
export type OracleConfig = {
  executionUrls: string[];
  consensusUrls: string[];
  deploymentFile: string;
  dataDir: string;
  /** A PostgreSQL server; the embedded database in `dataDir` without it. */
  databaseUrl: string | undefined;
  /** Folder for the files of operators' performance; undefined: none are written. */
  publishDir: string | undefined;
  keepFrames: number;
  keepInputs: number;
  listen: { host: string; port: number };
  peers: string[];
  /** Undefined in a dry run. */
  memberKey: MemberKey | undefined;
  /** Undefined where nobody is told. */
  metrics: ListenAddress | undefined;
  health: ListenAddress | undefined;
  pollMs: number;
  turnSlots: number;
  voteAfterSlots: number;
  verifyStates: boolean;
  /** True when one node is believed. */
  singleNode: boolean;
  /** Undefined where the chain's time is not that of the clock. */
  maxHeadAgeSlots: number | undefined;
  maxCostWei: bigint | undefined;
  /** How long a transaction may wait before another takes its place. */
  stuckAfterMs: number;
  logLevel: LogLevel;
  logFormat: LogFormat;
};

const schema = z.object({
  EXECUTION_CLIENT_URI: urlList("addresses of execution nodes, separated by commas"),
  CONSENSUS_CLIENT_URI: urlList("addresses of beacon nodes of different clients, separated by commas"),
  DEPLOYMENT_FILE: z.string().describe("the addresses file that the deployment wrote"),
  DATA_DIR: z.string().default("data/oracle").describe("folder of the embedded database"),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: "postgres://user:password@host/name is expected" })
    .optional()
    .describe("PostgreSQL server in place of the embedded database"),
  ORACLE_PUBLISH_DIR: z
    .string()
    .optional()
    .describe("folder for a file per frame, by which operators check their part"),
  ORACLE_KEEP_FRAMES: wholeNumber("frames that are kept, with the epochs they judged", { min: 2 }).default(400),
  ORACLE_KEEP_INPUTS: wholeNumber("frames whose inputs are kept, to make their reports again", { min: 1 }).default(35),
  ORACLE_PRIVATE_KEY: privateKey("key of the committee member; without it nothing is signed").optional(),
  ORACLE_KEYSTORE: z.string().optional().describe("keystore file (version 3) of the member's key"),
  ORACLE_KEYSTORE_PASSWORD: z.string().optional().describe("password of the keystore"),
  ORACLE_SIGNER_URL: z
    .url({ protocol: /^https?$/, error: "an http(s) address is expected" })
    .optional()
    .describe("remote signer (Web3Signer, eth1) that holds the member's key"),
  ORACLE_SIGNER_ADDRESS: z
    .string()
    .refine((text) => isAddress(text), "an address is expected")
    .transform((text) => getAddress(text))
    .optional()
    .describe("address of the member whose key the remote signer holds"),
  ORACLE_LISTEN: hostPort("host:port on which peers are served", "127.0.0.1:9020"),
  METRICS_LISTEN: hostPortOrOff("host:port of Prometheus metrics, or off", "127.0.0.1:9000"),
  HEALTH_LISTEN: hostPortOrOff("host:port of the health check, or off", "127.0.0.1:9010"),
  ORACLE_STUCK_AFTER_S: wholeNumber("seconds a transaction may wait before it is replaced", { min: 30 }).default(600),
  ORACLE_PEERS: z
    .string()
    .default("")
    .transform((text) => commaList(text))
    .pipe(z.array(z.url({ protocol: /^https?$/, error: "http(s) addresses are expected" })))
    .describe("addresses of the other members, separated by commas"),
  DRY_RUN: flag("true to build reports and sign nothing; always so without a key"),
  ORACLE_POLL_MS: wholeNumber("milliseconds between two looks at the chain", { min: 10, max: 600_000 }).default(6_000),
  ORACLE_TURN_SLOTS: wholeNumber("slots that each member has to submit before the next one does", {
    min: 1,
  }).default(8),
  ORACLE_VOTE_AFTER_SLOTS: wholeNumber("slots without agreement after which the member votes on chain", {
    min: 1,
  }).default(150),
  ORACLE_VERIFY_STATES: flag("false to believe beacon nodes without hashing their states", true),
  ORACLE_SINGLE_NODE: flag("true to believe one beacon node and one execution node, as nothing else should"),
  ORACLE_MAX_HEAD_AGE_SLOTS: wholeNumber("slots since the newest block of a node after which it is not asked; 0: any", {
    max: 7_200,
  }).optional(),
  ORACLE_MAX_COST_ETH: z.string().optional().describe("the most that one transaction may cost, in ether"),
  ...logFields,
});

/** Reads the configuration of an oracle from the environment. */
export function readOracleConfig(env: Environment): OracleConfig {
  const values = readEnvironment(schema, env);
  return {
    executionUrls: values.EXECUTION_CLIENT_URI,
    consensusUrls: values.CONSENSUS_CLIENT_URI,
    deploymentFile: values.DEPLOYMENT_FILE,
    dataDir: values.DATA_DIR,
    databaseUrl: values.DATABASE_URL,
    publishDir: values.ORACLE_PUBLISH_DIR,
    keepFrames: values.ORACLE_KEEP_FRAMES,
    keepInputs: values.ORACLE_KEEP_INPUTS,
    listen: values.ORACLE_LISTEN,
    metrics: values.METRICS_LISTEN,
    health: values.HEALTH_LISTEN,
    peers: values.ORACLE_PEERS,
    memberKey: values.DRY_RUN ? undefined : memberKeyOf(values),
    pollMs: values.ORACLE_POLL_MS,
    turnSlots: values.ORACLE_TURN_SLOTS,
    voteAfterSlots: values.ORACLE_VOTE_AFTER_SLOTS,
    verifyStates: values.ORACLE_VERIFY_STATES,
    singleNode: values.ORACLE_SINGLE_NODE,
    maxHeadAgeSlots: values.ORACLE_MAX_HEAD_AGE_SLOTS,
    maxCostWei: values.ORACLE_MAX_COST_ETH === undefined ? undefined : parseEtherText(values.ORACLE_MAX_COST_ETH),
    stuckAfterMs: values.ORACLE_STUCK_AFTER_S * 1000,
    logLevel: values.LOG_LEVEL,
    logFormat: values.LOG_FORMAT,
  };
}

function memberKeyOf(values: z.output<typeof schema>): MemberKey | undefined {
  const { ORACLE_PRIVATE_KEY: privateKey, ORACLE_KEYSTORE: file, ORACLE_KEYSTORE_PASSWORD: password } = values;
  const { ORACLE_SIGNER_URL: url, ORACLE_SIGNER_ADDRESS: address } = values;
  const given = [privateKey, file, url].filter((value) => value !== undefined).length;
  if (given > 1) throw invalid("Set one of ORACLE_PRIVATE_KEY, ORACLE_KEYSTORE and ORACLE_SIGNER_URL, not more");
  if (privateKey !== undefined) return { kind: "private-key", privateKey };
  if (file !== undefined) {
    if (password === undefined) throw invalid("Set ORACLE_KEYSTORE_PASSWORD_FILE: the keystore has a password");
    return { kind: "keystore", file, password };
  }
  if (url === undefined) return undefined;
  if (address === undefined) throw invalid("Set ORACLE_SIGNER_ADDRESS: the signer may hold more than one key");
  return { kind: "remote", url, address };
}

function invalid(message: string): EthStakeError {
  return new EthStakeError("CONFIG_INVALID", message);
}

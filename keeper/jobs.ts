import { DEFAULT_POLICY, type KeeperPolicy } from "./policy.ts";
import type { KeeperContext } from "./context.ts";
import type { JobName } from "./job-names.ts";
import { createJob, type Action, type Job, type JobResult } from "./job.ts";
import { actClaim, describeClaim } from "./claim/act.ts";
import { decideClaim, type ClaimIntent } from "./claim/decide.ts";
import { createClaimCursor, readClaim } from "./claim/read.ts";
import { actDeposit, describeDeposit } from "./deposit/act.ts";
import { decideDeposit, type DepositIntent } from "./deposit/decide.ts";
import { readDeposit } from "./deposit/read.ts";
import { actExit, describeExit } from "./exit/act.ts";
import { decideExit, type ExitIntent } from "./exit/decide.ts";
import { readExit } from "./exit/read.ts";
import type { VoluntaryExits } from "./exit/voluntary.ts";
import { actFund, describeFund } from "./fund/act.ts";
import { decideFund, type FundIntent } from "./fund/decide.ts";
import { readFund } from "./fund/read.ts";
import { claimPatience, depositPatience, fundPatience, provePatience } from "./patience.ts";
import { createProver } from "./proofs/prover.ts";
import { actProve, describeProve } from "./prove/act.ts";
import { decideProve, type ProveIntent } from "./prove/decide.ts";
import { readProve } from "./prove/read.ts";
import { actSettle, describeSettle } from "./settle/act.ts";
import { decideSettle, type SettleIntent } from "./settle/decide.ts";
import { readSettle } from "./settle/read.ts";
import type { SpendLimit } from "./spend-limit.ts";
import { actStale, describeStale } from "./stale/act.ts";
import { decideStale, type StaleIntent } from "./stale/decide.ts";
import { readStale } from "./stale/read.ts";
import { actWitness, describeWitness } from "./witness/act.ts";
import { decideWitness, type WitnessIntent } from "./witness/decide.ts";
import { readWitness } from "./witness/read.ts";

type Intents = {
  settle: SettleIntent;
  stale: StaleIntent;
  witness: WitnessIntent;
  prove: ProveIntent;
  fund: FundIntent;
  deposit: DepositIntent;
  exit: ExitIntent;
  claim: ClaimIntent;
};
/** A transaction that a keeper sent, or would have sent. Tell them apart by `job`. */
export type KeeperAction = { [Name in JobName]: Action<Name, Intents[Name]> }[JobName];
export type KeeperJobResult = { [Name in JobName]: JobResult<Name, Intents[Name]> }[JobName];
export type KeeperJobs = { readonly [Name in JobName]: Job<Name, Intents[Name]> };

export type JobOptions = {
  /** What a job of this name reads from and sends with. */
  contextOf: (job: JobName) => KeeperContext;
  limit: SpendLimit;
  policy?: Partial<KeeperPolicy>;
  /** Folder of private key-batch files; without it nothing is predeposited. */
  keyBatchFolder?: string | undefined;
  /** Addresses of oracle members; without any nothing is settled. */
  oraclePeers?: readonly string[];
  /** Signed exits that operators left with us; without them every exit is a request. */
  voluntary?: VoluntaryExits | undefined;
  signal?: AbortSignal | undefined;
};

/** Wires the parts of every job. */
export function createJobs({
  contextOf,
  limit,
  keyBatchFolder,
  oraclePeers = [],
  voluntary,
  signal,
  ...rest
}: JobOptions): KeeperJobs {
  const policy = { ...DEFAULT_POLICY, ...rest.policy };
  const { beacon, logger } = contextOf("settle");
  const prover = createProver(beacon);
  const cursor = createClaimCursor();
  const shared = { limit, logger };
  return {
    settle: createJob({
      name: "settle",
      read: () =>
        readSettle(contextOf("settle"), { peers: oraclePeers, graceSeconds: policy.settleGraceSeconds, signal }),
      decide: decideSettle,
      describe: describeSettle,
      act: (intent) => actSettle(contextOf("settle"), intent),
      ...shared,
    }),
    stale: createJob({
      name: "stale",
      read: () => readStale(contextOf("stale")),
      decide: decideStale,
      describe: describeStale,
      act: (intent) => actStale(contextOf("stale"), intent),
      ...shared,
    }),
    witness: createJob({
      name: "witness",
      read: () => readWitness(contextOf("witness")),
      decide: (snapshot) => decideWitness(snapshot, policy),
      describe: describeWitness,
      act: (intent) => actWitness(contextOf("witness"), prover, intent),
      ...shared,
    }),
    prove: createJob({
      name: "prove",
      read: () => readProve(contextOf("prove")),
      decide: (snapshot) => decideProve(snapshot, policy),
      describe: describeProve,
      patience: provePatience,
      act: (intent) => actProve(contextOf("prove"), prover, intent),
      ...shared,
    }),
    fund: createJob({
      name: "fund",
      read: () => readFund(contextOf("fund")),
      decide: (snapshot) => decideFund(snapshot, policy),
      describe: describeFund,
      patience: fundPatience,
      act: (intent) => actFund(contextOf("fund"), prover, intent),
      ...shared,
    }),
    deposit: createJob({
      name: "deposit",
      read: () => readDeposit(contextOf("deposit"), keyBatchFolder),
      decide: (snapshot) => decideDeposit(snapshot, policy),
      describe: describeDeposit,
      patience: depositPatience,
      act: (intent) => actDeposit(contextOf("deposit"), intent),
      ...shared,
    }),
    exit: createJob({
      name: "exit",
      read: () => readExit(contextOf("exit"), prover, voluntary),
      decide: (snapshot) => decideExit(snapshot, policy),
      describe: describeExit,
      costsGas: ({ kind }) => kind !== "publish",
      standsAlone: ({ kind }) => kind === "publish",
      act: (intent) => actExit(contextOf("exit"), prover, policy, voluntary, intent),
      ...shared,
    }),
    claim: createJob({
      name: "claim",
      read: () => readClaim(contextOf("claim"), policy, cursor),
      decide: (snapshot) => decideClaim(snapshot, policy),
      describe: describeClaim,
      patience: claimPatience,
      // What one receiver does to us is nothing to the others.
      standsAlone: () => true,
      act: (intent) => actClaim(contextOf("claim"), intent),
      ...shared,
    }),
  };
}

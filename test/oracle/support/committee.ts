// Three members in one process, with real HTTP between them, on a chain that is a handful of numbers.
import { keccak256, numberToHex, sliceHex, size, zeroHash, type Address, type Hex } from "viem";
import { privateKeyToAccount, type PrivateKeyAccount } from "viem/accounts";

import { reportIdOf } from "../../../chain/report/encoding.ts";
import type { BrokenBound } from "../../../chain/report/bounds.ts";
import type { ReportId } from "../../../chain/report/report.ts";
import { recoverSigner } from "../../../chain/report/signatures.ts";
import { reportDigest } from "../../../chain/report/typed-data.ts";
import { createPeer } from "../../../oracle/act/peers.ts";
import type { OracleSender } from "../../../oracle/act/sender.ts";
import { startExchangeServer, type Exchange } from "../../../oracle/act/server.ts";
import type { HttpListener } from "../../../runtime/http-listener.ts";
import type { Snapshot } from "../../../oracle/decide/snapshot.ts";
import { createMember, type Member, type MemberOptions } from "../../../oracle/member.ts";
import type { NamedReading, OracleChain } from "../../../oracle/read/oracle-chain.ts";
import { createFrameStore, type FrameStore } from "../../../oracle/store/frame-store.ts";
import { emptyStore } from "./database.ts";
import { EthStakeError } from "../../../runtime/errors.ts";
import { createLogger } from "../../../runtime/logger.ts";
import { epochResults, GRID, operatorEpoch, ourValidator, snapshot } from "./snapshots.ts";

export const CHAIN_ID = 32382;
export const COMMITTEE: Address = "0x5FbDB2315678afecb367f032d93F642f64180aa3";
export const QUORUM = 2;
export const TURN_SECONDS = 36;
export const VOTE_AFTER_SECONDS = 600;

/** What the contracts would remember. */
export type FakeChain = {
  time: number;
  finalizedSlot: number;
  lastRefSlot: number;
  isConfirmed: boolean;
  suspended: Set<Address>;
  votes: Map<Address, { refSlot: bigint; digest: Hex }>;
  /** Every settlement that was sent, also those that failed. */
  sent: { member: Address; refSlot: number; ok: boolean }[];
  snapshotsRead: number;
  /** Members with a transaction that waits. */
  pending: Set<Address>;
  /** Bounds of the contract that every report breaks. */
  broken: BrokenBound[];
  /** Why every report would be held for review. */
  reviewReason: string | undefined;
};

export type TestMember = Member & {
  account: PrivateKeyAccount;
  url: string;
  logs: Record<string, unknown>[];
  /** Ends its server and forgets all that is in memory. */
  kill(): Promise<void>;
};

export type TestCommittee = {
  chain: FakeChain;
  members: TestMember[];
  /** Starts a member anew on its old folder and address. */
  restart(index: number, changes?: MemberChanges): Promise<TestMember>;
  stepAll(): Promise<void>;
  close(): Promise<void>;
};
/** How a member differs from the others: another view of the chain, or no key. */
export type MemberChanges = {
  change?: (snapshot: Snapshot) => Snapshot;
  dryRun?: boolean;
  /** Nobody is reached from here. */
  alone?: boolean;
  /** Stands between the member and all that it awaits. */
  wrap?: (parts: MemberParts) => MemberParts;
};
export type MemberParts = {
  chain: OracleChain;
  frames: FrameStore;
  inputs: MemberOptions["inputs"];
  sender: OracleSender;
};

const accounts = [11, 12, 13]
  .map((seed) => privateKeyToAccount(keccak256(numberToHex(seed))))
  .sort((a, b) => (a.address.toLowerCase() < b.address.toLowerCase() ? -1 : 1));
const members = accounts.map(({ address }) => address);

/** Starts three members, at the end of frame 3. */
export async function startCommittee(changes: Record<number, MemberChanges> = {}): Promise<TestCommittee> {
  const database = await emptyStore();
  const chain: FakeChain = {
    time: 50_000,
    finalizedSlot: 128,
    lastRefSlot: 95,
    isConfirmed: true,
    suspended: new Set(),
    votes: new Map(),
    sent: [],
    snapshotsRead: 0,
    pending: new Set(),
    broken: [],
    reviewReason: undefined,
  };
  const running: TestMember[] = [];
  const ports = new Map<number, number>();

  // Addresses are needed before members: the servers begin with members that are not there yet.
  const holders = accounts.map(() => ({ exchange: undefined as Exchange | undefined }));
  const servers: HttpListener[] = [];
  for (const holder of holders) servers.push(await listen(holder, 0));
  servers.forEach((server, i) => ports.set(i, Number(new URL(server.url).port)));
  const urls = servers.map(({ url }) => url);

  const start = async (index: number, memberChanges: MemberChanges = {}) => {
    const account = accounts[index];
    const holder = holders[index];
    if (account === undefined || holder === undefined) throw new Error(`no member ${index}`);
    servers[index] ??= await listen(holder, ports.get(index) ?? 0);
    const logs: Record<string, unknown>[] = [];
    const { sender, ...parts } = (memberChanges.wrap ?? ((same) => same))({
      chain: fakeReader(chain, memberChanges.change),
      frames: createFrameStore(database, account.address),
      inputs: { save: async () => undefined },
      sender: fakeSender(chain, account),
    });
    const member = createMember({
      ...parts,
      publish: async () => undefined,
      retain: async () => undefined,
      peers: memberChanges.alone
        ? []
        : urls.filter((_, i) => i !== index).map((url) => createPeer(url, { timeoutMs: 2_000 })),
      signer: memberChanges.dryRun ? undefined : { account, sender },
      grid: GRID,
      chainId: CHAIN_ID,
      turnSeconds: TURN_SECONDS,
      voteAfterSeconds: VOTE_AFTER_SECONDS,
      singleNode: false,
      metrics: { reportBuilt: () => undefined },
      logger: createLogger({ format: "json", write: (line) => void logs.push(JSON.parse(line) as never) }),
    });
    holder.exchange = member;
    const kill = async () => {
      await servers[index]?.close();
      delete servers[index];
      holder.exchange = undefined;
    };
    return Object.assign(member, { account, url: urls[index] ?? "", logs, kill });
  };
  for (const index of accounts.keys()) running.push(await start(index, changes[index]));

  return {
    chain,
    members: running,
    restart: async (index, memberChanges) => {
      await running[index]?.kill();
      return (running[index] = await start(index, memberChanges));
    },
    stepAll: async () => {
      for (const [i, member] of running.entries()) if (servers[i] !== undefined) await member.step();
    },
    close: async () => {
      await Promise.all(servers.map((server) => server?.close()));
    },
  };
}

function listen(holder: { exchange: Exchange | undefined }, port: number): Promise<HttpListener> {
  const exchange = () => {
    if (holder.exchange === undefined) throw new EthStakeError("REPORT_UNKNOWN", "not there yet");
    return holder.exchange;
  };
  const lazy: Exchange = {
    published: async (refSlot) => exchange().published(refSlot),
    accept: async (message) => exchange().accept(message),
    status: () => exchange().status(),
  };
  return startExchangeServer(lazy, { host: "127.0.0.1", port, logger: createLogger({ level: "silent" }) });
}

/** What a view of that client says. */
export function reading(given: Snapshot, consensusClient: string): NamedReading {
  const source = `beacon of ${consensusClient}`;
  return { source, consensusClient, executionNode: source, stateRoot: given.blockRoot, snapshot: given };
}

function fakeReader(chain: FakeChain, change: (snapshot: Snapshot) => Snapshot = (same) => same): OracleChain {
  return {
    progress: async () => ({
      finalizedEpoch: Math.floor(chain.finalizedSlot / GRID.slotsPerEpoch),
      finalizedSlot: chain.finalizedSlot,
      settled: undefined,
      lastRefSlot: chain.lastRefSlot,
      isConfirmed: chain.isConfirmed,
    }),
    readings: async (refSlot, { lastRefSlot }) => {
      chain.snapshotsRead++;
      const given = snapshot({
        refSlot,
        cumulativeFeeShares: 10n ** 18n,
        // Stands for all that depends on which frame was settled before.
        executionReceiptsWei: BigInt(lastRefSlot),
        validators: [ourValidator(1), ourValidator(2, { operatorId: 2 })],
        epochs: epochResults(0, 40, () => [operatorEpoch(1, 32, 32), operatorEpoch(2, 32, 32)]),
      });
      const changed = change({ ...given, previous: { ...given.previous, refSlot: lastRefSlot } });
      return [reading(changed, "lodestar"), reading(changed, "teku")];
    },
    committee: async () => ({
      address: COMMITTEE,
      members,
      active: members.filter((member) => !chain.suspended.has(member)),
      quorum: QUORUM,
    }),
    digestOf: async (committee, id) => reportDigest({ chainId: CHAIN_ID, committee }, id),
    lastRefSlot: async () => chain.lastRefSlot,
    chainTime: async () => chain.time,
    collectNewEpochs: async () => undefined,
    gaps: () => 0,
  };
}

function fakeSender(chain: FakeChain, { address }: PrivateKeyAccount): OracleSender {
  const isAgreed = async (committee: Address, id: ReportId, signatures: Hex) => {
    const digest = reportDigest({ chainId: CHAIN_ID, committee }, id);
    const agreed = new Set<Address>();
    let previous = 0n;
    for (let at = 0; at < size(signatures); at += 65) {
      const signer = await recoverSigner(digest, sliceHex(signatures, at, at + 65));
      if (BigInt(signer) <= previous || !members.includes(signer) || chain.suspended.has(signer))
        throw new EthStakeError("CONTRACT_REVERTED", "SignerNotAccepted");
      previous = BigInt(signer);
      agreed.add(signer);
    }
    for (const [member, vote] of chain.votes)
      if (vote.digest === digest && !chain.suspended.has(member)) agreed.add(member);
    return agreed.size >= QUORUM;
  };
  return {
    isAgreed,
    settle: async (report, signatures) => {
      const refSlot = Number(report.refSlot);
      const isNext = refSlot > chain.lastRefSlot && Number(report.previousRefSlot) === chain.lastRefSlot;
      const ok = isNext && (await isAgreed(COMMITTEE, reportIdOf(report), signatures));
      chain.sent.push({ member: address, refSlot, ok });
      if (!ok) throw new EthStakeError("CONTRACT_REVERTED", "FrameSettled, BuiltOnOther or NoAgreement");
      chain.lastRefSlot = refSlot;
      return keccak256(numberToHex(refSlot));
    },
    vote: async (committee, id) => {
      chain.votes.set(address, { refSlot: id.refSlot, digest: reportDigest({ chainId: CHAIN_ID, committee }, id) });
      return keccak256(numberToHex(1));
    },
    lastVote: async () => {
      const { refSlot, digest } = chain.votes.get(address) ?? { refSlot: 0n, digest: zeroHash };
      return { refSlot, digestPrefix: sliceHex(digest, 0, 24) };
    },
    hasPending: async () => chain.pending.has(address),
    balanceWei: async () => 10n ** 18n,
    foresee: async () => ({ broken: chain.broken, reviewReason: chain.reviewReason }),
  };
}

import { readOperators } from "../../chain/protocol/operators.ts";
import { readBooks, type Books } from "../network/ledger/balance-sheet.ts";
import { readGas, type GasTable } from "../network/ledger/gas.ts";
import { checkInvariants, type InvariantCheck } from "../network/ledger/invariants.ts";
import { createLedgerMemory } from "../network/ledger/memory.ts";
import { operators, stakers } from "./people.ts";
import type { Stage } from "../network/stage.ts";

export type StakerResult = {
  name: string;
  stakedWei: bigint;
  claimedWei: bigint;
  shares: bigint;
  valueWei: bigint;
  /** Value and claims less the stake. */
  gainWei: bigint;
};

export type OperatorResult = {
  name: string;
  operatorId: number;
  bondedWei: bigint;
  bondWei: bigint;
  burnedShares: bigint;
  lockedShares: bigint;
  claimedFeeShares: bigint;
  fundedGwei: bigint;
};

/** What the main job shows at its end. */
export type Result = {
  books: Books;
  stakers: StakerResult[];
  operators: OperatorResult[];
  gas: GasTable;
  invariants: InvariantCheck[];
  /** Ether per 1e18 shares, in wei. */
  rateBefore: bigint;
  rateAfter: bigint;
  rateFromBeacon: bigint;
  frames: number;
  ok: boolean;
};

const SHARE = 10n ** 18n;
const RAY = 10n ** 27n;

/** Adds everything up, at the newest block. */
export async function readResult(stage: Stage, rateBefore: bigint): Promise<Result> {
  const memory = createLedgerMemory(stage.deployment);
  const books = await readBooks(stage, memory);
  const { blockNumber, events, rate } = books;
  const invariants = await checkInvariants(stage, books, memory);
  const rateAfter = (rate.contractRay * SHARE) / RAY;
  const rateFromBeacon = (rate.beaconRay * SHARE) / RAY;
  return {
    books,
    stakers: await readStakers(stage, books),
    operators: await readOperatorResults(stage, books),
    gas: await readGas(stage, blockNumber),
    invariants,
    rateBefore,
    rateAfter,
    rateFromBeacon,
    frames: events.settlements.length,
    ok: invariants.every(({ held }) => held) && rateAfter > rateBefore && rateAfter === rateFromBeacon,
  };
}

async function readStakers({ protocol }: Stage, { blockNumber, events }: Books): Promise<StakerResult[]> {
  const claims = await claimsByReceiver({ protocol }, blockNumber);
  return Promise.all(
    stakers.map(async ({ name, address }) => {
      const shares = await protocol.token.read.balanceOf([address], { blockNumber });
      const valueWei = await protocol.pool.read.convertToAssets([shares], { blockNumber });
      const stakedWei = events.stakedBy.get(address) ?? 0n;
      const claimedWei = claims.get(address) ?? 0n;
      return { name, stakedWei, claimedWei, shares, valueWei, gainWei: valueWei + claimedWei - stakedWei };
    }),
  );
}

async function claimsByReceiver({ protocol }: Pick<Stage, "protocol">, toBlock: bigint): Promise<Map<string, bigint>> {
  const events = await protocol.client.getContractEvents({
    address: protocol.queue.address,
    abi: protocol.queue.abi,
    eventName: "Claimed",
    strict: true,
    fromBlock: 0n,
    toBlock,
  });
  const claims = new Map<string, bigint>();
  for (const { args } of events) claims.set(args.receiver, (claims.get(args.receiver) ?? 0n) + args.amountWei);
  return claims;
}

async function readOperatorResults({ protocol }: Stage, { blockNumber }: Books): Promise<OperatorResult[]> {
  const { client, registry } = protocol;
  const range = {
    address: registry.address,
    abi: registry.abi,
    strict: true,
    fromBlock: 0n,
    toBlock: blockNumber,
  } as const;
  const added = await client.getContractEvents({ ...range, eventName: "BondAdded" });
  const { address, abi } = protocol.pool;
  const slashed = await client.getContractEvents({ ...range, address, abi, eventName: "OperatorSlashed" });
  const records = await readOperators(protocol, blockNumber);
  return Promise.all(
    records.map(async (record, i) => {
      const { operatorId, bondShares, lockedShares, fundedGwei } = record;
      const of = <T extends { args: { operatorId: number } }>(logs: T[]) =>
        logs.filter(({ args }) => args.operatorId === operatorId);
      return {
        name: operators[i]?.name ?? record.name,
        operatorId,
        bondedWei: of(added).reduce((total, { args }) => total + args.amountWei, 0n),
        bondWei: await protocol.pool.read.convertToAssets([bondShares], { blockNumber }),
        burnedShares: of(slashed).reduce((total, { args }) => total + args.shares, 0n),
        lockedShares,
        claimedFeeShares: await protocol.distribution.read.claimedShares([operatorId], { blockNumber }),
        fundedGwei,
      };
    }),
  );
}

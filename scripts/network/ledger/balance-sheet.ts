import { gweiToWei } from "../../../chain/units.ts";
import type { Stage } from "../stage.ts";
import { readBeaconBook, readPayloads, type BeaconBook, type PayloadBook } from "./beacon-book.ts";
import { readEventBook, sum, type EventBook } from "./events.ts";
import type { LedgerMemory } from "./memory.ts";
import { readUnbooked, type Unbooked } from "./unbooked.ts";

export type Line = { name: string; amountWei: bigint };

/** Where every wei came from and where it is. The two sides are read from different places. */
export type BalanceSheet = {
  from: Line[];
  at: Line[];
  differenceWei: bigint;
  /** What the beacon chain holds and has paid, less what it was given: its own word for our consensus rewards. */
  beaconRewardsWei: bigint;
  /** The contracts' word for the same. */
  settledRewardsWei: bigint;
};

/** All that the protocol is judged by at a block. */
export type Books = {
  blockNumber: bigint;
  refSlot: number;
  events: EventBook;
  beacon: BeaconBook;
  payloads: PayloadBook;
  unbooked: Unbooked;
  sheet: BalanceSheet;
  rate: RateCheck;
};

/** The rate that the contracts say, beside the rate that follows from what the beacon chain holds. */
export type RateCheck = {
  blockNumber: bigint;
  contractRay: bigint;
  beaconRay: bigint;
  pooledWei: bigint;
  pooledFromBeaconWei: bigint;
};

type Readings = Pick<Books, "blockNumber" | "events" | "beacon" | "payloads" | "unbooked"> & { cutoff: bigint };

const RAY = 10n ** 27n;

/** Reads both sides at the newest block. */
export async function readBooks(stage: Stage, memory: LedgerMemory): Promise<Books> {
  const { protocol } = stage;
  const blockNumber = await protocol.client.getBlockNumber({ cacheTime: 0 });
  const refSlot = Number(await protocol.distribution.read.lastRefSlot({ blockNumber }));
  const events = await readEventBook(stage, memory, blockNumber);
  const beacon = await readBeaconBook(stage, refSlot, [...new Set(events.deposits.map(({ pubkey }) => pubkey))]);
  const payloads = await readPayloads(stage, memory, refSlot);
  const cutoff = await cutoffBlock(stage, events);
  const unbooked = readUnbooked(stage, { events, beacon, payloads, cutoff, gifts: memory.gifts });
  const readings = { blockNumber, events, beacon, payloads, unbooked, cutoff };
  const sheet = await readSheet(stage, memory, readings);
  const rate = await readRate(stage, memory, readings);
  return { blockNumber, refSlot, events, beacon, payloads, unbooked, sheet, rate };
}

async function readSheet(stage: Stage, memory: LedgerMemory, readings: Readings): Promise<BalanceSheet> {
  const { blockNumber, events, beacon, payloads, unbooked, cutoff } = readings;
  const [poolWei, queueWei] = await Promise.all([
    ownBalance(stage, memory, "pool", blockNumber),
    ownBalance(stage, memory, "queue", blockNumber),
  ]);
  const depositedGwei = sum(events.deposits.map(({ amountGwei }) => amountGwei));
  const depositedAtCutoffGwei = sum(
    events.deposits.filter((deposit) => deposit.blockNumber <= cutoff).map(({ amountGwei }) => amountGwei),
  );
  const settled = events.settlements.map(({ args }) => args.settlement);
  const tipsWei = sum(settled.map(({ executionRewardsWei }) => executionRewardsWei));
  const settledRewardsWei = sum(settled.map(({ rewardsWei }) => rewardsWei)) - tipsWei;
  // This side is what the contracts believe; the other is where the ether is found.
  const from: Line[] = [
    { name: "staked (stakers, bonds, the locked first ether)", amountWei: events.stakedWei },
    { name: "consensus rewards less penalties, as settled", amountWei: settledRewardsWei },
    { name: "tips, as settled", amountWei: tipsWei },
    { name: "on the beacon chain, and not booked (penalties ahead, deferred)", amountWei: unbooked.balanceWei },
  ];
  const where: Line[] = [
    { name: "pool: buffer", amountWei: poolWei },
    { name: "queue: owed to finalised requests, and surplus", amountWei: queueWei },
    { name: "validators: balances on the beacon chain", amountWei: gweiToWei(beacon.balancesGwei) },
    { name: "validators: deposits that wait on the beacon chain", amountWei: gweiToWei(beacon.pendingGwei) },
    { name: "deposits after the cut-off", amountWei: gweiToWei(depositedGwei - depositedAtCutoffGwei) },
    { name: "paid to stakers", amountWei: events.claimedWei },
  ];
  const total = (lines: readonly Line[]) => sum(lines.map(({ amountWei }) => amountWei));
  const beaconRewardsGwei = beacon.balancesGwei + beacon.pendingGwei + payloads.withdrawnGwei - depositedAtCutoffGwei;
  return {
    from,
    at: where,
    differenceWei: total(from) - total(where),
    beaconRewardsWei: gweiToWei(beaconRewardsGwei) + unbooked.giftsWei - unbooked.balanceWei - unbooked.inVaultWei,
    settledRewardsWei,
  };
}

/** The rate at the newest block, against the pool's own ether plus what the beacon chain held at the cut-off. */
async function readRate(stage: Stage, memory: LedgerMemory, readings: Readings): Promise<RateCheck> {
  const { blockNumber, events, beacon, unbooked, cutoff } = readings;
  const { pool } = stage.protocol;
  const [pooledWei, totalShares, bufferWei] = await Promise.all([
    pool.read.totalPooledEther({ blockNumber }),
    pool.read.totalShares({ blockNumber }),
    ownBalance(stage, memory, "pool", blockNumber),
  ]);
  const laterGwei = sum(
    events.deposits.filter((deposit) => deposit.blockNumber > cutoff).map(({ amountGwei }) => amountGwei),
  );
  const onBeaconWei = gweiToWei(beacon.balancesGwei + beacon.pendingGwei + laterGwei) - unbooked.balanceWei;
  const pooledFromBeaconWei = bufferWei + onBeaconWei;
  return {
    blockNumber,
    contractRay: (pooledWei * RAY) / totalShares,
    beaconRay: (pooledFromBeaconWei * RAY) / totalShares,
    pooledWei,
    pooledFromBeaconWei,
  };
}

/** What a contract holds, less what was forced upon it. */
export async function ownBalance(
  { protocol }: Stage,
  { gifts }: LedgerMemory,
  name: "pool" | "queue",
  blockNumber: bigint,
): Promise<bigint> {
  const { address } = protocol[name];
  const balanceWei = await protocol.client.getBalance({ address, blockNumber });
  const forced = gifts.filter((gift) => gift.to === address && gift.blockNumber <= blockNumber);
  return balanceWei - sum(forced.map(({ amountWei }) => amountWei));
}

/** Number of the execution block that the last settled report ends with. */
async function cutoffBlock({ protocol }: Stage, { settlements }: EventBook): Promise<bigint> {
  const last = settlements.at(-1);
  if (last === undefined) throw new Error("No frame was settled");
  const block = await protocol.client.getBlock({ blockHash: last.args.report.cutoffBlockHash });
  return block.number;
}

import { gweiToWei } from "../../../chain/units.ts";
import type { Stage } from "../stage.ts";
import { readBeaconBook, readPayloads, type BeaconBook, type PayloadBook } from "./beacon-book.ts";
import { readEventBook, sum, type EventBook } from "./events.ts";

export type Line = { name: string; amountWei: bigint };

/** Where every wei came from and where it is. The two sides are read from different places. */
export type BalanceSheet = {
  from: Line[];
  at: Line[];
  differenceWei: bigint;
  /** What the beacon chain holds and has paid, less what it was given: its own word for our consensus rewards. */
  beaconRewardsWei: bigint;
};

/** All that the end of the main job is judged by. */
export type Books = {
  blockNumber: bigint;
  refSlot: number;
  events: EventBook;
  beacon: BeaconBook;
  payloads: PayloadBook;
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

const RAY = 10n ** 27n;

/** Reads both sides at the newest block. */
export async function readBooks(stage: Stage): Promise<Books> {
  const { protocol } = stage;
  const blockNumber = await protocol.client.getBlockNumber({ cacheTime: 0 });
  const refSlot = Number(await protocol.distribution.read.lastRefSlot({ blockNumber }));
  const events = await readEventBook(stage, blockNumber);
  const beacon = await readBeaconBook(stage, refSlot, [...new Set(events.deposits.map(({ pubkey }) => pubkey))]);
  const payloads = await readPayloads(stage, refSlot);
  const sheet = await readSheet(stage, blockNumber, events, beacon, payloads);
  const rate = await readRate(stage, blockNumber, events, beacon);
  return { blockNumber, refSlot, events, beacon, payloads, sheet, rate };
}

async function readSheet(
  stage: Stage,
  blockNumber: bigint,
  events: EventBook,
  beacon: BeaconBook,
  payloads: PayloadBook,
): Promise<BalanceSheet> {
  const { protocol } = stage;
  const { client, pool, queue } = protocol;
  const at = { blockNumber };
  const cutoff = await cutoffBlock(stage);
  const [poolWei, queueWei] = await Promise.all([
    client.getBalance({ address: pool.address, ...at }),
    client.getBalance({ address: queue.address, ...at }),
  ]);
  const depositedGwei = sum(events.deposits.map(({ amountGwei }) => amountGwei));
  const depositedAtCutoffGwei = sum(
    events.deposits.filter((deposit) => deposit.blockNumber <= cutoff).map(({ amountGwei }) => amountGwei),
  );
  const settled = events.settlements.map(({ args }) => args.settlement);
  const tipsWei = sum(settled.map(({ executionRewardsWei }) => executionRewardsWei));
  const rewardsWei = sum(settled.map((settlement) => settlement.rewardsWei));
  // This side is what the contracts believe; the other is where the ether is found.
  const from: Line[] = [
    { name: "staked (stakers, bonds, the locked first ether)", amountWei: events.stakedWei },
    { name: "consensus rewards less penalties, as settled", amountWei: rewardsWei - tipsWei },
    { name: "tips, as settled", amountWei: tipsWei },
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
    beaconRewardsWei: gweiToWei(beaconRewardsGwei),
  };
}

/** The rate at the newest block, against the pool's own ether plus what the beacon chain held at the cut-off. */
async function readRate(stage: Stage, blockNumber: bigint, events: EventBook, beacon: BeaconBook): Promise<RateCheck> {
  const { client, pool } = stage.protocol;
  const cutoff = await cutoffBlock(stage);
  const [pooledWei, totalShares, bufferWei] = await Promise.all([
    pool.read.totalPooledEther({ blockNumber }),
    pool.read.totalShares({ blockNumber }),
    client.getBalance({ address: pool.address, blockNumber }),
  ]);
  const laterGwei = sum(
    events.deposits.filter((deposit) => deposit.blockNumber > cutoff).map(({ amountGwei }) => amountGwei),
  );
  const pooledFromBeaconWei = bufferWei + gweiToWei(beacon.balancesGwei + beacon.pendingGwei + laterGwei);
  return {
    blockNumber,
    contractRay: (pooledWei * RAY) / totalShares,
    beaconRay: (pooledFromBeaconWei * RAY) / totalShares,
    pooledWei,
    pooledFromBeaconWei,
  };
}

/** Number of the execution block that the last settled report ends with. */
async function cutoffBlock({ protocol, deployment }: Stage): Promise<bigint> {
  const settled = await protocol.client.getContractEvents({
    address: protocol.distribution.address,
    abi: protocol.distribution.abi,
    eventName: "RewardSettled",
    strict: true,
    fromBlock: BigInt(deployment.deployedAtBlock),
  });
  const last = settled.at(-1);
  if (last === undefined) throw new Error("No frame was settled");
  const block = await protocol.client.getBlock({ blockHash: last.args.report.cutoffBlockHash });
  return block.number;
}

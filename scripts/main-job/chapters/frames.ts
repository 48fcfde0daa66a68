import { formatWei } from "../../../chain/units.ts";
import { advanceUntil, type Stage } from "../../network/stage.ts";

const MAX_SLOTS = 300;

/** Lets slots pass until a frame that ends at or after a slot is settled; says what each settlement did. */
export async function settleThrough(stage: Stage, slot: number): Promise<void> {
  let seen = await lastRefSlot(stage);
  await advanceUntil(
    stage,
    `the frame of slot ${slot} is settled`,
    async () => {
      const last = await lastRefSlot(stage);
      if (last > seen) await describe(stage, last);
      seen = last;
      return last >= slot;
    },
    MAX_SLOTS,
  );
}

/** Settles the frame that is running. */
export async function settleRunningFrame(stage: Stage): Promise<void> {
  await settleThrough(stage, await endOfFrame(stage, stage.net.slot()));
}

/** Last slot of the frame that holds a slot. */
export async function endOfFrame({ protocol }: Stage, slot: number): Promise<number> {
  const slotsPerFrame = Number(await protocol.distribution.read.slotsPerFrame());
  return (Math.floor(slot / slotsPerFrame) + 1) * slotsPerFrame - 1;
}

/** Reference slot of the last settled report. */
export async function lastRefSlot({ protocol }: Stage): Promise<number> {
  return Number(await protocol.distribution.read.lastRefSlot());
}

async function describe({ protocol, deployment, timeline }: Stage, refSlot: number): Promise<void> {
  const events = await protocol.client.getContractEvents({
    address: protocol.distribution.address,
    abi: protocol.distribution.abi,
    eventName: "RewardSettled",
    args: { refSlot: BigInt(refSlot) },
    strict: true,
    fromBlock: BigInt(deployment.deployedAtBlock),
  });
  const settled = events.at(-1)?.args;
  if (settled === undefined) return;
  const { rewardsWei, executionRewardsWei, burnedShares, finalizedWei } = settled.settlement;
  const rate = await protocol.pool.read.ethPerShare();
  const parts = [
    `rewards ${formatWei(rewardsWei, 6)} ETH (tips ${formatWei(executionRewardsWei, 6)})`,
    ...settled.report.breaches.map(
      ({ operatorId, uptimePpm }) => `operator ${operatorId} at ${uptimePpm / 10_000} % uptime: bond locked`,
    ),
    ...(burnedShares > 0n ? [`${formatWei(burnedShares, 6)} bonded shares burned`] : []),
    ...(finalizedWei > 0n ? [`${formatWei(finalizedWei, 6)} ETH set aside for withdrawals`] : []),
    `one share ${formatWei(rate, 9)} ETH`,
  ];
  timeline.say(`frame of slot ${refSlot} settled: ${parts.join("; ")}`);
}

import { formatGwei, formatWei } from "../../../chain/units.ts";
import { ethstake } from "../../network/commands.ts";
import { operators, stakers, type StakerPerson } from "../people.ts";
import { advanceUntil, type Stage } from "../../network/stage.ts";
import { lastRefSlot, settleThrough } from "./frames.ts";
import { keep } from "./keepers.ts";
import { poolValidators } from "./validators.ts";

const MAX_FRAMES = 6;

/** Who leaves, and with how much: more than the buffer holds. */
const leaving: { who: string; argv: string[] }[] = [
  { who: "Ada", argv: ["withdraw", "--all"] },
  { who: "Dan", argv: ["withdraw", "--amount", "80"] },
];

/** Two stakers ask for their ether. */
export async function askForEther(stage: Stage): Promise<void> {
  const { protocol, timeline } = stage;
  for (const { who, argv } of leaving) {
    await ethstake(stage, personOf(who), argv);
    timeline.say(`${who} asked for ether: ethstake ${argv.join(" ")}`);
  }
  const [wantedWei, bufferWei] = await Promise.all([
    protocol.queue.read.unfinalizedEtherWei(),
    protocol.pool.read.bufferedWei(),
  ]);
  timeline.say(`${formatWei(wantedWei, 6)} ETH wanted, ${formatWei(bufferWei, 6)} ETH buffered`);
}

/** An operator lets its smallest validator go, of its own will. */
export async function leaveWithSmallest(stage: Stage): Promise<void> {
  const active = (await poolValidators(stage)).filter(
    ({ status, depositedGwei }) => status === "active" && depositedGwei > 0n,
  );
  const [smallest] = active.sort((a, b) => Number(a.depositedGwei - b.depositedGwei));
  const operator = operators[(smallest?.operatorId ?? 0) - 1];
  if (smallest === undefined || operator === undefined) throw new Error("No validator can leave");
  await ethstake(stage, operator, ["operator", "exit", "--pubkey", smallest.pubkey]);
  stage.timeline.say(`${operator.name} exits a validator of ${formatGwei(smallest.depositedGwei, 0)} ETH`);
}

/** Keepers ask validators for the rest, until everything that is wanted is on its way. */
export async function triggerExits(stage: Stage): Promise<void> {
  const { protocol, timeline } = stage;
  if ((await keep(stage, "exit")) === 0) throw new Error("The keeper asked no validator for ether");
  timeline.say(`${formatGwei(await protocol.manager.read.requestedGwei(), 6)} ETH asked back by EIP-7002`);
}

/** Ether arrives, requests are finalised, stakers claim. */
export async function payOut(stage: Stage): Promise<void> {
  const { protocol, timeline } = stage;
  const done = async () => (await protocol.queue.read.queuedShares()) === 0n;
  for (let frame = 0; frame < MAX_FRAMES && !(await done()); frame++) {
    await settleThrough(stage, (await lastRefSlot(stage)) + 1);
    await keep(stage, "exit");
  }
  if (!(await done())) throw new Error(`Requests were not finalised within ${MAX_FRAMES} frames`);
  for (const { who } of leaving) {
    const person = personOf(who);
    const before = await protocol.client.getBalance({ address: person.address });
    await ethstake(stage, person, ["claim", "--all"]);
    const after = await protocol.client.getBalance({ address: person.address });
    timeline.say(`${who} claimed ${formatWei(after - before, 6)} ETH, gas already paid`);
  }
}

/** Waits until a rewards root can be claimed from. */
export async function waitForRoot(stage: Stage): Promise<void> {
  const { distribution } = stage.protocol;
  const [, , claimableAt] = await distribution.read.pendingRoot();
  await advanceUntil(stage, "operators may claim", async () => {
    const { timestamp } = await stage.protocol.client.getBlock();
    return timestamp >= claimableAt;
  });
}

function personOf(name: string): StakerPerson {
  const person = stakers.find((staker) => staker.name === name);
  if (person === undefined) throw new Error(`Nobody is called ${name}`);
  return person;
}

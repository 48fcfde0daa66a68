import { formatWei } from "../../../chain/units.ts";
import { operators } from "../people.ts";
import { advanceTo, type Stage } from "../../network/stage.ts";
import { settleThrough } from "./frames.ts";
import { poolValidators } from "./validators.ts";

/** The operator that fails, by its place in people.ts. */
const FAILING = 1;

/**
 * One operator's machines are off for most of an SLA period. The report that ends the period locks bond; once the appeal
 * window has passed, the next one burns it, and every other share gains.
 */
export async function sufferOutage(stage: Stage): Promise<void> {
  const { protocol, net, timeline } = stage;
  const operator = operators[FAILING];
  const operatorId = FAILING + 1;
  const validators = await poolValidators(stage);
  const pubkeys = validators.filter((validator) => validator.operatorId === operatorId).map(({ pubkey }) => pubkey);
  const [slotsPerFrame, framesPerPeriod] = await Promise.all([
    protocol.distribution.read.slotsPerFrame(),
    protocol.distribution.read.framesPerPeriod(),
  ]);
  const periodSlots = Number(slotsPerFrame * framesPerPeriod);
  const begin = Math.ceil(net.slot() / periodSlots) * periodSlots;
  await settleThrough(stage, begin - 1 - Number(slotsPerFrame));
  await advanceTo(stage, begin);

  await net.setOffline(pubkeys);
  timeline.say(`${operator?.name}'s ${pubkeys.length} validators went offline`);
  await advanceTo(stage, begin + Math.floor(periodSlots / 2));
  await net.setOnline(pubkeys);
  timeline.say(`${operator?.name}'s validators are back`);

  const before = await protocol.registry.read.getOperator([operatorId]);
  await settleThrough(stage, begin + periodSlots - 1);
  const locked = await protocol.registry.read.getOperator([operatorId]);
  if (locked.lockedShares <= before.lockedShares) throw new Error("The breach locked no bond");
  timeline.say(`${formatWei(locked.lockedShares, 6)} shares of ${operator?.name}'s bond are locked`);
}

/** The lock of the outage matures and a settlement burns it. */
export async function burnPenalty(stage: Stage): Promise<void> {
  const { protocol, timeline } = stage;
  const operatorId = FAILING + 1;
  const before = await protocol.registry.read.getOperator([operatorId]);
  for (let frame = 0; frame < 3; frame++) {
    await settleThrough(stage, Number(await protocol.distribution.read.lastRefSlot()) + 1);
    const now = await protocol.registry.read.getOperator([operatorId]);
    if (now.bondShares < before.bondShares) {
      timeline.say(
        `${formatWei(before.bondShares - now.bondShares, 6)} shares of the bond were burned: all others gained`,
      );
      return;
    }
  }
  throw new Error("The locked bond was not burned");
}

import { sight } from "../../../test/contracts/support/beacon.ts";
import { fund, predeposit, prove, submitBatch } from "../../../test/contracts/support/protocol.ts";
import { measure, measureWithResult, perUnit, sum } from "../measure.ts";
import type { World } from "../world.ts";

const KEYS = 32;
/** Validators that stand beside each other in the beacon state, the first at a multiple of their number. */
const NEIGHBOURS = 8;
/** All that the pool puts in one validator, and the part that its predeposit was. */
const FUNDED_ETHER = 2016;
const TOP_UP_GWEI = BigInt(FUNDED_ETHER - 1) * 1_000_000_000n;

/** The way of a validator from its key to its last ether, each step for one of many. */
export async function measureValidators(world: World) {
  const { aside } = world;
  return aside(async () => {
    const submit = () => submitBatch(world, world.operator, { count: KEYS });
    const { cost: committed, result: batch } = await measureWithResult(world, submit);
    const predeposited = await measure(world, () => predeposit(world, batch));
    const neighbours = batch.keys.slice(0, NEIGHBOURS);
    const see = () => sight(world, neighbours, { others: NEIGHBOURS });
    const seen = await see();
    const fundedFirst = await aside(() => measure(world, () => fund(world, seen, TOP_UP_GWEI)));
    const proven = await measure(world, () => prove(world, seen));
    const seenAgain = await see();
    const funded = await measure(world, () => fund(world, seenAgain, TOP_UP_GWEI));

    // All that a validator needs.
    const steps = {
      "key.batch32": perUnit(committed, KEYS),
      "predeposit.batch32": perUnit(predeposited, KEYS),
      "fund.first.batch8": perUnit(fundedFirst, NEIGHBOURS),
    };
    return {
      ...steps,
      "prove.batch8": perUnit(proven, NEIGHBOURS),
      "fund.batch8": perUnit(funded, NEIGHBOURS),
      "gasPerEth.2048": perUnit(sum(Object.values(steps)), FUNDED_ETHER),
    };
  });
}

import { activeKeys } from "../own-validators.ts";
import { keeper } from "../people.ts";
import { SECONDS_PER_SLOT, SLOTS_PER_DAY } from "../plan/days.ts";
import type { World } from "../world.ts";
import type { Facts } from "./facts.ts";
import type { Expectation, Scenario } from "./scenario.ts";
import { ether, onlyOperatorsPunished, settledThrough, unless } from "./verdicts.ts";

const DAYS = 10;
const OPERATOR = 1;
const OFF_AT = 0;
/** Two days, so that at least one whole day of a period is missed. */
const ON_AGAIN_AT = 2 * SLOTS_PER_DAY;
const REASON = "never exits";

/** One of several: an operator that is off as a whole takes the network below 95 %, and nobody is judged. */
async function switchOff(world: World): Promise<void> {
  const own = (await activeKeys(world)).filter(({ operatorId }) => operatorId === OPERATOR);
  const [first] = own;
  if (first === undefined) throw new Error(`Operator ${OPERATOR} has no validator at work`);
  await world.outages.begin(REASON, [first.pubkey]);
}

const deactivated: Expectation = {
  what: "the operator is deactivated once, by its strike",
  judge: ({ registry }) => {
    const events = registry.filter((event) => event.eventName === "OperatorDeactivated");
    const [first] = events;
    const strikes = registry.filter((event) => event.eventName === "DowntimeReported");
    const held = events.length === 1 && first?.args.operatorId === OPERATOR && strikes.length > 0;
    const said = strikes.map(({ args }) => `${args.uptimePpm} ppm where ${args.thresholdPpm} were due`);
    return { held, detail: `at slot ${first?.slot ?? "never"}: ${said.join(", ")}` };
  },
};

const exitsAfterDeadline: Expectation = {
  what: "the keeper asks the chain for each of its validators once, when the deadline has passed, and for no other's",
  judge: (facts) => {
    const asked = facts.manager.filter((event) => event.eventName === "ExitRequested");
    const deadline = facts.registry.find((event) => event.eventName === "OperatorDeactivated")?.args.exitDeadline;
    if (deadline === undefined) return { held: false, detail: "nobody was deactivated" };
    const deadlineSlot = (Number(deadline) - facts.genesisTime) / SECONDS_PER_SLOT - facts.firstSlot;
    const roots = new Set(asked.map(({ args }) => args.pubkeyRoot));
    const ofKeeper = new Set(facts.calls.filter(({ from }) => from === keeper.address).map(({ hash }) => hash));
    const proven = provenOf(facts);
    const objections = asked.flatMap(({ slot, args, transactionHash }) => [
      ...(slot < deadlineSlot ? [`asked at slot ${slot}`] : []),
      ...(args.operatorId === OPERATOR ? [] : [`asked operator ${args.operatorId}`]),
      ...(ofKeeper.has(transactionHash) ? [] : ["asked by somebody else"]),
    ]);
    const all = proven.every(({ pubkeyRoot }) => roots.has(pubkeyRoot)) && roots.size === asked.length;
    return unless(
      [...objections, ...(all && asked.length > 0 ? [] : [`${asked.length} requests for ${proven.length} validators`])],
      `${asked.length} validators, deadline at slot ${deadlineSlot}, asked at ${asked[0]?.slot}`,
    );
  },
};

const allEtherBack: Expectation = {
  what: "all of its ether has come back",
  judge: (facts) => {
    const proven = provenOf(facts);
    const staying = proven.filter(({ status }) => status !== "exited").map(({ pubkey }) => pubkey.slice(0, 10));
    const keys = new Set(proven.map(({ pubkey }) => pubkey));
    const left = facts.records.filter(({ validator, balanceGwei }) => keys.has(validator.pubkey) && balanceGwei > 0n);
    const funded = facts.operators.find(({ operatorId }) => operatorId === OPERATOR)?.fundedGwei;
    return unless(
      [
        ...staying.map((pubkey) => `${pubkey} is not exited`),
        ...left.map(({ index, balanceGwei }) => `validator ${index} holds ${balanceGwei} gwei`),
        ...(funded === 0n ? [] : [`${funded} gwei are booked as funded`]),
        ...(proven.length > 0 ? [] : ["it had no validator"]),
      ],
      `${proven.length} validators exited`,
    );
  },
};

const bondAsDesigned: Expectation = {
  what: "its bond is what it posted less the penalty, nothing is owed, and nothing is locked or required any more",
  judge: ({ registry, operators }) => {
    const operator = operators.find(({ operatorId }) => operatorId === OPERATOR);
    if (operator === undefined) return { held: false, detail: "it is not there" };
    let shares = 0n;
    let locked = 0n;
    let owed = 0n;
    for (const event of registry)
      if (event.eventName === "BondAdded" && event.args.operatorId === OPERATOR) shares += event.args.shares;
      else if (event.eventName === "BondLocked" && event.args.operatorId === OPERATOR)
        locked += event.args.penaltyShares;
      else if (event.eventName === "LockMatured" && event.args.operatorId === OPERATOR) shares -= event.args.shares;
      else if (event.eventName === "LossDrawn" && event.args.operatorId === OPERATOR) owed += event.args.owedShares;
    const { bondShares, lockedShares, requiredBondWei } = operator;
    const held = bondShares === shares && lockedShares === 0n && requiredBondWei === 0n && owed === 0n && locked > 0n;
    return {
      held,
      detail: `${ether(bondShares)} shares of bond, ${ether(locked)} were locked and burned, ${ether(requiredBondWei)} ETH required`,
    };
  },
};

function provenOf({ validators }: Facts) {
  return validators.filter(({ operatorId, status }) => operatorId === OPERATOR && status !== "predeposited");
}

/** An operator has to leave and signs nothing. */
export const operatorNeverExits: Scenario = {
  name: "operator-never-exits",
  about: "An operator is deactivated and signs no exit: the keeper orders them by EIP-7002 after the deadline.",
  days: DAYS,
  setting: {
    // On mainnet three strikes of 28 days each: what follows the last one is the same.
    overrides: { registry: { strikesToDeactivate: 1 } },
  },
  steps: [
    { slot: OFF_AT, act: switchOff },
    { slot: ON_AGAIN_AT, act: ({ outages }) => outages.end(REASON) },
  ],
  expectations: [
    deactivated,
    exitsAfterDeadline,
    allEtherBack,
    bondAsDesigned,
    onlyOperatorsPunished([OPERATOR]),
    settledThrough((DAYS - 2) * SLOTS_PER_DAY),
  ],
};

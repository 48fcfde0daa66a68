import type { OperationName } from "./operations/all.ts";

/** What an operation is held against; figures of others are from their own code on Prague, see docs/gas.md. */
export type Goal = {
  name: OperationName;
  /** In words. */
  what: string;
  /** Gas on osaka, rounded to hundreds. */
  goal?: number;
  /** Slots that it may fill. */
  newSlots?: number;
  bestPeer?: string;
  /** What a bare contract needs that does only what cannot be avoided. */
  floor?: string;
};

export const GOALS: readonly Goal[] = [
  {
    name: "stake.existing",
    what: "stake, existing holder",
    goal: 46_800,
    newSlots: 0,
    bestPeer: "51.7k",
    floor: "33.2k",
  },
  { name: "stake.new", what: "stake, new holder", goal: 63_900, newSlots: 1, bestPeer: "68.8k", floor: "50.3k" },
  { name: "transfer.existing", what: "transfer, existing holder", goal: 34_400, bestPeer: "34.3k", floor: "34.0k" },
  { name: "transfer.new", what: "transfer, new holder", goal: 51_500, bestPeer: "51.4k", floor: "51.1k" },
  { name: "approve", what: "approve", goal: 46_000, bestPeer: "46.0k", floor: "45.9k" },
  {
    name: "withdraw.request",
    what: "request withdrawal, with its ERC-721",
    goal: 108_000,
    newSlots: 2,
    bestPeer: "198k with a transferable ticket, 75k without",
    floor: "58.2k",
  },
  { name: "withdraw.request.alone", what: "the same, when nobody else waits", newSlots: 2 },
  { name: "withdraw.request.first", what: "the same, first ticket of its owner", newSlots: 3 },
  { name: "claim", what: "claim", goal: 47_000, bestPeer: "53.9k", floor: "39.8k" },
  { name: "finalize.extra", what: "finalise 100 requests, within a settlement", goal: 52_000, bestPeer: "52k" },
  {
    name: "settle",
    what: "settlement with 5 signatures, everything applied",
    goal: 145_000,
    newSlots: 0,
    bestPeer: "194k (107k + 87k to apply)",
    floor: "66k",
  },
  {
    name: "settle.perOperator",
    what: "growth of the settlement per operator",
    goal: 0,
    newSlots: 0,
    bestPeer: "0",
    floor: "0",
  },
  {
    name: "key.batch32",
    what: "key committed, per key in a batch of 32",
    goal: 1_700,
    newSlots: 0.03,
    bestPeer: "118k stored, none where not stored",
    floor: "1.4k",
  },
  {
    name: "predeposit.batch32",
    what: "predeposit with its signature verified, per validator in a batch of 32",
    goal: 170_000,
    newSlots: 1,
    bestPeer: "39k unverified",
    floor: "50k unverified",
  },
  { name: "prove.batch8", what: "proof of credentials, per validator of 8 neighbours", goal: 23_000, newSlots: 0 },
  {
    name: "fund.batch8",
    what: "fund with its fresh proof, per validator of 8 neighbours",
    goal: 72_000,
    newSlots: 0,
    floor: "27k + proof",
  },
  { name: "fund.first.batch8", what: "fund with the proof of its credentials, in one call, likewise", newSlots: 0 },
  {
    name: "gasPerEth.2048",
    what: "gas per ETH put to work, all steps together",
    goal: 130,
    bestPeer: "1,230 (32 ETH)",
  },
];

/** Whether the gas, rounded as goals are, is within its goal; undefined where there is none. */
export function gasGoalMet({ goal }: Goal, gas: number): boolean | undefined {
  if (goal === undefined) return undefined;
  return (goal < 1000 ? gas : Math.round(gas / 100) * 100) <= goal;
}

/** Whether no more slots are filled than the goal allows; undefined where there is none. */
export function slotGoalMet({ newSlots }: Goal, got: number): boolean | undefined {
  return newSlots === undefined ? undefined : got <= newSlots;
}

import type { RoleName } from "../../deploy/roles.ts";

/** One thing that the holder of a role can do at the worst. The test in test/contracts/role-damage has its id in its name. */
export type DamageRow = {
  id: string;
  role: RoleName;
  /** The functions that it takes. */
  by: string;
  worst: string;
  /** What ends it there. */
  bound: string;
};

export const DAMAGE: readonly DamageRow[] = [
  {
    id: "ADMIN-1",
    role: "ADMIN",
    by: "`grantRole` and all of the AccessManager",
    worst: "Gives every role to itself without their delays, and so all of the below",
    bound: "Nothing but its own delay; the guardian can cancel while it waits in the timelock",
  },
  {
    id: "UPGRADES-1",
    role: "UPGRADES",
    by: "`upgradeToAndCall`",
    worst: "Code that takes the ether of pool and queue, mints shares for nothing, takes bonds and unclaimed fees",
    bound: "Shares in other hands stay where they are: the token has no proxy. Vaults pay to the pool alone",
  },
  {
    id: "PARAMETERS-1",
    role: "PARAMETERS",
    by: "`StakingPool.setLimits`, `setStakeCapSchedule`",
    worst: "Nobody can stake",
    bound: "Withdrawals, claims, settlements and bonds go on; no rate and no balance changes",
  },
  {
    id: "PARAMETERS-2",
    role: "PARAMETERS",
    by: "`WithdrawalQueue.setParameters`",
    worst: "New requests wait for 7 days, and less than 1 ETH or more than 100 ETH cannot be asked for at once",
    bound: "Hard bounds; a ticket keeps the time and the ether that it has",
  },
  {
    id: "PARAMETERS-3",
    role: "PARAMETERS",
    by: "`OperatorRegistry.setParameters`",
    worst:
      "One breach deactivates an operator and locks all of its bond; bond leaves after 90 days, and only what is above all ether funded; no client runs more than a fifth",
    bound: "Hard bounds; without a report nothing is locked, and each lock waits 10 minutes at the least",
  },
  {
    id: "PARAMETERS-4",
    role: "PARAMETERS",
    by: "`ValidatorManager.setParameters`",
    worst: "One validator waits for its proof at a time, and an operator holds a hundredth of the pool at the most",
    bound: "Exits, settlements and withdrawals go on",
  },
  {
    id: "PARAMETERS-5",
    role: "PARAMETERS",
    by: "`RewardDistribution.setParameters`",
    worst: "10 % of rewards are taken as the fee; a report may take 10 % off the rate",
    bound: "Hard bounds; a report still needs its quorum",
  },
  {
    id: "GUARDIAN-1",
    role: "GUARDIAN",
    by: "`pause`",
    worst: "Staking, withdrawing, depositing and settling stop for 7 of each 8 days",
    bound: "Ends by itself, and a day passes before the next; claims never stop",
  },
  {
    id: "GUARDIAN-2",
    role: "GUARDIAN",
    by: "`emergencySlash`",
    worst:
      "Operators are halted, all bond that is free is locked, and burned for the stakers if nobody releases it in the appeal window",
    bound: "The bond of operators; nobody gets it but all stakers alike",
  },
  {
    id: "GUARDIAN-3",
    role: "GUARDIAN",
    by: "`OracleCommittee.suspend`",
    worst:
      "No report is agreed on: the rate stands, staking ends when the last report is too old, nothing is finalised",
    bound: "Until COMMITTEE reinstates members or names others; what is finalised is claimed",
  },
  {
    id: "APPEALS-1",
    role: "APPEALS",
    by: "`OperatorRegistry.releaseLock`",
    worst: "Penalties that are locked are not burned",
    bound: "The locks that are open; nothing moves but back to the bond they were taken from",
  },
  {
    id: "APPEALS-2",
    role: "APPEALS",
    by: "`OperatorRegistry.resumeOperator`",
    worst: "An operator that was slashed or halted gets keys and ether again",
    bound: "Its bond must cover both, what is locked stays locked, and the guardian can halt it again",
  },
  {
    id: "COMMITTEE-1",
    role: "COMMITTEE",
    by: "`RewardDistribution.setCommittee`",
    worst:
      "Its own committee reports each frame the most growth or the greatest loss that is plausible, and names an operator for a loss",
    bound:
      "The bounds of a report, frame by frame; a greater loss waits for a review; the guardian can pause settling; ether does not move out",
  },
  {
    id: "COMMITTEE-2",
    role: "COMMITTEE",
    by: "`OracleCommittee.reinstate`",
    worst: "A member that was suspended counts again",
    bound: "The quorum stays",
  },
  {
    id: "REVIEW-1",
    role: "REVIEW",
    by: "`RewardDistribution.confirmReport`, `dropReport`",
    worst: "A loss above the bound of a report is settled, or not before the next frame, time and again",
    bound:
      "Only a report that the committee has agreed on; a review ends after 7 days, and withdrawals are then finalised without reports",
  },
  {
    id: "UNPAUSE-1",
    role: "UNPAUSE",
    by: "`StakingPool.unpause`",
    worst: "What the guardian paused goes on at once, and cannot be paused again for a day",
    bound: "Pauses alone: a review goes on, and every limit holds as without a pause",
  },
];

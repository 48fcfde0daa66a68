import { registerOperators } from "./chapters/operators.ts";
import { burnPenalty, sufferOutage } from "./chapters/outage.ts";
import { claimFees } from "./chapters/operator-claims.ts";
import { settleRunningFrame } from "./chapters/frames.ts";
import { stakeAll } from "./chapters/stakers.ts";
import { startValidators } from "./chapters/validators.ts";
import { askForEther, leaveWithSmallest, payOut, triggerExits } from "./chapters/withdrawals.ts";
import type { Stage } from "../network/stage.ts";

export type Chapter = { title: string; play: (stage: Stage) => Promise<void> };

/** One day of the protocol, and then some. */
export const story: Chapter[] = [
  { title: "Operators register and commit to keys", play: registerOperators },
  { title: "Five people stake", play: stakeAll },
  { title: "Predeposit, prove, fund", play: startValidators },
  { title: "Frames pass, and the oracle settles them", play: settleRunningFrame },
  { title: "An operator goes offline", play: sufferOutage },
  { title: "Two people ask for more than the buffer holds", play: askForEther },
  {
    title: "Exits and partial withdrawals (EIP-7002)",
    play: async (stage) => {
      await leaveWithSmallest(stage);
      await triggerExits(stage);
    },
  },
  { title: "The penalty is burned", play: burnPenalty },
  { title: "Ether comes back and is paid out", play: payOut },
  { title: "Operators claim their fee", play: claimFees },
];

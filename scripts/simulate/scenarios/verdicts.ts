import { formatWei } from "../../../chain/units.ts";
import type { Facts } from "./facts.ts";
import type { Expectation, Verdict } from "./scenario.ts";

/** An expectation that holds as long as nothing speaks against it. */
export function unless(objections: readonly string[], otherwise: string): Verdict {
  return objections.length === 0 ? { held: true, detail: otherwise } : { held: false, detail: objections.join("; ") };
}

/** An amount, or that there was none, as details tell it. */
export function ether(amountWei: bigint | undefined): string {
  return amountWei === undefined ? "nothing" : formatWei(amountWei, 3);
}

/** Settlements in their order, with the slot at which each was mined. */
export function settlements({ distribution }: Facts) {
  return distribution.filter((event) => event.eventName === "RewardSettled");
}

/** Every request is set aside to the last share. */
export const everyRequestPaid: Expectation = {
  what: "every request is set aside in full",
  judge: ({ queue }) => {
    const waiting = queue.filter(({ claimableDay }) => claimableDay === undefined);
    return unless(
      waiting.map(({ requestId }) => `request ${requestId} waits`),
      `${queue.length} requests`,
    );
  },
};

/** Frames are settled again when all is over. */
export function settledThrough(slot: number): Expectation {
  return {
    what: "frames are settled again at the end",
    judge: (facts) => {
      const last = settlements(facts).at(-1);
      const refSlot = Number(last?.args.refSlot ?? 0n) - facts.firstSlot;
      return { held: refSlot >= slot, detail: `the last one ends at slot ${refSlot}, wanted ${slot} or later` };
    },
  };
}

/** Only these operators are reported for downtime, deactivated, or halted. */
export function onlyOperatorsPunished(operatorIds: readonly number[]): Expectation {
  return {
    what:
      operatorIds.length === 0
        ? "no operator has a strike, a lock or a halt"
        : `no operator but ${operatorIds.join(", ")} has a strike, a lock or a halt`,
    judge: ({ registry, operators }) => {
      const others = registry.flatMap((event) => {
        switch (event.eventName) {
          case "DowntimeReported":
          case "BondLocked":
          case "OperatorDeactivated":
          case "OperatorHalted":
          case "LossDrawn":
            return operatorIds.includes(event.args.operatorId)
              ? []
              : [`${event.eventName} of operator ${event.args.operatorId} at slot ${event.slot}`];
          default:
            return [];
        }
      });
      return unless(others, `${operators.length} operators`);
    },
  };
}

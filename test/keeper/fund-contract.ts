import { shareRoomGwei } from "../../keeper/capacity.ts";
import type { FundSnapshot } from "../../keeper/fund/read.ts";
import { eth } from "./samples.ts";

type State = Pick<FundSnapshot, "depositableGwei" | "operators" | "candidates" | "limits" | "turn" | "turnGwei">;
type TopUp = { index: number; amountGwei: bigint };

const LEAST = eth(31);
const LAST_ID = 5;

/**
 * What ValidatorManager.fund does, written down from its rules: it throws where the contract reverts. Operators are
 * looked at one by one, and not by their bits.
 */
export function contractOf({ depositableGwei, operators, candidates, limits, turn, turnGwei }: State) {
  const validators = new Map(candidates.map((it) => [it.index, { ...it, before: it.depositedGwei }]));
  const fundedGwei = new Map<number, bigint>();
  let [turnId, leftOfTurn, leftGwei] = [turn.operatorId, turn.leftGwei, depositableGwei];

  const limitOf = (id: number) => {
    const found = operators.find(({ operatorId }) => operatorId === id);
    if (found === undefined) return 0n;
    const share = shareRoomGwei(found.fundedGwei, limits);
    return (found.capacityGwei < share ? found.capacityGwei : share) - (fundedGwei.get(id) ?? 0n);
  };
  const hasCapacity = (id: number) => {
    const own = [...validators.values()].filter(({ operatorId, proven }) => operatorId === id && proven);
    const room = own.reduce((sum, it) => sum + eth(2_016) - it.depositedGwei, 0n);
    return room >= LEAST && limitOf(id) >= LEAST;
  };
  const require = (holds: boolean, error: string) => {
    if (!holds) throw new Error(error);
  };

  return {
    validators,
    fund: (operatorId: number, topUps: readonly TopUp[]) => {
      let sumGwei = 0n;
      let previous = 0;
      for (const { index, amountGwei } of [...topUps].sort((a, b) => a.index - b.index)) {
        require(index > previous, "InvalidProof");
        previous = index;
        const validator = validators.get(index);
        if (validator === undefined) throw new Error("WrongStatus");
        require(validator.operatorId === operatorId, "WrongOperator");
        require(validator.fundable, "Leaving");
        validator.proven = true;
        validator.depositedGwei += amountGwei;
        require(validator.depositedGwei >= eth(32) && validator.depositedGwei <= eth(2_016), "FundingOutOfBounds");
        sumGwei += amountGwei;
      }
      let may = turnId === operatorId ? leftOfTurn : turnGwei;
      require(sumGwei <= may, "TurnExceeded");
      for (let id = turnId; id !== operatorId; id = id >= LAST_ID ? 0 : id + 1)
        require(!hasCapacity(id), `NotItsTurn: ${id} is before ${operatorId}`);
      require(sumGwei <= limitOf(operatorId), "BondTooSmall or OperatorShareReached");
      require(sumGwei <= leftGwei, "NotDepositable");
      may -= sumGwei;
      leftGwei -= sumGwei;
      fundedGwei.set(operatorId, (fundedGwei.get(operatorId) ?? 0n) + sumGwei);
      if (may < LEAST) [turnId, leftOfTurn] = [operatorId + 1, turnGwei];
      else [turnId, leftOfTurn] = [operatorId, may];
    },
  };
}

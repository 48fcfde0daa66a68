import { expect } from "chai";

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
  const registry = registryOf({ operators, limits });
  let [turnId, leftOfTurn, leftGwei] = [turn.operatorId, turn.leftGwei, depositableGwei];

  const hasCapacity = (id: number) => {
    const own = [...validators.values()].filter(({ operatorId, proven }) => operatorId === id && proven);
    const room = own.reduce((sum, it) => sum + eth(2_016) - it.depositedGwei, 0n);
    return room >= LEAST && registry.capacityGwei(id) >= LEAST && registry.shareGwei(id) >= LEAST;
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
        if (!validator.proven) registry.markProven(operatorId);
        validator.proven = true;
        validator.depositedGwei += amountGwei;
        require(validator.depositedGwei >= eth(32) && validator.depositedGwei <= eth(2_016), "FundingOutOfBounds");
        sumGwei += amountGwei;
      }
      let may = turnId === operatorId ? leftOfTurn : turnGwei;
      require(sumGwei <= may, "TurnExceeded");
      for (let id = turnId; id !== operatorId; id = id >= LAST_ID ? 0 : id + 1)
        require(!hasCapacity(id), `NotItsTurn: ${id} is before ${operatorId}`);
      registry.addFunded(operatorId, sumGwei);
      require(sumGwei <= leftGwei, "NotDepositable");
      may -= sumGwei;
      leftGwei -= sumGwei;
      if (may < LEAST) [turnId, leftOfTurn] = [operatorId + 1, turnGwei];
      else [turnId, leftOfTurn] = [operatorId, may];
    },
  };
}

function require(holds: boolean, error: string): void {
  if (!holds) throw new Error(error);
}

/** What the registry books of funded ether: with a client's ether summed over its operators, not kept beside them. */
function registryOf({ operators, limits }: Pick<State, "operators" | "limits">) {
  const { clients, clientCapBps, clientCapFloorGwei, bondRateBps, unprovenBondWei } = limits;
  const records = new Map(operators.map((it) => [it.operatorId, { ...it, addedGwei: 0n }]));
  const recordOf = (id: number) => records.get(id) ?? { addedGwei: 0n, active: false, fundedGwei: 0n, clientPair: "" };
  const onClient = (is: (pair: string) => boolean) =>
    [...records.values()].filter((it) => is(it.clientPair)).reduce((sum, it) => sum + it.addedGwei, 0n);
  const requiredWei = (id: number) => {
    const record = records.get(id) ?? expect.fail();
    const fundedWei = (record.fundedGwei + record.addedGwei) * 10n ** 9n;
    return BigInt(record.unprovenCount) * unprovenBondWei + (fundedWei * BigInt(bondRateBps) + 9_999n) / 10_000n;
  };
  const mayAdd = (id: number, amountGwei: bigint) => {
    const pair = recordOf(id).clientPair;
    const [execution, consensus] = [pair.slice(0, 2), pair.slice(2)];
    const totalGwei = clients.totalGwei + onClient(() => true) + amountGwei;
    return [
      (clients.executionGwei.get(execution) ?? 0n) + onClient((it) => it.startsWith(execution)),
      (clients.consensusGwei.get(consensus) ?? 0n) + onClient((it) => it.endsWith(consensus)),
    ].every((beforeGwei) => {
      const gwei = beforeGwei + amountGwei;
      return gwei <= clientCapFloorGwei || gwei * 10_000n <= totalGwei * BigInt(clientCapBps);
    });
  };
  const covers = (id: number, amountGwei: bigint) => {
    const record = records.get(id) ?? expect.fail();
    record.addedGwei += amountGwei;
    const covered = record.freeBondWei >= requiredWei(id);
    record.addedGwei -= amountGwei;
    return covered;
  };
  const shareGwei = (id: number) => shareRoomGwei(recordOf(id).fundedGwei + recordOf(id).addedGwei, limits);
  const add = (id: number, gwei: bigint) => {
    const record = records.get(id) ?? expect.fail();
    record.addedGwei += gwei;
    return record;
  };
  return {
    shareGwei,
    /** Only whether it is enough for a new validator matters here. */
    capacityGwei: (id: number) =>
      records.has(id) && recordOf(id).active && mayAdd(id, LEAST) && covers(id, LEAST) ? LEAST : 0n,
    markProven: (id: number) => (add(id, eth(1)).unprovenCount -= 1),
    addFunded: (id: number, gwei: bigint) => {
      require(recordOf(id).active, "OperatorNotActive");
      require(mayAdd(id, gwei), "ClientCapReached");
      require(gwei <= shareGwei(id), "OperatorShareReached");
      require(covers(id, gwei), "BondTooSmall");
      add(id, gwei);
    },
  };
}

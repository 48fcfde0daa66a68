import type { PoolValidator } from "../../chain/protocol/validators.ts";
import { min, notNegative, operatorRoom } from "../capacity.ts";
import { ACTIVATION_GWEI, PREDEPOSIT_GWEI, type KeeperPolicy } from "../policy.ts";
import type { DepositSnapshot } from "./read.ts";

type Policy = Pick<KeeperPolicy, "targetGwei" | "stock">;

/** How many validators to begin, by each reason to begin one. */
export type Demand = {
  /** Ether that the validators there are cannot take. */
  byEther: number;
  /** Operators with keys that have no validator to fill, as far as the ether starts one for each. */
  bySpread: number;
  /** Proven validators to be kept ready: the chain's entry queue takes longer than stakers like to wait. */
  byStock: number;
  /** The greatest of these, within what can be deposited. */
  count: number;
};

/** How many new validators the pool wants. `able` are the operators that could be given one. */
export function newValidatorDemand(snapshot: DepositSnapshot, able: ReadonlySet<number>, policy: Policy): Demand {
  const { depositableGwei, validators, operators, limits } = snapshot;
  const { targetGwei, stock } = policy;
  const open = openValidators(validators, targetGwei);
  const unstarted = open.filter(({ depositedGwei }) => depositedGwei < ACTIVATION_GWEI).length;
  const takeableGwei = operators.reduce((sum, operator) => {
    const own = open.filter(({ operatorId }) => operatorId === operator.operatorId);
    const spaceGwei = own.reduce((space, { depositedGwei }) => space + targetGwei - depositedGwei, 0n);
    return sum + min(spaceGwei, operatorRoom(operator, limits).gwei);
  }, 0n);
  const excessGwei = notNegative(depositableGwei - takeableGwei);
  const byEther = excessGwei < ACTIVATION_GWEI ? 0 : Number((excessGwei + targetGwei - 1n) / targetGwei);
  const served = new Set(open.map(({ operatorId }) => operatorId));
  const unserved = [...able].filter((operatorId) => !served.has(operatorId)).length;
  const startable = Math.max(0, Number(depositableGwei / ACTIVATION_GWEI) - unstarted);
  const bySpread = Math.min(unserved, startable);
  const byStock = Math.max(0, stock - unstarted);
  const payable = Number(depositableGwei / PREDEPOSIT_GWEI);
  return { byEther, bySpread, byStock, count: Math.min(payable, Math.max(byEther, bySpread, byStock)) };
}

/** Validators that have not been filled to the target yet. */
export function openValidators(validators: readonly PoolValidator[], targetGwei: bigint): PoolValidator[] {
  return validators.filter(({ status, depositedGwei }) => {
    return (status === "active" || status === "predeposited") && depositedGwei < targetGwei;
  });
}

import type { PoolOperator } from "../../chain/protocol/operators.ts";
import { operatorRoom, type OperatorRoom } from "../capacity.ts";
import type { Reason } from "../job.ts";
import { ACTIVATION_GWEI, PREDEPOSIT_GWEI } from "../policy.ts";
import { openValidators } from "./demand.ts";
import type { DepositSnapshot } from "./read.ts";
import type { UsableKeys } from "./usable-keys.ts";

/** What an operator could be given. */
export type AbleOperator = {
  operatorId: number;
  fundedGwei: bigint;
  /** Validators that it has to fill already. */
  open: number;
  /** How many it can be given now. */
  slots: number;
  /** Its batches with the keys that can be used. */
  usable: UsableKeys[];
  /** Why it has keys and gets none. */
  reason?: Reason;
};

/** What a validator takes after its predeposit until it can become active. */
const FIRST_TOP_UP_GWEI = ACTIVATION_GWEI - PREDEPOSIT_GWEI;

/** Looks at an operator's keys, bond, stock and share of the pool. */
export function judgeOperator(
  { limits, validators }: DepositSnapshot,
  operator: PoolOperator,
  usable: readonly UsableKeys[],
  targetGwei: bigint,
): AbleOperator {
  const { operatorId, fundedGwei } = operator;
  const own = usable.filter(({ batch, deposits }) => batch.operatorId === operatorId && deposits.length > 0);
  const keys = own.reduce((sum, { deposits }) => sum + deposits.length, 0);
  const stock = limits.maxStockPerOperator - operator.unprovenCount;
  const spareWei = operator.freeBondWei - operator.requiredBondWei;
  const bonded = spareWei > 0n ? Number(spareWei / limits.unprovenBondWei) : 0;
  const open = openValidators(validators, targetGwei).filter((item) => item.operatorId === operatorId).length;
  const able = { operatorId, fundedGwei, open, usable: own };
  if (keys === 0) return { ...able, slots: 0 };
  const reason = obstacle(operator, operatorRoom(operator, limits), stock, bonded);
  return reason === undefined ? { ...able, slots: Math.min(keys, stock, bonded) } : { ...able, slots: 0, reason };
}

function obstacle(operator: PoolOperator, room: OperatorRoom, stock: number, bonded: number): Reason | undefined {
  const who = `Operator ${operator.operatorId}`;
  const details = { operatorId: operator.operatorId, ...room };
  if (operator.status !== "active") return { code: "OPERATOR_NOT_ACTIVE", message: `${who} is not active`, details };
  if (stock <= 0) return { code: "STOCK_FULL", message: `${who} has its most unproven predeposits`, details };
  // A validator that could not be topped up afterwards would only bind ether.
  if (bonded === 0 || room.bondGwei < FIRST_TOP_UP_GWEI)
    return { code: "BOND_TOO_SMALL", message: `${who} must add bond before it gets a validator`, details };
  if (room.shareGwei < FIRST_TOP_UP_GWEI)
    return { code: "OPERATOR_SHARE_REACHED", message: `${who} has its share of the pool`, details };
  if (room.clientGwei < FIRST_TOP_UP_GWEI)
    return { code: "CLIENT_CAP_REACHED", message: `${who} runs a client that has its share of all ether`, details };
  return undefined;
}

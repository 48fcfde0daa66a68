import { weiToGweiDown } from "../../chain/units.ts";
import { min, notNegative, shareRoomGwei } from "../capacity.ts";
import { clientRoomGwei, withClientEther } from "../clients.ts";
import { PREDEPOSIT_GWEI } from "../policy.ts";
import type { FundLimits, FundOperator } from "./read.ts";

const BPS = 10_000n;

/** What operators may still be given while a plan gives it out: what one gets, others on its clients may not. */
export type Rooms = {
  /**
   * By bond, clients and share of the pool; none when the operator is not active. `proofs` are predeposits that are
   * proven in the same call: 1 ETH of each is counted from then on.
   */
  roomGwei(operator: FundOperator, proofs?: number): bigint;
  /** Books a top-up. */
  book(operator: FundOperator, amountGwei: bigint): void;
  /** Books predeposits that are proven. */
  bookProofs(operator: FundOperator, proofs: number): void;
};

type Own = { fundedGwei: bigint; unproven: number };

/** Follows what the registry books over several calls (OperatorRegistry, BondRequirement, ClientDiversity). */
export function createRooms(limits: FundLimits): Rooms {
  let ledger = limits.clients;
  const booked = new Map<number, Own>();
  const ownOf = ({ operatorId, fundedGwei, unprovenCount }: FundOperator): Own =>
    booked.get(operatorId) ?? { fundedGwei, unproven: unprovenCount };

  const bondRoomGwei = (operator: FundOperator, proofs: number): bigint => {
    const { fundedGwei, unproven } = ownOf(operator);
    const spareWei = notNegative(operator.freeBondWei - BigInt(unproven - proofs) * limits.unprovenBondWei);
    return weiToGweiDown((spareWei * BPS) / BigInt(limits.bondRateBps)) - fundedGwei;
  };
  const add = (operator: FundOperator, amountGwei: bigint, proofs: number) => {
    const { fundedGwei, unproven } = ownOf(operator);
    booked.set(operator.operatorId, { fundedGwei: fundedGwei + amountGwei, unproven: unproven - proofs });
    ledger = withClientEther(ledger, operator.clientPair, amountGwei);
  };
  return {
    roomGwei: (operator, proofs = 0) => {
      if (!operator.active) return 0n;
      const shareGwei = shareRoomGwei(ownOf(operator).fundedGwei, limits);
      const clientGwei = clientRoomGwei(ledger, operator.clientPair, limits) ?? shareGwei;
      const roomGwei = min(shareGwei, clientGwei, bondRoomGwei(operator, proofs));
      return notNegative(roomGwei - BigInt(proofs) * PREDEPOSIT_GWEI);
    },
    book: (operator, amountGwei) => add(operator, amountGwei, 0),
    bookProofs: (operator, proofs) => add(operator, BigInt(proofs) * PREDEPOSIT_GWEI, proofs),
  };
}

import type { Protocol } from "../chain/protocol/contracts.ts";
import type { Moment } from "./context.ts";
import type { Reason } from "./job.ts";

/** Flag of the pause that stops deposits (PAUSE_DEPOSIT of types/PoolTypes.sol). */
const PAUSE_DEPOSIT = 4;

/** Unix seconds until which deposits are paused; 0 when they are not. */
export async function readDepositPause({ pool }: Pick<Protocol, "pool">, moment: Moment): Promise<number> {
  const until = await pool.read.pausedUntil([PAUSE_DEPOSIT], { blockNumber: moment.blockNumber });
  return until > moment.timestamp ? until : 0;
}

/** Why nothing is deposited during a pause. */
export function pauseReason(pausedUntil: number): Reason {
  const until = new Date(pausedUntil * 1000).toISOString();
  return { code: "DEPOSITS_PAUSED", message: `Deposits are paused until ${until}`, details: { pausedUntil } };
}

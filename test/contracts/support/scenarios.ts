import { parseEther, type Hex } from "viem";

import { sight, type BeaconSight } from "./beacon.ts";
import {
  fund,
  predeposit,
  prove,
  registerOperator,
  stake,
  submitBatch,
  type BatchHandle,
  type OperatorHandle,
  type Protocol,
} from "./protocol.ts";
import { settle } from "./settlement.ts";

/** What stakers have in the pool when a scenario begins; with the locked ether, 200 ETH in all. */
export const STAKED_WEI = parseEther("199");

/** Ether in the pool and an operator with an old batch of keys, nothing deposited yet. */
export async function readyToDeposit(p: Protocol, { count = 1 }: { count?: number } = {}): Promise<BatchHandle> {
  await stake(p, STAKED_WEI);
  return submitBatch(p, await registerOperator(p), { count });
}

/** Predeposits a new batch of an operator and shows its validators on the beacon chain. */
export async function predeposited(
  p: Protocol,
  operator: OperatorHandle,
  count = 1,
): Promise<{ batch: BatchHandle; seen: BeaconSight }> {
  const batch = await submitBatch(p, operator, { count });
  await predeposit(p, batch);
  return { batch, seen: await sight(p, batch.keys) };
}

/** Validators of one operator that are proven, funded and known to the last report. */
export async function activeValidators(
  p: Protocol,
  { count = 1, amountGwei = 31_000_000_000n }: { count?: number; amountGwei?: bigint } = {},
): Promise<BatchHandle & { pubkeys: readonly Hex[] }> {
  const batch = await readyToDeposit(p, { count });
  await predeposit(p, batch);
  const seen = await sight(p, batch.keys);
  await prove(p, seen);
  await fund(p, seen, amountGwei);
  await settle(p);
  return { ...batch, pubkeys: batch.keys.map(({ pubkey }) => pubkey) };
}

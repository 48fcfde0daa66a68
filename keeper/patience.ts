// What may wait for cheaper gas. Settling, showing slashings and exits never do: others wait for them.
import type { DepositIntent } from "./deposit/decide.ts";
import type { FundIntent } from "./fund/decide.ts";
import type { Patience } from "./gas-policy.ts";
import { ACTIVATION_GWEI } from "./policy.ts";
import type { ProveIntent } from "./prove/decide.ts";

/** Rough gas, from the benchmark: of a call, and of each validator in it. */
const CALL_GAS = 120_000n;
const GAS_PER_DEPOSIT = 250_000n;
const GAS_PER_PROOF = 60_000n;
const GAS_PER_TOP_UP = 90_000n;

/** A validator that is begun later earns later, with 32 ETH at the least. */
export function depositPatience({ deposits }: DepositIntent): Patience {
  const count = BigInt(deposits);
  return { waitingGwei: count * ACTIVATION_GWEI, gas: CALL_GAS + count * GAS_PER_DEPOSIT };
}

/** The same for one that is proven later; one with foreign credentials holds a lock of bond up. */
export function provePatience({ validators }: ProveIntent): Patience | undefined {
  if (validators.some(({ foreign }) => foreign)) return undefined;
  const count = BigInt(validators.length);
  return { waitingGwei: count * ACTIVATION_GWEI, gas: CALL_GAS + count * GAS_PER_PROOF };
}

/** Nothing is lost while a claim waits. */
export function claimPatience(): Patience {
  return { waitingGwei: 0n, gas: CALL_GAS };
}

/** What is topped up later earns later. */
export function fundPatience(intent: FundIntent): Patience | undefined {
  if (intent.kind === "advance") return undefined;
  const waitingGwei = intent.topUps.reduce((sum, { amountGwei }) => sum + amountGwei, 0n);
  return { waitingGwei, gas: CALL_GAS + BigInt(intent.topUps.length) * GAS_PER_TOP_UP };
}

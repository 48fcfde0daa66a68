import { formatGwei, formatWei } from "../chain/units.ts";
import { EthStakeError } from "../runtime/errors.ts";

/** The operands of a refusal, in the order of the error. */
type Operands = readonly unknown[];

/** What to do when a contract refuses, by the name of its error. */
const ADVICE: Readonly<Record<string, (operands: Operands) => string>> = {
  ActionPaused: ([, until]) => `Try again after ${time(until)}: this is paused until then`,
  BondTooSmall: ([, free, required]) => `Add bond: ${eth(required)} ETH are needed and ${eth(free)} ETH are free`,
  BondWithdrawalNotReady: ([, readyAt]) =>
    Number(readyAt) === 0
      ? "Ask for the bond first, with: ethstake operator bond request"
      : `Try again after ${time(readyAt)}: the bond that you asked for is held until then`,
  ClaimNotAllowed: ([id]) => `Let the owner of ticket ${String(id)} claim it: you may not`,
  ERC20InsufficientBalance: ([, has, needs]) => `You have ${eth(has)} shares and this takes ${eth(needs)}`,
  ERC721NonexistentToken: ([id]) => `Name another ticket: ${String(id)} does not exist or is paid`,
  EtherBelowMinimum: ([got, min]) =>
    `The shares are worth ${eth(got)} ETH, below the least of ${eth(min)}: look at the rate and lower --min-ether`,
  ExitAlreadyRequested: ([, retryAt]) => `Wait until ${time(retryAt)}: the exit was asked for a short time ago`,
  ExitNotNeeded: ([amount, demand]) =>
    `Let the validator's operator do this: withdrawals need ${gwei(demand)} ETH, not ${gwei(amount)}`,
  FeeTooHigh: ([fee, max]) => `Wait, or raise --max-fee above ${eth(max)} ETH: a request costs ${eth(fee)} ETH now`,
  NameLength: () => "Give a --name of 1 to 64 bytes",
  NotOperatorOwner: ([id, caller]) => `Use the key of the owner of operator ${String(id)}: ${String(caller)} is not it`,
  NothingToClaim: ([id]) => `Wait: nothing of ${String(id)} can be claimed yet`,
  OperatorNotActive: ([id]) => `Operator ${String(id)} is not active: look at "ethstake operator status"`,
  PaymentRefused: ([receiver]) => `Name another receiver: ${String(receiver)} refuses ether`,
  ProofInvalid: ([id]) => `Try again with other oracle members: the proof of operator ${String(id)} is not of the root`,
  ReceiverNotAllowed: ([receiver]) => `Name another --receiver: ${String(receiver)} is a contract of the protocol`,
  ReportStale: ([after]) => `Wait for the next oracle report: the last one is too old since ${time(after)}`,
  RequestOutOfBounds: ([amount, min, max]) =>
    `Withdraw ${eth(min)} to ${eth(max)} ETH at once: this is ${eth(amount)} ETH`,
  SharesBelowMinimum: ([got, min]) =>
    `This gives ${eth(got)} shares, below the least of ${eth(min)}: look at the rate and lower --min-shares`,
  StakeCeilingReached: ([pooled, ceiling]) =>
    `Stake less or after the next report: the pool would hold ${eth(pooled)} ETH and ${eth(ceiling)} is its limit`,
  UnknownOperator: ([id]) => `Name another operator: ${String(id)} is not registered`,
  WrongStatus: ([root]) => `Name a validator that is active: ${String(root).slice(0, 18)}... is not`,
  ZeroAmount: () => "Give a greater amount: this one gives no shares",
};

/** Says what to do about a refusal of a contract; every other error already does. */
export function explain(error: EthStakeError): EthStakeError {
  const { errorName, args } = error.details;
  if (typeof errorName !== "string" || !Array.isArray(args)) return error;
  const advice = ADVICE[errorName];
  if (advice === undefined) return error;
  return new EthStakeError(error.code, advice(args), { details: { ...error.details }, cause: error });
}

function eth(amountWei: unknown): string {
  return typeof amountWei === "bigint" ? formatWei(amountWei) : String(amountWei);
}

function gwei(amountGwei: unknown): string {
  return typeof amountGwei === "bigint" ? formatGwei(amountGwei) : String(amountGwei);
}

function time(unixSeconds: unknown): string {
  return new Date(Number(unixSeconds) * 1000).toISOString().replace(".000Z", "Z");
}

import { encodeFunctionData, zeroHash, type Address, type Hex } from "viem";

import type { Deployment } from "../../chain/deployment.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { accessManagerAbi, timelockAbi } from "../abi.ts";
import type { Holder } from "../roles.ts";
import type { Decision } from "./decision.ts";
import { decisionOf } from "./timelock-calls.ts";

/** A call that a multisig makes. */
export type SafeCall = { to: Address; data: Hex };

export const STEP_NAMES = ["do", "schedule", "announce", "execute", "cancel"] as const;
export type StepName = (typeof STEP_NAMES)[number];

/** One time that the owners of a multisig sign. */
export type Step = {
  name: StepName;
  /** Whose multisig. */
  by: Exclude<Holder, "timelock">;
  calls: readonly SafeCall[];
  /** Time between the step before and this one, in seconds. */
  afterSeconds: number;
};

/** The people's contracts out of an addresses file. */
export function peopleOf({ contracts }: Deployment): Record<Holder, Address> {
  const { timelock, administrator, guardian } = contracts;
  if (timelock !== undefined && administrator !== undefined && guardian !== undefined)
    return { timelock, administrator, guardian };
  throw new EthStakeError(
    "DEPLOYMENT_INVALID",
    "Use an addresses file that names timelock, administrator and guardian",
  );
}

/** Who calls in the end: the multisig itself, or the timelock for it. */
export function callerOf(decision: Pick<Decision, "holder">, deployment: Deployment): Address {
  return peopleOf(deployment)[decision.holder];
}

/**
 * The way of a decision: at once, by one multisig; announced by a multisig and done after the delay of its role; or through
 * the timelock, whose delay comes before that.
 */
export function stepsOf(decision: Decision, deployment: Deployment): Step[] {
  const { to, data, holder, roleSeconds, timelockSeconds } = decision;
  const { accessManager } = deployment.contracts;
  if (holder !== "timelock" && roleSeconds === 0)
    return [{ name: "do", by: holder, calls: [{ to, data }], afterSeconds: 0 }];
  if (holder !== "timelock")
    return [
      { name: "announce", by: holder, calls: [{ to: accessManager, data: scheduleCall(decision) }], afterSeconds: 0 },
      {
        name: "execute",
        by: holder,
        calls: [{ to: accessManager, data: executeCall(decision) }],
        afterSeconds: roleSeconds,
      },
    ];
  const { schedule, announce, execute } = timelockCalls(decision, deployment);
  return [
    { name: "schedule", by: "administrator", calls: schedule, afterSeconds: 0 },
    { name: "announce", by: "administrator", calls: [announce], afterSeconds: timelockSeconds },
    { name: "execute", by: "administrator", calls: [execute], afterSeconds: roleSeconds },
  ];
}

/** How the guardian stops a decision that waits: `inTimelock` before it is announced, afterwards in the AccessManager. */
export function cancelStep(decision: Decision, deployment: Deployment, inTimelock: readonly Hex[]): Step {
  const { accessManager } = deployment.contracts;
  const { timelock } = peopleOf(deployment);
  const args = [callerOf(decision, deployment), decision.to, decision.data] as const;
  const announced = {
    to: accessManager,
    data: encodeFunctionData({ abi: accessManagerAbi, functionName: "cancel", args }),
  };
  const calls = inTimelock.map((id) => ({
    to: timelock,
    data: encodeFunctionData({ abi: timelockAbi, functionName: "cancel", args: [id] }),
  }));
  return { name: "cancel", by: "guardian", calls: calls.length > 0 ? calls : [announced], afterSeconds: 0 };
}

/** The two calls of the AccessManager that the timelock makes: to announce, and to execute. */
export function timelockOperations(decision: Decision): { announce: Hex; execute: Hex } {
  return { announce: scheduleCall(decision), execute: executeCall(decision) };
}

/** How the timelock names an operation of ours. */
export function operationArguments(decision: Decision, deployment: Deployment, operation: Hex) {
  return [deployment.contracts.accessManager, 0n, operation, zeroHash, decision.salt] as const;
}

function timelockCalls(decision: Decision, deployment: Deployment) {
  const { to, data, salt, timelockSeconds, roleSeconds } = decision;
  const { accessManager } = deployment.contracts;
  const { timelock } = peopleOf(deployment);
  return decisionOf({ timelock, accessManager, target: to, data, salt, timelockSeconds, roleSeconds });
}

function scheduleCall({ to, data }: Decision): Hex {
  return encodeFunctionData({ abi: accessManagerAbi, functionName: "schedule", args: [to, data, 0] });
}

function executeCall({ to, data }: Decision): Hex {
  return encodeFunctionData({ abi: accessManagerAbi, functionName: "execute", args: [to, data] });
}

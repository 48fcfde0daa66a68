import type { Address, Hex } from "viem";

import type { Deployment } from "../../chain/deployment.ts";
import type { Execution } from "../../chain/execution/client.ts";
import { toExecutionError } from "../../chain/execution/revert.ts";
import { accessManagerAbi, timelockAbi } from "../abi.ts";
import type { Decision } from "./decision.ts";
import {
  callerOf,
  cancelStep,
  operationArguments,
  peopleOf,
  stepsOf,
  timelockOperations,
  type Step,
  type StepName,
} from "./steps.ts";

/** What the timelock says of a call that is done. */
const TIMELOCK_DONE = 1n;

/** How far a decision is. */
export type Progress = {
  steps: readonly Step[];
  /** What the owners sign next, and from when on, in Unix seconds; undefined when it is over. */
  next: { step: Step; from: number } | undefined;
  /** How it ended, where it has: an act without a delay leaves no trace that says so. */
  end: "executed" | "cancelled" | "expired" | undefined;
  /** What the guardian can still do about it. */
  cancel: Step | undefined;
};

/** Reads from the chain how far a decision is. */
export async function readProgress(
  decision: Decision,
  deployment: Deployment,
  execution: Execution,
): Promise<Progress> {
  const steps = stepsOf(decision, deployment);
  const at = (name: StepName, from: number) => ({ step: steps.find((step) => step.name === name) as Step, from });
  if (steps[0]?.name === "do") return { steps, next: at("do", 0), end: undefined, cancel: undefined };
  try {
    const announced = await readAnnounced(decision, deployment, execution);
    if (announced.end !== undefined) return { steps, next: undefined, end: announced.end, cancel: undefined };
    const waiting = decision.holder === "timelock" ? await readTimelock(decision, deployment, execution) : undefined;
    if (announced.from !== undefined) {
      const from = Math.max(announced.from, waiting?.execute ?? 0);
      return { steps, next: at("execute", from), end: undefined, cancel: cancelStep(decision, deployment, []) };
    }
    if (waiting === undefined) return { steps, next: at("announce", 0), end: undefined, cancel: undefined };
    if (waiting.announce === undefined) return { steps, next: at("schedule", 0), end: undefined, cancel: undefined };
    const cancel = cancelStep(decision, deployment, waiting.ids);
    return { steps, next: at("announce", waiting.announce), end: undefined, cancel };
  } catch (error) {
    throw toExecutionError(error, "Reading how far the decision is");
  }
}

type Announced = { from?: number; end?: "executed" | "cancelled" | "expired" };

/** What the AccessManager says: nothing yet, from when on it may be executed, or how it ended. */
async function readAnnounced(decision: Decision, deployment: Deployment, execution: Execution): Promise<Announced> {
  const { client } = execution;
  const { contract, operationId, nonce } = await readOperation(decision, deployment, execution);
  if (nonce === decision.announcedBefore) return {};
  const from = await client.readContract({ ...contract, functionName: "getSchedule", args: [operationId] });
  if (from !== 0) return { from };
  const ended = async (eventName: "OperationExecuted" | "OperationCanceled") => {
    const args = { operationId, nonce: decision.announcedBefore + 1 };
    const fromBlock = BigInt(deployment.deployedAtBlock);
    return (await client.getContractEvents({ ...contract, eventName, args, fromBlock })).length > 0;
  };
  if (await ended("OperationExecuted")) return { end: "executed" };
  return { end: (await ended("OperationCanceled")) ? "cancelled" : "expired" };
}

/** How often a call was announced to the AccessManager. */
export async function readOperation(
  decision: Pick<Decision, "holder" | "to" | "data">,
  deployment: Deployment,
  { client }: Execution,
) {
  const contract = { address: deployment.contracts.accessManager, abi: accessManagerAbi } as const;
  const args = [callerOf(decision, deployment), decision.to, decision.data] as const;
  const operationId = await client.readContract({ ...contract, functionName: "hashOperation", args });
  const nonce = await client.readContract({ ...contract, functionName: "getNonce", args: [operationId] });
  return { contract, operationId, nonce };
}

/** When the timelock lets each of its two calls pass; undefined for one that it does not know, or has made. */
async function readTimelock(decision: Decision, deployment: Deployment, { client }: Execution) {
  const contract = { address: peopleOf(deployment).timelock as Address, abi: timelockAbi } as const;
  const operations = timelockOperations(decision);
  const idOf = (operation: Hex) =>
    client.readContract({
      ...contract,
      functionName: "hashOperation",
      args: operationArguments(decision, deployment, operation),
    });
  const ids = await Promise.all([idOf(operations.announce), idOf(operations.execute)]);
  const [announce, execute] = await Promise.all(
    ids.map(async (id) => {
      const timestamp = await client.readContract({ ...contract, functionName: "getTimestamp", args: [id] });
      return timestamp > TIMELOCK_DONE ? Number(timestamp) : undefined;
    }),
  );
  return { ids, announce, execute };
}

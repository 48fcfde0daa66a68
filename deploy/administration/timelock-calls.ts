import { encodeFunctionData, zeroHash, type Address, type Hex } from "viem";

import { accessManagerAbi, timelockAbi } from "../abi.ts";

export type DecisionOptions = {
  timelock: Address;
  accessManager: Address;
  /** What is to be called in the end, for instance `setLimits` of the pool. */
  target: Address;
  data: Hex;
  /** Tells equal decisions apart. */
  salt: Hex;
  timelockSeconds: number;
  /** Of the role that the call needs. */
  roleSeconds: number;
};

/** A call that the administrator's multisig sends to the timelock. */
export type TimelockCall = { to: Address; data: Hex };

export type Decision = {
  /** Now, both: from here on everybody can see what is coming. */
  schedule: readonly [TimelockCall, TimelockCall];
  /** After `timelockSeconds`: the delay of the role begins. */
  announce: TimelockCall;
  /** `roleSeconds` after that: done. Within a week, or the AccessManager forgets it. */
  execute: TimelockCall;
};

/**
 * The calls with which the administrator's multisig decides something: the timelock schedules it with the AccessManager
 * and, when both delays are over, executes it. docs/deployment.md shows the way.
 */
export function decisionOf(options: DecisionOptions): Decision {
  const { timelock, accessManager, target, data, salt, timelockSeconds, roleSeconds } = options;
  const operations = {
    announce: encodeFunctionData({ abi: accessManagerAbi, functionName: "schedule", args: [target, data, 0] }),
    execute: encodeFunctionData({ abi: accessManagerAbi, functionName: "execute", args: [target, data] }),
  };
  const schedule = (operation: Hex, delaySeconds: number): TimelockCall => ({
    to: timelock,
    data: encodeFunctionData({
      abi: timelockAbi,
      functionName: "schedule",
      args: [accessManager, 0n, operation, zeroHash, salt, BigInt(delaySeconds)],
    }),
  });
  const execute = (operation: Hex): TimelockCall => ({
    to: timelock,
    data: encodeFunctionData({
      abi: timelockAbi,
      functionName: "execute",
      args: [accessManager, 0n, operation, zeroHash, salt],
    }),
  });
  return {
    schedule: [
      schedule(operations.announce, timelockSeconds),
      schedule(operations.execute, timelockSeconds + roleSeconds),
    ],
    announce: execute(operations.announce),
    execute: execute(operations.execute),
  };
}

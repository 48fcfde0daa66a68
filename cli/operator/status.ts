import type { Command } from "commander";
import { z } from "zod";

import type { PoolOperator } from "../../chain/protocol/operators.ts";
import { formatGwei, formatWei } from "../../chain/units.ts";
import { createCommand } from "../command.ts";
import type { CliIo } from "../io.ts";
import { addressText, readOptions, wholeNumber } from "../options.ts";
import { rows, table, time, type Answer } from "../output.ts";
import { openSession, readAddress } from "../session.ts";
import { findOperator } from "./find-operator.ts";
import { readOperatorDetails, type OperatorDetails } from "./read-status.ts";

const options = z.object({ operator: wholeNumber.optional(), address: addressText.optional() });

/** `ethstake operator status` */
export function operatorStatusCommand(io: CliIo): Command {
  return createCommand(io, {
    name: "status",
    description: "Shows an operator: bond, locks, key batches, validators, strikes",
    example: "ethstake operator status --operator 1 --network hoodi",
    run: status,
  })
    .option("--operator <number>", "number of the operator (default: the one that you own)")
    .option("--address <address>", "the owner, instead of your key's address");
}

async function status(command: Command, io: CliIo): Promise<Answer> {
  const { operator: operatorId, address } = readOptions(options, command);
  const session = await openSession(command, io);
  const owner = () => readAddress(session.globals, io, address);
  const operator = await findOperator(session, { operatorId, owner });
  const details = await readOperatorDetails(session, operator);
  return {
    document: { operator: { ...operator, strikes: strikes(operator) }, ...details },
    lines: [
      ...operatorLines(operator, details),
      ...lockLines(details),
      ...batchLines(details),
      ...validatorLines(details),
      ...(details.beaconProblem ? [`The beacon chain was not asked: ${details.beaconProblem}`] : []),
    ],
  };
}

function operatorLines(operator: PoolOperator, { bondWei, claimedShares }: OperatorDetails): string[] {
  return rows([
    ["Operator", `${operator.operatorId}, "${operator.name}", ${operator.clientPair}, ${operator.status}`],
    ["Owner", operator.owner],
    ["Paid to", operator.paymentAddress],
    ["Bond", `${formatWei(bondWei)} ETH (${formatWei(operator.bondShares)} ethSTAKE)`],
    ["  free", `${formatWei(operator.freeBondWei)} ETH`],
    ["  needed", `${formatWei(operator.requiredBondWei)} ETH`],
    ["  locked", `${formatWei(operator.lockedShares)} ethSTAKE`],
    [
      "Stakers' ether",
      `${formatGwei(operator.fundedGwei)} ETH on proven validators, ${operator.unprovenCount} unproven`,
    ],
    ["Strikes", `${strikes(operator)} in the last 32 periods`],
    ["Rewards claimed", `${formatWei(claimedShares)} ethSTAKE`],
    ...(operator.withdrawalShares > 0n
      ? [
          [
            "Bond asked back",
            `${formatWei(operator.withdrawalShares)} ethSTAKE, from ${time(operator.withdrawalAt)} on`,
          ] as const,
        ]
      : []),
  ]);
}

function lockLines({ locks }: OperatorDetails): string[] {
  if (locks.length === 0) return [];
  const body = locks.map(({ lockId, cause, penaltyShares, lossShares, maturesAt }) => {
    return [String(lockId), cause, formatWei(penaltyShares + lossShares), time(maturesAt)];
  });
  return ["", ...table(["Lock", "Cause", "ethSTAKE", "Burned from"], body)];
}

function batchLines({ batches }: OperatorDetails): string[] {
  if (batches.length === 0) return ["No keys wait: submit a batch with `ethstake operator keys submit`"];
  const body = batches.map(({ batchId, remaining, usableAt }) => [String(batchId), String(remaining), time(usableAt)]);
  return ["", ...table(["Batch", "Keys left", "Usable from"], body)];
}

function validatorLines({ validators }: OperatorDetails): string[] {
  if (validators.length === 0) return [];
  const body = validators.map(({ pubkey, status: inPool, depositedGwei, beacon }) => [
    `${pubkey.slice(0, 14)}...`,
    inPool,
    formatGwei(depositedGwei),
    beacon === undefined ? "-" : String(beacon.index),
    beacon?.status ?? "-",
    beacon === undefined ? "-" : formatGwei(beacon.balanceGwei),
  ]);
  return ["", ...table(["Validator", "Pool", "Deposited ETH", "Index", "Beacon chain", "Balance ETH"], body)];
}

function strikes({ strikeHistory }: PoolOperator): number {
  return strikeHistory.toString(2).replaceAll("0", "").length;
}

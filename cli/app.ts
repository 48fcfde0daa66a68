import { Command } from "commander";

import { adminGroup } from "./admin/group.ts";
import { createGroup } from "./command.ts";
import { createDepositsCommand } from "./deposits/create.ts";
import { prepareCommand } from "./deposits/prepare.ts";
import { submitDepositsCommand } from "./deposits/submit.ts";
import { topUpCommand } from "./deposits/top-up.ts";
import { verifyDepositsCommand } from "./deposits/verify.ts";
import { devnetCommand } from "./devnet/run.ts";
import { sendExitsCommand } from "./exits/send.ts";
import { signExitsCommand } from "./exits/sign.ts";
import { verifyExitsCommand } from "./exits/verify.ts";
import { addGlobalOptions } from "./globals.ts";
import type { CliIo } from "./io.ts";
import { keeperOnceCommand, keeperRunCommand } from "./keeper/run.ts";
import { bondAddCommand, bondRequestCommand, bondWithdrawCommand } from "./operator/bond.ts";
import { operatorClaimCommand } from "./operator/claim.ts";
import { exitCommand } from "./operator/exit.ts";
import { keysGenerateCommand } from "./operator/keys-generate.ts";
import { keysSubmitCommand } from "./operator/keys-submit.ts";
import { registerCommand } from "./operator/register.ts";
import { operatorStatusCommand } from "./operator/status.ts";
import { oracleCheckCommand } from "./oracle/check.ts";
import { oracleExplainCommand } from "./oracle/explain.ts";
import { oracleReplayCommand, oracleReportCommand, oracleVerifyReportCommand } from "./oracle/report.ts";
import { oracleOnceCommand, oracleRunCommand } from "./oracle/run.ts";
import { protectionGroup } from "./protection/commands.ts";
import { claimCommand } from "./staker/claim.ts";
import { stakeCommand } from "./staker/stake.ts";
import { statusCommand } from "./staker/status.ts";
import { withdrawCommand } from "./staker/withdraw.ts";
import { migrateCommand } from "./validators/migrate.ts";
import { version } from "./version.ts";

/** The `ethstake` command with everything under it. */
export function createProgram(io: CliIo): Command {
  const program = addGlobalOptions(new Command("ethstake"))
    .description("Ethereum liquid staking: for stakers, node operators, oracle members and keepers")
    .version(version)
    .addHelpText("after", "\nExample:\n  $ ethstake status --network hoodi");
  const keys = [keysGenerateCommand(io), keysSubmitCommand(io)];
  const deposits = [
    createDepositsCommand(io),
    verifyDepositsCommand(io),
    submitDepositsCommand(io),
    topUpCommand(io),
    prepareCommand(io),
  ];
  const bond = [bondAddCommand(io), bondRequestCommand(io), bondWithdrawCommand(io)];
  const commands = [
    stakeCommand(io),
    withdrawCommand(io),
    statusCommand(io),
    claimCommand(io),
    createGroup("operator", "Everything a node operator does", [
      registerCommand(io),
      createGroup("keys", "Validator keys: make them, commit to them", keys),
      operatorStatusCommand(io),
      operatorClaimCommand(io),
      exitCommand(io),
      createGroup("bond", "The bond: add to it, take back what is free", bond),
    ]),
    createGroup("deposits", "Validator keys and deposits, for anybody: make, verify, send", deposits),
    createGroup("exits", "Exits that are signed to be kept", [
      signExitsCommand(io),
      verifyExitsCommand(io),
      sendExitsCommand(io),
    ]),
    protectionGroup(io),
    createGroup("validators", "Validator clients and their keys", [migrateCommand(io)]),
    createGroup("oracle", "A member of the oracle, and what anyone can find out about its reports", [
      oracleRunCommand(io),
      oracleOnceCommand(io),
      oracleCheckCommand(io),
      oracleReportCommand(io),
      oracleVerifyReportCommand(io),
      oracleReplayCommand(io),
      oracleExplainCommand(io),
    ]),
    createGroup("keeper", "A keeper: what anyone may do for the pool", [keeperRunCommand(io), keeperOnceCommand(io)]),
    adminGroup(io),
    devnetCommand(io),
  ];
  for (const command of commands) program.addCommand(command);
  return listenTo(program, io);
}

/** Errors are thrown, never printed nor answered with process.exit; help goes to our output. */
function listenTo(command: Command, io: CliIo): Command {
  command
    .exitOverride()
    .configureOutput({ writeOut: (text) => void io.stdout.write(text), writeErr: () => undefined })
    .configureHelp({ showGlobalOptions: true })
    .showSuggestionAfterError(false);
  for (const child of command.commands) listenTo(child, io);
  return command;
}

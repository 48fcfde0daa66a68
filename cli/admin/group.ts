import type { Command } from "commander";

import { createGroup } from "../command.ts";
import type { CliIo } from "../io.ts";
import { decideCommand } from "./decide.ts";
import { executeCommand } from "./execute.ts";
import { deployCommitteeCommand, deployImplementationCommand } from "./replace.ts";
import { adminStatusCommand } from "./status.ts";

/** `ethstake admin` */
export function adminGroup(io: CliIo): Command {
  return createGroup("admin", "What the administrator's and the guardian's multisigs decide", [
    decideCommand(io),
    adminStatusCommand(io),
    executeCommand(io),
    deployImplementationCommand(io),
    deployCommitteeCommand(io),
  ]);
}

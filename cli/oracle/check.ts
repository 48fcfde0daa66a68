import type { Command } from "commander";

import { createCommand } from "../command.ts";
import type { CliIo } from "../io.ts";
import { withOracle } from "./context.ts";

/** `ethstake oracle check` */
export function oracleCheckCommand(io: CliIo): Command {
  return createCommand(io, {
    name: "check",
    description: "Looks at nodes, contracts, key, store and peers, and says what to mend",
    example: "ethstake oracle check --network hoodi --private-key-file key.txt",
    run: (command) =>
      withOracle(command, io, async (context, config) => {
        const { loadMemberAccount } = await import("../../oracle/act/member-account.ts");
        const { checkSetUp } = await import("../../oracle/tell/check.ts");
        const findings = await checkSetUp(context, config, await loadMemberAccount(config.memberKey));
        const failed = findings.some(({ ok }) => !ok);
        return {
          document: { action: "check", ok: !failed, findings },
          lines: findings.map(({ what, ok, text }) => `${ok ? "ok  " : "MEND"}  ${what}: ${text}`),
          ...(failed ? { failed } : {}),
        };
      }),
  });
}

import type { Command } from "commander";
import { expect } from "chai";

import { createProgram } from "../../cli/app.ts";
import { version } from "../../cli/version.ts";
import { run } from "./run.ts";

const program = createProgram({ env: {}, stdout: process.stdout, stderr: process.stderr });
const commands = leaves(program);

describe("the command line", () => {
  it("has every command that users were promised", () => {
    expect(commands.map((path) => path.join(" "))).to.have.members([
      "stake",
      "withdraw",
      "status",
      "claim",
      "operator register",
      "operator keys generate",
      "operator keys submit",
      "operator status",
      "operator performance",
      "operator claim",
      "operator exit",
      "operator bond add",
      "operator bond request",
      "operator bond withdraw",
      "deposits create",
      "deposits verify",
      "deposits submit",
      "deposits top-up",
      "deposits prepare",
      "exits sign",
      "exits verify",
      "exits send",
      "slashing-protection check",
      "slashing-protection merge",
      "slashing-protection minify",
      "slashing-protection import",
      "slashing-protection export",
      "validators migrate",
      "oracle run",
      "oracle once",
      "oracle check",
      "oracle report",
      "oracle verify-report",
      "oracle replay",
      "oracle explain",
      "keeper run",
      "keeper once",
      "keeper costs",
      "admin decide",
      "admin status",
      "admin execute",
      "admin deploy-implementation",
      "admin deploy-committee",
      "devnet",
    ]);
  });

  for (const path of [[], ...commands])
    it(`shows an example under \`${["ethstake", ...path].join(" ")} --help\``, async () => {
      const { status, stdout, stderr } = await run([...path, "--help"]);
      expect(status).to.equal(0);
      expect(stderr).to.equal("");
      expect(stdout).to.match(/\nExample:\n {2}\$ .*ethstake /);
    });

  it("takes no private key and no mnemonic as an argument", () => {
    const flags = allOptions(program);
    expect(flags).to.include("--private-key-file");
    expect(
      flags.filter(
        (flag) => /key|mnemonic|password/.test(flag) && !/file|pubkey|new-mnemonic|keystores|language/.test(flag),
      ),
    ).to.be.empty;
  });

  it("prints its version", async () => {
    expect(await run(["--version"])).to.deep.equal({ status: 0, stdout: `${version}\n`, stderr: "" });
  });
});

function leaves(command: Command, path: readonly string[] = []): string[][] {
  if (command.commands.length === 0) return [[...path]];
  return command.commands.flatMap((child) => leaves(child, [...path, child.name()]));
}

function allOptions(command: Command): string[] {
  return [...command.options.map(({ long }) => long ?? ""), ...command.commands.flatMap((child) => allOptions(child))];
}

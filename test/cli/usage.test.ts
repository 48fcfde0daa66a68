import { expect } from "chai";

import { run } from "./run.ts";

const pubkey = `0x${"ab".repeat(48)}`;
// Each is a mistake on the command line: status 2, one line that names what to correct, and nothing is asked of a node.
const mistakes: [string, string[], RegExp][] = [
  ["no command", [], /Name a command/],
  ["a group without a command", ["operator", "keys"], /Name a command/],
  ["an unknown command", ["stakes"], /Unknown command 'stakes'/],
  ["an unknown option", ["stake", "--amount", "1", "--fast"], /Unknown option '--fast'/],
  ["a missing option", ["stake"], /--amount <ether>/],
  ["an amount that is no number", ["stake", "--amount", "lots"], /--amount.*instead of "lots"/],
  ["a negative amount", ["stake", "--amount", "-1"], /--amount.*instead of "-1"/],
  ["an amount of nothing", ["stake", "--amount", "0"], /--amount/],
  ["an amount with too many decimals", ["stake", "--amount", "1.0000000000000000001"], /--amount.*18 decimals/],
  ["an amount with an exponent", ["stake", "--amount", "1e3"], /--amount/],
  ["an address that is none", ["stake", "--amount", "1", "--receiver", "0x12"], /--receiver.*0x12/],
  [
    "an address with a wrong checksum",
    ["stake", "--amount", "1", "--receiver", "0x70997970C51812dc3A010C7d01b50e0d17dc79c8"],
    /--receiver.*checksum/,
  ],
  ["too much slippage", ["stake", "--amount", "1", "--slippage-bps", "10001"], /--slippage-bps/],
  ["a network that is none", ["status", "--network", "ropsten"], /--network/],
  ["a node address that is none", ["status", "--network", "devnet", "--execution", "localhost"], /--execution/],
  ["no word on how much to withdraw", ["withdraw"], /--shares, --amount and --all/],
  ["two words on how much to withdraw", ["withdraw", "--all", "--amount", "1"], /--shares, --amount and --all/],
  ["no word on what to claim", ["claim"], /--request and --all/],
  ["a ticket that is no number", ["claim", "--request", "first"], /--request/],
  ["no deployment", ["status"], /--deployment.*--network/],
  ["a public key that is none", ["operator", "exit", "--pubkey", "0x12"], /--pubkey.*48 bytes/],
  ["one of two public keys that is none", ["operator", "exit", "--pubkey", `${pubkey},0x12`], /--pubkey/],
  [
    "client letters that are none",
    ["operator", "register", "--name", "A", "--bond", "12", "--clients", "geth"],
    /--clients.*GELS/,
  ],
  [
    "a name that is too long",
    ["operator", "register", "--name", "x".repeat(65), "--bond", "1", "--clients", "GELS"],
    /--name/,
  ],
  [
    "an amount of a predeposit that is not 1",
    ["operator", "keys", "generate", "--operator", "1", "--num_validators", "1", "--amount", "32"],
    /--amount.*1 ETH/,
  ],
  [
    "a count that is no number",
    ["operator", "keys", "generate", "--operator", "1", "--num_validators", "x"],
    /--num_validators/,
  ],
  ["no word on how much bond", ["operator", "bond", "request"], /--amount and --shares/],
  [
    "a job that is none",
    ["keeper", "once", "--jobs", "fly"],
    /settle, stale, witness, prove, fund, deposit, exit, claim/,
  ],
  ["a port that is none", ["devnet", "--beacon-port", "70000"], /--beacon-port/],
];

describe("mistakes on the command line", () => {
  for (const [what, argv, says] of mistakes) {
    it(`${what}: status 2 and one line on what to correct`, async () => {
      const { status, stdout, stderr } = await run(argv);
      expect(status).to.equal(2);
      expect(stdout).to.equal("");
      expect(stderr).to.match(/^error: [^\n]+\n$/);
      expect(stderr).to.match(says);
    });

    it(`${what}: with --json one document`, async () => {
      const { status, stdout, stderr } = await run([...argv, "--json"]);
      expect(status).to.equal(2);
      expect(stderr).to.equal("");
      const { error } = JSON.parse(stdout) as { error: { code: string; message: string } };
      expect(error.code).to.be.oneOf(["USAGE", "JOB_UNKNOWN"]);
      expect(error.message).to.match(says);
    });
  }
});

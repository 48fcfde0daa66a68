// A run in a process of its own, to be killed. Prints its progress; the words come by standard input.
import { readFileSync } from "node:fs";

import { networkByName } from "../../../chain/networks.ts";
import { createDeposits } from "../../../deposits/create.ts";
import { credentialsOf } from "../../../deposits/terms.ts";

const [folder = "", count = "", resume = ""] = process.argv.slice(2);
const [mnemonic = "", password = ""] = readFileSync(0, "utf8").split("\n");
const made = await createDeposits({
  mnemonic,
  password,
  kdf: "pbkdf2",
  count: Number(count),
  network: networkByName("hoodi"),
  withdrawalCredentials: credentialsOf(`0x${"ab".repeat(20)}`, true),
  amountGwei: 32_000_000_000n,
  folder,
  threads: 2,
  resume: resume === "resume",
  onProgress: ({ step, done }) => console.log(`${step} ${done}`),
});
console.log(
  `made ${JSON.stringify({ startIndex: made.startIndex, pubkeys: made.deposits.map(({ pubkey }) => pubkey) })}`,
);

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

import { toHex, type Hex } from "viem";
import { z } from "zod";

import { devnetAccounts } from "../../../deploy/devnet-people.ts";
import { stringifyJson } from "../../../runtime/json.ts";
import { ethstakeMeanwhile } from "../../network/commands.ts";
import { personOf } from "../../network/person.ts";
import { networkByName } from "../../../chain/networks.ts";
import type { World } from "../world.ts";

/** One of the administrator's owners pays for the gas. */
const payer = personOf("administrator", 10);
const LOOK_MS = 200;
const statusAnswer = z.object({ next: z.object({ from: z.number() }) });

/**
 * Waits for a report that is held, and confirms it as docs/runbooks/ceremonies/review-a-report.md says, while slots pass.
 * Answers when it has been done; `onHeld` runs before anything is decided.
 */
export async function confirmHeldReport({ stage }: World, onHeld: () => Promise<void>): Promise<void> {
  const { folder, deployment, protocol, oracles, signal } = stage;
  const { distribution } = protocol;
  const secondsPerSlot = networkByName("devnet").secondsPerSlot;
  let held: { refSlot: bigint } | undefined;
  while (held === undefined) {
    await setTimeout(LOOK_MS, undefined, { signal });
    const [event] = await protocol.client.getContractEvents({
      ...{ address: distribution.address, abi: distribution.abi, eventName: "ReportHeld", strict: true },
      fromBlock: BigInt(deployment.deployedAtBlock),
    });
    held = event?.args;
  }
  await onHeld();
  const env = {
    ORACLE_SINGLE_NODE: "true",
    ORACLE_PEERS: oracles.map(({ url }) => url).join(","),
    DATA_DIR: join(folder, "administrator"),
  };
  const run = (argv: readonly string[]) => ethstakeMeanwhile(stage, payer, [...argv, "--network", "devnet"], env);
  const report = await run(["oracle", "report", "--slot", String(held.refSlot)]);
  const inFolder = (name: string) => join(folder, name);
  await writeFile(inFolder("report.json"), stringifyJson(report));
  await writeFile(inFolder("owners.txt"), keysOfOwners(), { mode: 0o600 });
  const decided = ["--report", inFolder("report.json"), "--out", inFolder("confirm")];
  await run(["admin", "decide", "distribution.confirmReport", ...decided]);
  const decision = inFolder("confirm/decision.json");
  const execute = () => run(["admin", "execute", decision, "--owner-keys-file", inFolder("owners.txt")]);
  await execute();
  const { next } = statusAnswer.parse(await run(["admin", "status", decision]));
  while (stage.net.now() < next.from + secondsPerSlot) await setTimeout(LOOK_MS, undefined, { signal });
  await execute();
}

function keysOfOwners(): string {
  const keys = devnetAccounts.administratorOwners().map((account): Hex => {
    const { privateKey } = account.getHdKey();
    if (privateKey === null) throw new TypeError("An account without a key");
    return toHex(privateKey);
  });
  return `${keys.join("\n")}\n`;
}

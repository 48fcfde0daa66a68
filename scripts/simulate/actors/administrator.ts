import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

import { toHex, type Hex } from "viem";

import { devnetAccounts } from "../../../deploy/devnet-people.ts";
import { stringifyJson } from "../../../runtime/json.ts";
import { ethstakeMeanwhile } from "../../network/commands.ts";
import { personOf } from "../../network/person.ts";
import { networkByName } from "../../../chain/networks.ts";
import type { World } from "../world.ts";

/** One of the administrator's owners pays for the gas. */
const payer = personOf("administrator", 10);
const LOOK_MS = 200;

/**
 * Waits for a report that is held, and confirms it as docs/runbooks/ceremonies/review-a-report.md says, while slots pass.
 * Answers when it has been done; `onHeld` runs before anything is decided.
 */
export async function confirmHeldReport({ stage }: World, onHeld: () => Promise<void>): Promise<void> {
  const { folder, deployment, protocol, signal } = stage;
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
  const run = (argv: readonly string[]) =>
    ethstakeMeanwhile(stage, payer, [...argv, "--network", "devnet"], { ORACLE_SINGLE_NODE: "true" });
  const report = await run(["oracle", "report", "--slot", String(held.refSlot)]);
  const [reportFile, ownersFile, decisionFolder] = ["report.json", "owners.txt", "confirm"].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  await writeFile(reportFile, stringifyJson(report));
  await writeFile(ownersFile, keysOf(), { mode: 0o600 });
  await run(["admin", "decide", "distribution.confirmReport", "--report", reportFile, "--out", decisionFolder]);
  const decision = join(decisionFolder, "decision.json");
  const execute = () => run(["admin", "execute", decision, "--owner-keys-file", ownersFile]);
  await execute();
  const { next } = (await run(["admin", "status", decision])) as { next?: { from: number } };
  while (stage.net.now() < (next?.from ?? 0) + secondsPerSlot) await setTimeout(LOOK_MS, undefined, { signal });
  await execute();
}

function keysOf(): string {
  const keys = devnetAccounts.administratorOwners().map((account): Hex => {
    const { privateKey } = account.getHdKey();
    if (privateKey === null) throw new TypeError("An account without a key");
    return toHex(privateKey);
  });
  return keys.join("\n") + "\n";
}

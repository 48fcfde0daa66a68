import { mkdir, writeFile } from "node:fs/promises";
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

/** A report that is held for review. */
type HeldReport = { refSlot: bigint; blockNumber: bigint };

/** Waits for a report that is held in a block from `firstBlock` on, while slots pass. */
async function nextHeld({ stage }: World, firstBlock: bigint, signal: AbortSignal): Promise<HeldReport> {
  const { client, distribution } = stage.protocol;
  const { address, abi } = distribution;
  // Only new blocks are looked at: over the whole chain this would be the dearest question of all.
  for (let fromBlock = firstBlock; ; ) {
    const toBlock = await client.getBlockNumber({ cacheTime: 0 });
    if (toBlock >= fromBlock) {
      const range = { fromBlock, toBlock };
      const [event] = await client.getContractEvents({ address, abi, eventName: "ReportHeld", strict: true, ...range });
      if (event !== undefined) return { refSlot: event.args.refSlot, blockNumber: event.blockNumber };
      fromBlock = toBlock + 1n;
    }
    await setTimeout(LOOK_MS, undefined, { signal });
  }
}

/** Confirms it as docs/runbooks/ceremonies/review-a-report.md says, while slots pass. */
async function confirm({ stage }: World, { refSlot }: HeldReport): Promise<void> {
  const { folder, oracles, signal } = stage;
  const own = join(folder, `review-${refSlot}`);
  await mkdir(own, { recursive: true });
  const env = {
    ORACLE_SINGLE_NODE: "true",
    ORACLE_PEERS: oracles.map(({ url }) => url).join(","),
    DATA_DIR: join(folder, "administrator"),
  };
  const run = (argv: readonly string[]) => ethstakeMeanwhile(stage, payer, [...argv, "--network", "devnet"], env);
  const report = await run(["oracle", "report", "--slot", String(refSlot)]);
  const [reportFile, keysFile] = [join(own, "report.json"), join(own, "owners.txt")];
  await writeFile(reportFile, stringifyJson(report));
  await writeFile(keysFile, keysOfOwners(), { mode: 0o600 });
  const out = join(own, "confirm");
  await run(["admin", "decide", "distribution.confirmReport", "--report", reportFile, "--out", out]);
  const decision = join(out, "decision.json");
  const execute = () => run(["admin", "execute", decision, "--owner-keys-file", keysFile]);
  await execute();
  const { next } = statusAnswer.parse(await run(["admin", "status", decision]));
  const readyAt = next.from + networkByName("devnet").secondsPerSlot;
  while (stage.net.now() < readyAt) await setTimeout(LOOK_MS, undefined, { signal });
  await execute();
}

/** Waits for the first report that is held, and confirms it; `onHeld` runs before anything is decided. */
export async function confirmHeldReport(world: World, onHeld: () => Promise<void>): Promise<void> {
  const held = await nextHeld(world, BigInt(world.stage.deployment.deployedAtBlock), world.stage.signal);
  await onHeld();
  await confirm(world, held);
}

/** Confirms every report that is held, until `signal`. What fails is noted. */
export async function reviewReports(world: World, signal: AbortSignal): Promise<void> {
  const { stage, notes, reviewed } = world;
  let fromBlock = BigInt(stage.deployment.deployedAtBlock);
  while (!signal.aborted) {
    try {
      const held = await nextHeld(world, fromBlock, signal);
      fromBlock = held.blockNumber + 1n;
      await confirm(world, held);
      reviewed.push(held.refSlot);
    } catch (error) {
      if (!signal.aborted) notes.push(`reviewing from block ${fromBlock} on: ${String(error)}`);
    }
  }
}

function keysOfOwners(): string {
  const keys = devnetAccounts.administratorOwners().map((account): Hex => {
    const { privateKey } = account.getHdKey();
    if (privateKey === null) throw new TypeError("An account without a key");
    return toHex(privateKey);
  });
  return `${keys.join("\n")}\n`;
}

// `npm run runbooks [-- NAME ...]`: tries every command of docs/runbooks on a network of its own.
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

import { toHex, type HDAccount } from "viem";
import { generatePrivateKey, privateKeyToAddress } from "viem/accounts";

import { devnetAccounts, devnetPeople } from "../../deploy/devnet-people.ts";
import { stringifyJson } from "../../runtime/json.ts";
import { endOfFrame, lastRefSlot, settleThrough } from "../main-job/chapters/frames.ts";
import { ethstake } from "../network/commands.ts";
import { keeper, operators, stakers } from "../main-job/people.ts";
import { withStage } from "../main-job/run.ts";
import type { Stage } from "../network/stage.ts";
import { readRunbooks } from "./read.ts";
import { rehearse, type Rehearsal, type Rehearsed } from "./run.ts";

const root = join(import.meta.dirname, "..", "..");
/** Between two looks at what a command has sent: a command must be able to keep up with the chain. */
const PAUSE_MS = 700;
/** Three epochs and a few slots. */
const SLOTS_TO_FINALITY = 28;
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());

const wanted = process.argv.slice(2);
const runbooks = readRunbooks(join(root, "docs", "runbooks"))
  .filter(({ parts }) => parts.length > 0)
  .filter(({ name }) => wanted.length === 0 || wanted.some((one) => name.includes(one)));
const done: Rehearsed[] = [];
await withStage({ write: (text) => process.stdout.write(text), live: false, signal: stop.signal }, async (stage) => {
  const settled = await prepare(stage);
  const on = await rehearsalOn(stage, settled);
  for (const runbook of runbooks) {
    stage.timeline.chapter(runbook.name);
    const result = await rehearse(runbook, on);
    done.push(result);
    stage.timeline.say(`${result.commands} commands, ${result.seconds.toFixed(1)} s: ${result.error ?? "done"}`);
    if (result.error !== undefined) process.stdout.write(result.output);
  }
});

const failed = done.filter(({ error }) => error !== undefined);
console.log(`${done.length - failed.length} of ${done.length} runbooks did what they say`);
process.exitCode = failed.length > 0 ? 1 : 0;

/** An operator, a staker and a settled frame: the life that the pages meet. */
async function prepare(stage: Stage): Promise<number> {
  const [operator] = operators;
  const [staker] = stakers;
  if (operator === undefined || staker === undefined) throw new TypeError("the main job has no people");
  const { name, clients, bondEther } = operator;
  await ethstake(stage, operator, ["operator", "register", "--name", name, "--clients", clients, "--bond", bondEther]);
  await ethstake(stage, staker, ["stake", "--amount", "40"]);
  const refSlot = await endOfFrame(stage, (await lastRefSlot(stage)) + 1);
  await settleThrough(stage, refSlot);
  // Until the settlement is final: only then anybody can check it.
  await stage.net.advance({ slots: SLOTS_TO_FINALITY });
  return refSlot;
}

async function rehearsalOn(stage: Stage, settledSlot: number): Promise<Rehearsal> {
  const folder = join(stage.folder, "runbooks");
  const bin = join(folder, "bin");
  await mkdir(bin, { recursive: true });
  const write = (name: string, text: string) => writeFile(join(folder, name), text, { mode: 0o600 });
  const command = join(bin, "ethstake");
  await writeFile(command, `#!/bin/sh\nexec "${process.execPath}" "${join(root, "cli", "bin.js")}" "$@"\n`);
  await chmod(command, 0o755);
  await write("key.txt", `${keeper.privateKey}\n`);
  await write("guardian.txt", keysOf(devnetAccounts.guardianOwners()));
  await write("administrator.txt", keysOf(devnetAccounts.administratorOwners()));
  await write("people.json", stringifyJson(devnetPeople()));
  const members = devnetAccounts.committeeMembers().map(({ address }) => address);
  await write("member.txt", `${members[2]}\n`);
  await write("members.txt", [...members.slice(0, 2), privateKeyToAddress(generatePrivateKey())].join(","));
  const settings = { DEPLOYMENT_FILE: stage.deploymentFile, LOG_LEVEL: "error", ORACLE_SINGLE_NODE: "true" };
  const nodes = { EXECUTION_CLIENT_URI: stage.net.executionUrl, CONSENSUS_CLIENT_URI: stage.net.beaconUrl };
  const path = `${bin}:${process.env["PATH"] ?? ""}`;
  return {
    folder,
    env: { ...settings, ...nodes, PATH: path, HOME: folder, DATA_DIR: join(folder, "data") },
    words: {
      "--network hoodi": "--network devnet",
      SETTLED_SLOT: String(settledSlot),
      "node deploy/main.ts": `"${process.execPath}" "${join(root, "deploy", "main.ts")}"`,
    },
    pass: async () => {
      await stage.net.advance({ slots: 1 });
      await setTimeout(PAUSE_MS);
    },
    secondsUntilDue: async (name) => {
      const argv = ["admin", "status", join(folder, "decisions", name, "decision.json")];
      const { next } = (await ethstake(stage, keeper, argv)) as { next?: { from: number } };
      return (next?.from ?? 0) - Number((await stage.execution.client.getBlock()).timestamp);
    },
    passSeconds: async (seconds) => {
      const slotSeconds = Number(JSON.parse(await readFile(stage.deploymentFile, "utf8")).parameters.secondsPerSlot);
      if (seconds > 0) await stage.net.advance({ slots: Math.ceil(seconds / slotSeconds) });
    },
    signal: stage.signal,
  };
}

function keysOf(accounts: readonly HDAccount[]): string {
  return accounts.map((account) => `${toHex(account.getHdKey().privateKey ?? new Uint8Array())}\n`).join("");
}

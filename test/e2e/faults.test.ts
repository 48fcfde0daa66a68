import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";
import { createWalletClient, padHex, parseEther, parseGwei, type Abi, type Hex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { z } from "zod";

import { iDepositContractAbi } from "../../chain/abi/IDepositContract.ts";
import { commitmentOf } from "../../chain/keys/key-batch.ts";
import { decodeKeyBatchFile, encodeKeyBatchFile } from "../../chain/keys/key-batch-file.ts";
import { networkByName } from "../../chain/networks.ts";
import { readPoolValidators, type PoolValidator } from "../../chain/protocol/validators.ts";
import { pubkeyRoot } from "../../chain/ssz/domains.ts";
import { depositDataRoot, signDeposit } from "../../deposits/deposit-data.ts";
import { deriveSigningKey, masterKeyOf } from "../../deposits/keys.ts";
import { endOfFrame, lastRefSlot, settleThrough } from "../../scripts/main-job/chapters/frames.ts";
import { batchFolder } from "../../scripts/main-job/chapters/operators.ts";
import { newestBlock } from "../../scripts/main-job/chapters/validators.ts";
import { ethstake } from "../../scripts/network/commands.ts";
import { keeper, operators, stakers } from "../../scripts/main-job/people.ts";
import type { Person } from "../../scripts/network/person.ts";
import { withStage } from "../../scripts/main-job/run.ts";
import { advanceTo, advanceUntil, drive, type Stage } from "../../scripts/network/stage.ts";

const ONE_ETHER_GWEI = 1_000_000_000n;
/** A frame is final about three epochs after its end, and then takes a few slots to settle. */
const SLOTS_TO_SETTLE = 40;

type Observed = {
  badBatchRefused: string;
  skippedReasons: number[];
  badKeyStatus: number;
  badKeyDeposited: boolean;
  frontRun: PoolValidator | undefined;
  faultyStatus: string;
  losses: { operatorId: number; amountWei: bigint }[];
  rates: bigint[];
  bondBefore: bigint;
  bondAfter: bigint;
  settledWithTwo: boolean;
  settledWithOne: boolean;
  aliveWithOne: boolean;
  settledAgain: boolean;
};

// What must go well when people cheat and machines die, on the real network.
describe("faults, on a real network", () => {
  let seen: Observed;

  before(async () => {
    const options = {
      write: (text: string) => {
        if (process.env["E2E_VERBOSE"] !== undefined) process.stdout.write(text);
      },
      live: false,
      signal: new AbortController().signal,
    };
    seen = await withStage(options, async (stage) => {
      const cheating = await playCheats(stage);
      const settled = await playFrontRunToItsEnd(stage);
      const killed = await playDeadOracles(stage);
      return { ...cheating, ...settled, ...killed };
    });
  });

  it("INC-05 the command refuses a batch with a wrong signature, in one line that says what to do", () => {
    expect(seen.badBatchRefused).to.match(/signature/i);
    expect(seen.badBatchRefused.split("\n")).to.have.length(1);
  });

  it("INC-05 INV-18 a wrong deposit signature never gets a deposit, even when the operator goes around the command", () => {
    expect(seen.skippedReasons).to.deep.equal([2]);
    expect(seen.badKeyStatus).to.equal(0);
    expect(seen.badKeyDeposited).to.equal(false);
  });

  it("INC-01 a front-running deposit is proven foreign", () => {
    expect(seen.frontRun, "the predeposit was sent").to.not.equal(undefined);
    expect(seen.faultyStatus).to.equal("faulty");
  });

  it("INC-01 it costs the operator its ether and a penalty, once", () => {
    expect(seen.losses).to.deep.equal([{ operatorId: 1, amountWei: parseEther("1") }]);
    const spent = seen.bondBefore - seen.bondAfter;
    // One ether lost and half an ether of penalty; a share is worth an ether but for rewards.
    expect(spent > parseEther("1.49") && spent < parseEther("1.51"), String(spent)).to.equal(true);
  });

  it("INC-01 INV-03 it costs stakers nothing: the rate never falls", () => {
    for (const [i, rate] of seen.rates.entries()) expect(rate >= (seen.rates[i - 1] ?? 0n), `at ${i}`).to.equal(true);
  });

  it("INC-21 a frame settles with one of three oracle processes killed in its middle", () => {
    expect(seen.settledWithTwo).to.equal(true);
  });

  it("INC-21 with two killed nothing settles and nothing breaks; it goes on when one returns", () => {
    expect(seen.settledWithOne).to.equal(false);
    expect(seen.aliveWithOne).to.equal(true);
    expect(seen.settledAgain).to.equal(true);
  });
});

// ---------------------------------------------------------------- Cheats

async function playCheats(stage: Stage) {
  const [alder, birch] = operators;
  const [ada] = stakers;
  if (alder === undefined || birch === undefined || ada === undefined) throw new Error("Nobody is there");
  const alderBatch = await registerWithKeys(stage, alder, 1, alder.mnemonic);
  const birchBatch = await registerWithKeys(stage, birch, 2, birch.mnemonic);

  // Alder commits honestly. Birch's first signature is by another key: it belongs to the second one.
  await ethstake(stage, alder, ["operator", "keys", "submit", "--batch", alderBatch]);
  const batch = decodeKeyBatchFile(await readFile(birchBatch, "utf8"), birchBatch);
  const [first, second] = batch.keys;
  if (first === undefined || second === undefined) throw new Error("Birch has no keys");
  const keys = [{ ...first, signature: second.signature }, second];
  const bad = { ...batch, keys, commitment: commitmentOf({ operatorId: 2, keys }) };
  const badPath = join(batchFolder(stage), "key_batch-2-1.json");
  await writeFile(badPath, encodeKeyBatchFile(bad), { mode: 0o600 });
  const badBatchRefused = await ethstake(stage, birch, ["operator", "keys", "submit", "--batch", badPath]).then(
    () => "it was taken",
    (error: unknown) => messageOf(error),
  );
  const { registry, manager } = stage.protocol;
  await send(stage, birch, registry, "submitValidatorSigs", [2, 0, bad.commitment, 2]);
  await writeFile(join(batchFolder(stage), "key_batch-1-1.json"), await readFile(alderBatch), { mode: 0o600 });

  await ethstake(stage, ada, ["stake", "--amount", ada.stakeEther]);
  const { minBatchAgeSeconds } = await registry.read.parameters();
  const usableAt = stage.net.now() + minBatchAgeSeconds;
  await advanceUntil(stage, "the batches may be opened", () => Promise.resolve(stage.net.now() >= usableAt));

  // Alder's own key, with credentials of its own, in the block of the predeposit and before it.
  const bondBefore = (await registry.read.getOperator([1])).bondShares;
  let attacked = false;
  await keep(stage, ["deposit"], async () => {
    if (attacked) return;
    attacked = true;
    await depositForOneself(stage, alder.mnemonic);
  });
  const skipped = await stage.protocol.client.getContractEvents({
    address: manager.address,
    abi: manager.abi,
    eventName: "KeySkipped",
    strict: true,
    fromBlock: 0n,
  });
  const validators = await poolValidators(stage);
  const frontRunKey = deriveSigningKey(masterKeyOf(alder.mnemonic), 0).pubkey;
  return {
    badBatchRefused,
    skippedReasons: skipped.map(({ args }) => args.reason),
    badKeyStatus: (await manager.read.getValidator([pubkeyRoot(first.pubkey)])).status,
    badKeyDeposited: validators.some(({ pubkey }) => pubkey === first.pubkey),
    frontRun: validators.find(({ pubkey }) => pubkey === frontRunKey),
    bondBefore,
  };
}

async function registerWithKeys(stage: Stage, who: Person & { clients: string }, id: number, words: string) {
  const register = ["operator", "register", "--name", who.name, "--clients", who.clients, "--bond", "12"];
  await ethstake(stage, who, register);
  const folder = join(stage.folder, `operator-${id}`);
  await ethstake(
    stage,
    who,
    ["operator", "keys", "generate", "--operator", String(id), "--num_validators", "2", "--folder", folder],
    { ETHSTAKE_MNEMONIC: words },
  );
  const name = (await readdir(folder)).find((file) => file.startsWith("key_batch"));
  return join(folder, name ?? "");
}

/** A valid first deposit of Alder's first key, whose withdrawal credentials are a confederate's. */
async function depositForOneself(stage: Stage, mnemonic: string): Promise<void> {
  const [, ben] = stakers;
  if (ben === undefined) throw new Error("Nobody is there");
  const { secretKey } = deriveSigningKey(masterKeyOf(mnemonic), 0);
  const withdrawalCredentials: Hex = `0x01${padHex(ben.address, { size: 31 }).slice(2)}`;
  const { genesisForkVersion } = networkByName("devnet");
  const deposit = signDeposit(secretKey, { withdrawalCredentials, amountGwei: ONE_ETHER_GWEI, genesisForkVersion });
  await walletOf(stage, ben).writeContract({
    address: stage.net.depositContract,
    abi: iDepositContractAbi,
    functionName: "deposit",
    args: [deposit.pubkey, withdrawalCredentials, deposit.signature, depositDataRoot(deposit)],
    value: parseEther("1"),
    gas: 200_000n,
    // Ahead of everybody else in the block.
    maxPriorityFeePerGas: parseGwei("100"),
    maxFeePerGas: parseGwei("200"),
  });
}

// ---------------------------------------------------------------- To the end

async function playFrontRunToItsEnd(stage: Stage) {
  const { protocol } = stage;
  const rates: bigint[] = [];
  let faultyStatus = "";
  const note = async () => void rates.push(await protocol.pool.read.ethPerShare());
  await note();
  await advanceUntil(stage, "the credentials are proven", async () => {
    if (stage.net.slot() % 4 !== 0) return false;
    await keep(stage, ["prove"]);
    await note();
    return (await protocol.manager.read.unprovenCount()) === 0;
  });
  faultyStatus =
    (await poolValidators(stage)).find(({ operatorId, status }) => operatorId === 1 && status === "faulty")?.status ??
    "";
  for (let frames = 0; frames < 4; frames++) {
    await settleThrough(stage, (await lastRefSlot(stage)) + 1);
    await note();
    const { lockedShares } = await protocol.registry.read.getOperator([1]);
    if (lockedShares === 0n) break;
  }
  const settled = await protocol.client.getContractEvents({
    address: protocol.distribution.address,
    abi: protocol.distribution.abi,
    eventName: "RewardSettled",
    strict: true,
    fromBlock: 0n,
  });
  return {
    rates,
    faultyStatus,
    losses: settled.flatMap(({ args }) => [...args.report.losses]),
    bondAfter: (await protocol.registry.read.getOperator([1])).bondShares,
  };
}

// ---------------------------------------------------------------- Dead oracles

async function playDeadOracles(stage: Stage) {
  const [one, two] = stage.oracles;
  if (one === undefined || two === undefined) throw new Error("No oracle is there");
  const middle = (await endOfFrame(stage, stage.net.slot())) + 32;
  await advanceTo(stage, middle);
  await one.kill();
  const frame = await endOfFrame(stage, middle);
  const settledWithTwo = await settleThrough(stage, frame).then(
    () => true,
    () => false,
  );

  await two.kill();
  const next = await endOfFrame(stage, frame + 1);
  await advanceTo(stage, next + SLOTS_TO_SETTLE);
  const settledWithOne = (await lastRefSlot(stage)) >= next;
  const aliveWithOne = (await stage.oracles[2]?.status()) !== undefined;

  one.start();
  await settleThrough(stage, next);
  return { settledWithTwo, settledWithOne, aliveWithOne, settledAgain: (await lastRefSlot(stage)) >= next };
}

// ---------------------------------------------------------------- Steps

async function keep(stage: Stage, jobs: string[], meanwhile?: () => Promise<void>): Promise<void> {
  const env = { KEEPER_KEY_BATCH_FOLDER: batchFolder(stage), KEEPER_TARGET_ETH: "60", KEEPER_EXIT_MARGIN_S: "604800" };
  await ethstake(stage, keeper, ["keeper", "once", "--jobs", jobs.join(",")], env, meanwhile);
}

async function poolValidators(stage: Stage): Promise<PoolValidator[]> {
  return readPoolValidators(stage.protocol, stage.deployment, await newestBlock(stage));
}

function walletOf({ execution: { chain, transport } }: Stage, { privateKey }: Person) {
  return createWalletClient({ account: privateKeyToAccount(privateKey), chain, transport });
}

async function send(
  stage: Stage,
  who: Person,
  { address, abi }: { address: Hex; abi: Abi },
  functionName: string,
  args: readonly unknown[],
): Promise<void> {
  await drive(stage, async ({ needBlock }) => {
    const hash = await walletOf(stage, who).writeContract({ address, abi, functionName, args });
    needBlock();
    const { status } = await stage.protocol.client.waitForTransactionReceipt({ hash });
    if (status !== "success") throw new Error(`${functionName} reverted`);
  });
}

/** The message of the error document that a command printed. */
function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const document = z.object({ error: z.object({ message: z.string() }) });
  return document.parse(JSON.parse(text.slice(text.indexOf("{")))).error.message;
}

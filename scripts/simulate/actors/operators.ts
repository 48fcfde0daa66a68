import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { SecretKey } from "@chainsafe/blst";
import { parseEventLogs, stringToHex } from "viem";

import { commitmentOf } from "../../../chain/keys/key-batch.ts";
import { encodeKeyBatchFile, toKeyBatchFile } from "../../../chain/keys/key-batch-file.ts";
import { PREDEPOSIT_GWEI } from "../../../chain/keys/deposit-signature.ts";
import { networkByName } from "../../../chain/networks.ts";
import { WEI_PER_ETHER } from "../../../chain/units.ts";
import { signDeposit } from "../../../deposits/deposit-data.ts";
import { accountKeyOf, deriveFromAccount } from "../../../deposits/keys.ts";
import { operators as people } from "../people.ts";
import type { KnownOperator, World } from "../world.ts";
import { readRewardsClaim } from "./rewards-claim.ts";

/** Covers two validators before their proof, and some 400 ETH. */
const BOND_WEI = 20n * WEI_PER_ETHER;
const KEYS_PER_BATCH = 4;

/** The next person registers, if any is left, and commits to keys. */
export async function register(world: World): Promise<void> {
  const { stage, sender, operators } = world;
  const person = people[operators.length];
  if (person === undefined) return sender.note("register", "NOBODY_LEFT");
  const { address, abi } = stage.protocol.registry;
  const args = [person.name, person.address, stringToHex(person.clients, { size: 4 })] as const;
  const call = { address, abi, functionName: "registerOperator", args, valueWei: BOND_WEI } as const;
  await sender.send(person, "register", call, async ({ receipt }) => {
    const [event] = parseEventLogs({ abi, eventName: "OperatorRegistered", logs: receipt.logs });
    if (event === undefined) throw new Error("A registration without its event");
    const { operatorId } = event.args;
    const seed = createHash("sha256").update(`simulation ${operatorId}`).digest();
    const masterKey = SecretKey.deriveMasterEip2333(seed).toBytes();
    operators.push({ operatorId, person, masterKey, nextKey: 0 });
  });
}

/** An operator makes keys, loads them into its validator client, and commits to them. */
export async function addKeys(world: World, operator: KnownOperator, count = KEYS_PER_BATCH): Promise<void> {
  const { stage, sender, keys } = world;
  const { protocol, deployment, folder, net } = stage;
  const { operatorId, person } = operator;
  const network = networkByName("devnet");
  const withdrawalCredentials = await protocol.manager.read.withdrawalCredentials();
  const made = deriveFromAccount(accountKeyOf(operator.masterKey), operator.nextKey, count);
  const terms = { withdrawalCredentials, amountGwei: PREDEPOSIT_GWEI, genesisForkVersion: network.genesisForkVersion };
  const batch = { operatorId, keys: made.map(({ secretKey, pubkey }) => signDeposit(secretKey, terms, pubkey)) };
  const slim = { operatorId, keys: batch.keys.map(({ pubkey, signature }) => ({ pubkey, signature })) };
  const batchId = await protocol.registry.read.keyBatchCount([operatorId]);
  const { address, abi } = protocol.registry;
  const args = [operatorId, batchId, commitmentOf(slim), count] as const;
  const call = { address, abi, functionName: "submitValidatorSigs", args } as const;
  const firstKey = operator.nextKey;
  await sender.send(person, "add-keys", call, async () => {
    const file = toKeyBatchFile(slim, network, withdrawalCredentials);
    await writeFile(join(folder, "key-batches", `key_batch-${operatorId}-${firstKey}.json`), encodeKeyBatchFile(file), {
      mode: 0o600,
    });
    const feeRecipient = deployment.contracts.executionVault;
    await net.addValidators(made.map(({ secretKey }) => ({ secretKey, feeRecipient })));
    for (const { pubkey, secretKey } of made) keys.set(pubkey, { pubkey, secretKey, operatorId });
    operator.nextKey = firstKey + count;
  });
}

/** An operator asks for a part of its bond back. */
export async function askBond({ stage, sender }: World, operator: KnownOperator, part: number): Promise<void> {
  const { address, abi } = stage.protocol.registry;
  const { bondShares } = await stage.protocol.registry.read.getOperator([operator.operatorId]);
  const shares = (bondShares * BigInt(Math.floor(part * 100))) / 1_000n;
  const args = [operator.operatorId, shares] as const;
  await sender.send(operator.person, "ask-bond", { address, abi, functionName: "requestBondWithdrawal", args });
}

/** An operator takes the bond that it asked for. */
export async function takeBond({ stage, sender }: World, operator: KnownOperator): Promise<void> {
  const { address, abi } = stage.protocol.registry;
  const args = [operator.operatorId] as const;
  await sender.send(operator.person, "take-bond", { address, abi, functionName: "withdrawBond", args });
}

/** An operator takes its part of the fee; any running member has the tree. */
export async function claimFee({ stage, sender }: World, operator: KnownOperator): Promise<void> {
  const claim = await readRewardsClaim(stage, operator.operatorId);
  if (claim === undefined) return sender.note("claim-fee", "NOTHING_TO_CLAIM");
  const { address, abi } = stage.protocol.distribution;
  await sender.send(operator.person, "claim-fee", { address, abi, functionName: "claimRewards", args: claim });
}

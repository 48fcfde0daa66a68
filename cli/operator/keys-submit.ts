import type { Command } from "commander";
import type { Hex } from "viem";
import { z } from "zod";

import type { KeyBatchFile } from "../../chain/keys/key-batch-file.ts";
import { searchBlocks } from "../../chain/protocol/block-ranges.ts";
import { inParallel } from "../../chain/protocol/in-parallel.ts";
import { pubkeyRoot } from "../../chain/ssz/domains.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { createCommand } from "../command.ts";
import type { CliIo } from "../io.ts";
import { readOptions } from "../options.ts";
import { time, type Answer } from "../output.ts";
import { minedFields, minedLine, openSender } from "../send.ts";
import { openBeacon, openSession, type Session } from "../session.ts";

const options = z.object({ batch: z.string() });

/** `ethstake operator keys submit` */
export function keysSubmitCommand(io: CliIo): Command {
  return createCommand(io, {
    name: "submit",
    description: "Checks a key batch file in every way and commits to it on chain, without showing its keys",
    example:
      "ethstake operator keys submit --batch validator_keys/key_batch-1-1790000000.json --network hoodi --private-key-file key.txt",
    run: submit,
  }).requiredOption("--batch <file>", "key batch file, as `operator keys generate` wrote it");
}

async function submit(command: Command, io: CliIo): Promise<Answer> {
  const { batch } = readOptions(options, command);
  const session = await openSession(command, io);
  const sender = await openSender(session);
  const { readKeyBatchFile } = await import("../../chain/keys/key-batch-file.ts");
  const file = await readKeyBatchFile(batch);
  await assertForPool(session, file, batch);
  await assertNotSubmitted(session, file);
  await assertNewKeys(session, file);
  const { registry } = session.protocol;
  const { operatorId, commitment, keys } = file;
  const { address, abi } = registry;
  // Keepers look from 0 to the first gap. The same number sent twice is refused, so nothing is committed twice.
  const batchId = await registry.read.keyBatchCount([operatorId], session.at);
  const mined = await sender.submit(`Commit operator ${operatorId} to batch ${batchId} of ${keys.length} keys.`, {
    address,
    abi,
    functionName: "submitValidatorSigs",
    args: [operatorId, batchId, commitment, keys.length],
  });
  const { minBatchAgeSeconds } = await registry.read.parameters();
  const block = mined && (await session.execution.client.getBlock({ blockNumber: mined.receipt.blockNumber }));
  const usableAt = block && Number(block.timestamp) + minBatchAgeSeconds;
  return {
    document: {
      action: "operator keys submit",
      operatorId,
      batchId,
      commitment,
      count: keys.length,
      usableAt,
      ...minedFields(mined),
    },
    lines: [
      `Batch ${batchId} of operator ${operatorId}: ${keys.length} keys${usableAt === undefined ? "" : `, usable from ${time(usableAt)} on`}`,
      "Keep the file private, and give it to your keeper",
      minedLine(mined),
    ],
  };
}

async function assertForPool({ deployment, protocol, at }: Session, file: KeyBatchFile, path: string): Promise<void> {
  if (file.network !== deployment.network)
    throw new EthStakeError("WRONG_NETWORK", `Use a batch of ${deployment.network}: ${path} is of ${file.network}`);
  const ours = await protocol.manager.read.withdrawalCredentials(at);
  if (file.withdrawalCredentials !== ours)
    throw new EthStakeError(
      "WRONG_CREDENTIALS",
      `Make ${path} again for this pool: its keys are signed for other withdrawal credentials`,
      { details: { want: ours, got: file.withdrawalCredentials } },
    );
}

async function assertNotSubmitted({ deployment, protocol, at }: Session, file: KeyBatchFile): Promise<void> {
  const { client, registry } = protocol;
  const args = { operatorId: file.operatorId };
  const events = await searchBlocks(BigInt(deployment.deployedAtBlock), at.blockNumber, (range) =>
    client.getContractEvents({ ...registry, eventName: "KeyBatchSubmitted", args, strict: true, ...range }),
  );
  const before = events.find((event) => event.args.commitment === file.commitment);
  if (before !== undefined)
    throw new EthStakeError(
      "ALREADY_SUBMITTED",
      `Nothing to do: this is batch ${before.args.batchId} on chain already`,
    );
}

/** A key that a chain knows already would get no deposit, or one that is lost. */
async function assertNewKeys(session: Session, { keys }: KeyBatchFile): Promise<void> {
  const { protocol, at } = session;
  const pubkeys = keys.map(({ pubkey }) => pubkey);
  const beacon = await openBeacon(session);
  const [records, pending, inPool] = await Promise.all([
    beacon.validators("head", pubkeys),
    beacon.pendingDeposits("head"),
    inParallel(pubkeys, (pubkey) => protocol.manager.read.getValidator([pubkeyRoot(pubkey)], at)),
  ]);
  const onBeacon = new Set<Hex>([
    ...records.map((record) => record.validator.pubkey),
    ...pending.map((it) => it.pubkey),
  ]);
  const known = pubkeys.find((pubkey, i) => onBeacon.has(pubkey) || inPool[i]?.status !== 0);
  if (known === undefined) return;
  const where = onBeacon.has(known) ? "the beacon chain" : "the pool";
  throw new EthStakeError("KEY_KNOWN", `Make a batch without ${known}: ${where} knows this key already`);
}

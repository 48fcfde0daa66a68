import type { Hex } from "viem";

import { decodePoints, isDepositSignatureValid, PREDEPOSIT_GWEI } from "../../chain/keys/deposit-signature.ts";
import { commitmentOf, tailAt } from "../../chain/keys/key-batch.ts";
import type { KeyBatchFile } from "../../chain/keys/key-batch-file.ts";
import { networkByName } from "../../chain/networks.ts";
import { searchBlocks } from "../../chain/protocol/block-ranges.ts";
import { inParallel } from "../../chain/protocol/in-parallel.ts";
import { readOperators, type PoolOperator } from "../../chain/protocol/operators.ts";
import { readPoolValidators, type PoolValidator } from "../../chain/protocol/validators.ts";
import { pubkeyRoot } from "../../chain/ssz/domains.ts";
import { weiToGweiDown } from "../../chain/units.ts";
import { hasCode } from "../../runtime/errors.ts";
import { unprovenBondWei, type FundingLimits } from "../capacity.ts";
import { readClients } from "../clients.ts";
import { readMoment, type KeeperContext, type Moment } from "../context.ts";
import { readDepositPause } from "../deposit-pause.ts";
import { readKeyBatches } from "./key-batches.ts";

/** A key that is not revealed yet, and what is known of it. */
export type WaitingKey = {
  pubkey: Hex;
  signature: Hex;
  /** Both are points of their groups; with one that is not, the contract refuses the whole reveal. */
  wellFormed: boolean;
  /** Over our credentials, so that the beacon chain and the contract accept it. */
  signatureValid: boolean;
  /** The ValidatorManager has it: it is skipped without a deposit. */
  knownToPool: boolean;
  /** A validator or a pending deposit of the beacon chain has it: whoever was first fixed its credentials. */
  knownToBeacon: boolean;
};

/** A batch on chain whose keys we hold. */
export type WaitingBatch = {
  operatorId: number;
  batchId: number;
  /** Unix seconds from which its keys may be revealed. */
  usableAt: number;
  /** The whole batch, and how many of its keys were revealed before. */
  file: KeyBatchFile;
  revealed: number;
  /** The others, in the order in which they must be revealed. */
  keys: WaitingKey[];
};

export type DepositSnapshot = {
  now: number;
  pausedUntil: number;
  depositableGwei: bigint;
  limits: FundingLimits & { maxStock: number; maxStockPerOperator: number; unprovenBondWei: bigint };
  unprovenCount: number;
  operators: PoolOperator[];
  validators: PoolValidator[];
  batches: WaitingBatch[];
};

/** Gathers demand, limits, and the keys that could be revealed. */
export async function readDeposit(context: KeeperContext, folder: string | undefined): Promise<DepositSnapshot> {
  const { protocol, deployment, logger } = context;
  const moment = await readMoment(context);
  const at = { blockNumber: moment.blockNumber };
  const [depositableWei, pooledWei, manager, registry, unprovenCount, operators, validators, pausedUntil, files] =
    await Promise.all([
      protocol.pool.read.depositableWei(at),
      protocol.pool.read.totalPooledEther(at),
      protocol.manager.read.parameters(at),
      protocol.registry.read.parameters(at),
      protocol.manager.read.unprovenCount(at),
      readOperators(protocol, moment.blockNumber),
      readPoolValidators(protocol, deployment, moment.blockNumber),
      readDepositPause(protocol, moment),
      folder === undefined ? [] : readKeyBatches(folder, logger),
    ]);
  return {
    now: moment.timestamp,
    pausedUntil,
    depositableGwei: weiToGweiDown(depositableWei),
    limits: {
      bondRateBps: registry.bondRateBps,
      maxOperatorShareBps: manager.maxOperatorShareBps,
      pooledGwei: weiToGweiDown(pooledWei),
      maxStock: manager.maxStock,
      maxStockPerOperator: manager.maxStockPerOperator,
      clientCapBps: registry.clientCapBps,
      clientCapFloorGwei: registry.clientCapFloorGwei,
      clients: await readClients(protocol, operators, moment.blockNumber),
      unprovenBondWei: unprovenBondWei(registry),
    },
    unprovenCount,
    operators,
    validators,
    batches: await readBatches(context, moment, files, registry.minBatchAgeSeconds, validators),
  };
}

/** The batches of the registry that our files open, each with its keys that are left. */
async function readBatches(
  context: KeeperContext,
  moment: Moment,
  files: readonly KeyBatchFile[],
  minBatchAgeSeconds: number,
  validators: readonly PoolValidator[],
): Promise<WaitingBatch[]> {
  if (files.length === 0) return [];
  const { protocol, deployment } = context;
  const at = { blockNumber: moment.blockNumber };
  const byCommitment = new Map(files.map((file) => [commitmentOf(file), file]));
  const submitted = await searchBlocks(BigInt(deployment.deployedAtBlock), moment.blockNumber, (range) =>
    protocol.client.getContractEvents({ ...protocol.registry, eventName: "KeyBatchSubmitted", strict: true, ...range }),
  );
  const ours = submitted.filter(({ args }) => byCommitment.get(args.commitment)?.operatorId === args.operatorId);
  const opened = await inParallel(ours, async ({ args: { operatorId, batchId, commitment } }) => {
    const [head, submittedAt, remaining] = await protocol.registry.read.getKeyBatch([operatorId, batchId], at);
    const file = byCommitment.get(commitment);
    if (file === undefined || remaining === 0) return undefined;
    const revealed = file.keys.length - remaining;
    // Cannot happen while the registry holds what it said; a file that does not open the batch is not used.
    if (tailAt(file, revealed) !== head) return undefined;
    return { operatorId, batchId, usableAt: submittedAt + minBatchAgeSeconds, file, revealed };
  });
  const waiting = opened.filter((batch) => batch !== undefined);
  const judge = await createKeyJudge(context, waiting.flatMap(keysLeft), validators, moment);
  return waiting.map((batch) => ({ ...batch, keys: keysLeft(batch).map(judge) }));
}

function keysLeft({ file, revealed }: Pick<WaitingBatch, "file" | "revealed">): KeyBatchFile["keys"] {
  return file.keys.slice(revealed);
}

type BareKey = Pick<WaitingKey, "pubkey" | "signature">;

/** Looks keys up on both chains at once, and answers for each what is known of it. */
async function createKeyJudge(
  { protocol, beacon, deployment }: KeeperContext,
  keys: readonly BareKey[],
  validators: readonly PoolValidator[],
  moment: Moment,
): Promise<(key: BareKey) => WaitingKey> {
  const { genesisForkVersion } = networkByName(deployment.network);
  const pubkeys = [...new Set(keys.map(({ pubkey }) => pubkey))];
  const [withdrawalCredentials, records, pending] = await Promise.all([
    protocol.manager.read.withdrawalCredentials({ blockNumber: moment.blockNumber }),
    beacon.validators("head", pubkeys),
    pubkeys.length === 0 ? [] : beacon.pendingDeposits("head"),
  ]);
  const onBeacon = new Set([
    ...records.map(({ validator }) => validator.pubkey),
    ...pending.map((deposit) => deposit.pubkey),
  ]);
  const inPool = new Set(validators.map((validator) => validator.pubkeyRoot));
  return ({ pubkey, signature }) => ({
    pubkey,
    signature,
    wellFormed: isWellFormed(pubkey, signature),
    signatureValid: isDepositSignatureValid(
      { pubkey, signature, withdrawalCredentials, amountGwei: PREDEPOSIT_GWEI },
      genesisForkVersion,
    ),
    knownToPool: inPool.has(pubkeyRoot(pubkey)),
    knownToBeacon: onBeacon.has(pubkey),
  });
}

function isWellFormed(pubkey: Hex, signature: Hex): boolean {
  try {
    decodePoints(pubkey, signature);
    return true;
  } catch (error) {
    if (hasCode(error, "PUBKEY_MALFORMED") || hasCode(error, "SIGNATURE_MALFORMED")) return false;
    throw error;
  }
}

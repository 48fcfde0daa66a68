import type { Hex } from "viem";

import type { HeaderAnswer } from "../../chain/beacon/types.ts";
import { toExecutionError } from "../../chain/execution/revert.ts";
import { inParallel } from "../../chain/protocol/in-parallel.ts";
import { timeAtSlot } from "../../chain/slots.ts";
import { headerRoot } from "../../chain/ssz/proofs.ts";
import { EthStakeError, hasCode } from "../../runtime/errors.ts";
import { isVaultPaid, tipsOf, type LastTransaction, type UnpaidProposal } from "../decide/thefts.ts";
import { nodesApart } from "./cutoff.ts";
import type { View } from "./view.ts";

type Asked = Pick<View, "beacon" | "protocol" | "timing" | "deployment">;

/** Headers in memory at once: a frame of mainnet, however many were missed. */
const SLOTS_AT_ONCE = 7_200;

export type Wanted = {
  firstSlot: number;
  last: HeaderAnswer;
  operatorOf: ReadonlyMap<number, number>;
  slotsAtOnce?: number;
};

/**
 * Proposals of these validators, from a slot up to the reference block, that did not pay the rewards vault. The reference
 * block is known to the execution chain; every header before it is by its parent root.
 */
export async function readUnpaidProposals(
  view: Asked,
  { firstSlot, last, operatorOf, slotsAtOnce = SLOTS_AT_ONCE }: Wanted,
): Promise<UnpaidProposal[]> {
  const unpaid: UnpaidProposal[] = [];
  if (operatorOf.size === 0) return unpaid;
  let child: HeaderAnswer | undefined;
  for (let end = last.header.slot; end >= firstSlot; end -= slotsAtOnce) {
    const slots = Array.from({ length: Math.min(slotsAtOnce, end - firstSlot + 1) }, (_, i) => end - i);
    const found = await inParallel(slots, (slot) =>
      slot === last.header.slot ? Promise.resolve(last) : headerIfAny(view, slot),
    );
    const headers = found.filter((header) => header !== undefined);
    for (const header of headers) {
      assertParent(view, header, child);
      child = header;
    }
    const ours = headers.flatMap((block) => {
      const operatorId = operatorOf.get(block.header.proposerIndex);
      return operatorId === undefined ? [] : [{ block, operatorId }];
    });
    const answers = await inParallel(ours, async ({ block, operatorId }) => {
      const tipsWei = await unpaidTips(view, block);
      return tipsWei === undefined ? [] : [{ operatorId, slot: block.header.slot, tipsWei }];
    });
    unpaid.push(...answers.flat());
  }
  // What the blocks before the first slot are nobody asks, but that none is left out before the oldest one is asked.
  await assertNothingBetween(view, child, firstSlot);
  return unpaid;
}

async function headerIfAny({ beacon }: Asked, slot: number): Promise<HeaderAnswer | undefined> {
  try {
    const found = await beacon.header(slot);
    return found.header.slot === slot && found.canonical ? found : undefined;
  } catch (error) {
    if (hasCode(error, "BEACON_NOT_FOUND")) return undefined;
    throw error;
  }
}

function assertParent({ beacon }: Asked, block: HeaderAnswer, child: HeaderAnswer | undefined): void {
  const isItself = headerRoot(block.header) === block.root;
  if (isItself && (child === undefined || child.header.parentRoot === block.root)) return;
  throw inconsistent(beacon.node, block.header.slot);
}

async function assertNothingBetween(view: Asked, oldest: HeaderAnswer | undefined, firstSlot: number): Promise<void> {
  if (oldest === undefined || oldest.header.slot === 0) return;
  const parent = await view.beacon.header(oldest.header.parentRoot);
  assertParent(view, parent, oldest);
  if (parent.header.slot >= firstSlot) throw inconsistent(view.beacon.node, parent.header.slot);
}

/** The tips of a block that did not pay the vault; undefined when it did, or when nothing can be said. */
async function unpaidTips(view: Asked, { header, root }: HeaderAnswer): Promise<bigint | undefined> {
  const { client, executionVault } = view.protocol;
  const { payloadBlockHash, isOrdered } = await view.beacon.blockExecution(root);
  // Since Gloas builders pay through the beacon chain, and a block does not say whom its payload paid.
  if (isOrdered) return undefined;
  try {
    const block = await client.getBlock({ blockHash: payloadBlockHash }).catch(() => undefined);
    const isOfSlot =
      block !== undefined &&
      Number(block.timestamp) === timeAtSlot(view.timing, header.slot) &&
      block.parentBeaconBlockRoot === header.parentRoot;
    if (!isOfSlot) throw nodesApart(payloadBlockHash, block?.hash ?? undefined);
    if (block.miner.toLowerCase() === executionVault.address.toLowerCase()) return undefined;
    const canonical = await client.getBlock({ blockNumber: block.number });
    if (canonical.hash !== payloadBlockHash) throw nodesApart(payloadBlockHash, canonical.hash);

    const lastHash = block.transactions.at(-1);
    const lastOne = lastHash === undefined ? undefined : await readTransaction(client, lastHash);
    if (isVaultPaid(lastOne, executionVault.address)) return undefined;
    const receipts = await inParallel(block.transactions, async (hash) => {
      const { gasUsed, effectiveGasPrice } = await client.getTransactionReceipt({ hash });
      return { gasUsed, effectiveGasPriceWei: effectiveGasPrice };
    });
    return tipsOf(receipts, block.baseFeePerGas ?? 0n);
  } catch (error) {
    throw toExecutionError(error, `Reading whom the block of slot ${header.slot} paid`);
  }
}

async function readTransaction(client: Asked["protocol"]["client"], hash: Hex): Promise<LastTransaction> {
  const [{ to, value }, { status }] = await Promise.all([
    client.getTransaction({ hash }),
    client.getTransactionReceipt({ hash }),
  ]);
  return { to, valueWei: value, succeeded: status === "success" };
}

function inconsistent(node: string, slot: number): EthStakeError {
  return new EthStakeError("BEACON_INCONSISTENT", `Use another beacon node than ${node}: its blocks are no chain`, {
    details: { node, slot },
    retryable: true,
  });
}

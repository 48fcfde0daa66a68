import { keccak256, numberToHex, parseEventLogs, type Hex } from "viem";

import { reportIdOf } from "../../../chain/report/encoding.ts";
import type { Report } from "../../../chain/report/report.ts";
import { packSignatures } from "../../../chain/report/signatures.ts";
import { reportTypedData } from "../../../chain/report/typed-data.ts";
import type { Actor } from "./accounts.ts";
import { setBeaconRoot } from "../../support/system-contracts.ts";
import type { Protocol } from "./protocol.ts";

/** Where a report differs from one of a frame in which nothing happened. */
export type ReportChanges = Partial<Report> & {
  /** Frames since the last report; 1 unless told. */
  frames?: bigint;
  /** What the beacon chain paid beyond what was deposited; negative for a loss. */
  rewardsGwei?: bigint;
};
export type SettleOptions = ReportChanges & { signers?: readonly Actor[]; committee?: Hex; finalizationHint?: bigint };

/**
 * The report of the next frame: deposits up to the cut-off are on the beacon chain, vaults have what they have, nothing
 * else happened. The chain is then past the frame's end, and EIP-4788 knows the reference block.
 */
export async function nextReport(p: Protocol, changes: ReportChanges = {}): Promise<Report> {
  const { frames = 1n, rewardsGwei = 0n, ...fields } = changes;
  const { slotsPerFrame } = p.parameters.frame;
  const refSlot = fields.refSlot ?? (await p.distribution.read.lastRefSlot()) + frames * slotsPerFrame;
  await passSlot(p, refSlot);
  const cutoffTimestamp = fields.cutoffTimestamp ?? timeOfSlot(p, refSlot);
  const [consensusGwei, settledGwei, depositedGwei, pending] = await Promise.all([
    p.pool.read.consensusGwei(),
    p.pool.read.settledDepositsGwei(),
    p.pool.read.depositedGweiAt([cutoffTimestamp]),
    p.distribution.read.pendingRoot(),
  ]);
  const report: Report = {
    refSlot,
    previousRefSlot: await p.distribution.read.lastRefSlot(),
    cutoffTimestamp,
    cutoffBlockHash: keccak256(numberToHex(cutoffTimestamp)),
    blockRoot: referenceRoot(refSlot),
    consensusBalanceGwei: consensusGwei + depositedGwei - settledGwei + rewardsGwei,
    exitingGwei: 0n,
    withdrawalReceiptsWei: await receiptsOf(p, "withdrawalVault"),
    executionReceiptsWei: await receiptsOf(p, "executionRewardsVault"),
    rewardsRoot: pending[0],
    rewardsTotalShares: pending[1],
    losses: [],
    breaches: [],
    thefts: [],
    exits: [],
    ...fields,
  };
  await setBeaconRoot(p.networkHelpers, timeOfSlot(p, refSlot + 1n), referenceRoot(refSlot));
  return report;
}

/** Settles the next frame with the signatures of two members; answers what the contract says it computed. */
export async function settle(p: Protocol, options: SettleOptions = {}) {
  const { signers, committee, finalizationHint, ...changes } = options;
  const report = await nextReport(p, changes);
  const hash = await sendReport(p, report, { signers, committee, finalizationHint });
  return { report, hash, ...(await settlementOf(p, hash)) };
}

/** Settles the first frame that ends at or after a time, in seconds. */
export async function settleFrom(p: Protocol, timestamp: number | bigint, options: SettleOptions = {}) {
  const frameSeconds = p.parameters.frame.slotsPerFrame * BigInt(p.chain.secondsPerSlot);
  const since = BigInt(timestamp) - timeOfSlot(p, await p.distribution.read.lastRefSlot());
  return settle(p, { frames: since <= 0n ? 1n : (since + frameSeconds - 1n) / frameSeconds, ...options });
}

/** Sends a report with signatures; reverts as the contract does. */
export async function sendReport(
  p: Protocol,
  report: Report,
  options: {
    signers?: readonly Actor[] | undefined;
    committee?: Hex | undefined;
    finalizationHint?: bigint | undefined;
  } = {},
): Promise<Hex> {
  const { signers = p.accounts.members.slice(0, 2), committee, finalizationHint = 0n } = options;
  const signatures = await signReport(p, report, signers, committee);
  return p.distribution.write.settleRewards([report, signatures, finalizationHint], {
    account: p.accounts.stranger.account,
  });
}

/** Signatures of members, packed as the committee wants them. */
export async function signReport(
  p: Protocol,
  report: Report,
  signers: readonly Actor[],
  committee: Hex = p.committee.address,
): Promise<Hex> {
  const domain = { chainId: await p.client.getChainId(), committee };
  const data = reportTypedData(domain, reportIdOf(report));
  return packSignatures(
    await Promise.all(
      signers.map(async (signer) => [signer.account.address, await signer.signTypedData(data)] as const),
    ),
  );
}

/** The event of a settlement. */
export async function settlementOf(p: Protocol, hash: Hex) {
  const { logs } = await p.client.waitForTransactionReceipt({ hash });
  const [event] = parseEventLogs({ abi: p.distribution.abi, eventName: "RewardSettled", logs });
  if (event === undefined) throw new Error(`transaction ${hash} settled nothing`);
  return { event: event.args, settlement: event.args.settlement };
}

/** Root of the block that the tests put at a reference slot. */
export function referenceRoot(refSlot: bigint): Hex {
  return keccak256(numberToHex(refSlot));
}

/** Time at which a slot begins, in seconds. */
export function timeOfSlot(p: Protocol, slot: bigint): bigint {
  return BigInt(p.chain.genesisTime) + slot * BigInt(p.chain.secondsPerSlot);
}

/** Lets time pass until a slot and the one after it are over. */
export async function passSlot(p: Protocol, slot: bigint): Promise<void> {
  const over = timeOfSlot(p, slot + 2n);
  if (BigInt(await p.networkHelpers.time.latest()) < over) await p.networkHelpers.time.increaseTo(over);
}

/** All that a vault ever received. */
export async function receiptsOf(p: Protocol, vault: VaultName): Promise<bigint> {
  return (await collectedOf(p, vault)) + (await p.client.getBalance({ address: p[vault].address }));
}

export type VaultName = "withdrawalVault" | "executionRewardsVault";

/** All that settlements ever collected from a vault. */
export async function collectedOf(p: Pick<Protocol, "distribution">, vault: VaultName): Promise<bigint> {
  const [withdrawalsWei, executionRewardsWei] = await p.distribution.read.collectedWei();
  return vault === "withdrawalVault" ? withdrawalsWei : executionRewardsWei;
}

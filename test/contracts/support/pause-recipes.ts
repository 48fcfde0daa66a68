// How each entry point is called so that it works, and which pause stops it. What has no recipe is for contracts of the
// protocol or for a role alone, and must behave the same whatever is paused.
import { parseEther, stringToHex, toHex, type Hex } from "viem";

import { commitmentOf } from "../../../chain/keys/key-batch.ts";
import { pubkeyRoot } from "../../../chain/ssz/domains.ts";
import { reportId } from "./report-id.ts";
import type { BusyProtocol } from "./busy-protocol.ts";
import type { Listed } from "./entry-point-callers.ts";
import type { BeaconRecord } from "./beacon.ts";
import { erc7201 } from "./erc7201.ts";
import { requestConsolidation, requestExit, requestPartial, sightOf } from "./exits.ts";
import { asContract } from "./impersonation.ts";
import type { PAUSE } from "./pause-flags.ts";
import { signPermit } from "./permit.ts";
import { fund, predeposit, prove, stake } from "./protocol.ts";
import { settle } from "./settlement.ts";

export type Recipe = { act: (p: BusyProtocol) => Promise<Hex>; stoppedBy?: keyof typeof PAUSE };

const SHARES = parseEther("1");
const FAR = 2n ** 62n;

/** By contract, then by function: its name, or `name/n` where the number of its arguments tells it apart. */
export const RECIPES: { readonly [Contract in Listed]?: Readonly<Record<string, Recipe>> } = {
  StakingPool: {
    receive: { stoppedBy: "stake", act: (p) => p.staker.sendTransaction({ to: p.pool.address, value: 7n }) },
    stake: { stoppedBy: "stake", act: (p) => stake(p, SHARES) },
    deposit: {
      stoppedBy: "stake",
      act: (p) => p.pool.write.deposit([SHARES, address(p)], { ...by(p), value: SHARES }),
    },
    stakeBond: { act: async (p) => p.pool.write.stakeBond({ ...(await asContract(p, p.registry)), value: 7n }) },
    withdraw: { stoppedBy: "withdraw", act: (p) => approved(p, () => p.pool.write.withdraw(terms(p), by(p))) },
    withdrawWithPermit: { stoppedBy: "withdraw", act: withdrawWithPermit },
    onTransferReceived: {
      stoppedBy: "withdraw",
      act: async (p) => {
        const as = await asContract(p, p.token);
        await p.token.write.mint([p.pool.address, SHARES], await asContract(p, p.pool));
        return p.pool.write.onTransferReceived([address(p), address(p), SHARES, "0x"], as);
      },
    },
    takeForDeposits: {
      stoppedBy: "deposit",
      act: async (p) => p.pool.write.takeForDeposits([1n], await asContract(p, p.manager)),
    },
    distributeRewards: { stoppedBy: "settle", act: distributeNothing },
    finalizeStale: {
      stoppedBy: "settle",
      act: async (p) => p.pool.write.finalizeStale([SHARES, 500n, FAR, 0n], await asContract(p, p.distribution)),
    },
    burnCover: {
      act: async (p) => {
        await p.token.write.transfer([p.coverFund.address, 7n], by(p));
        return p.pool.write.burnCover([7n], await asContract(p, p.distribution));
      },
    },
    holdForReview: {
      stoppedBy: "settle",
      act: async (p) => p.pool.write.holdForReview([1], await asContract(p, p.distribution)),
    },
    slashOperator: { act: async (p) => p.pool.write.slashOperator([1, 7n], await asContract(p, p.distribution)) },
    setLimits: { act: (p) => p.pool.write.setLimits([p.parameters.pool], role(p, "PARAMETERS")) },
    setStakeCapSchedule: { act: (p) => p.pool.write.setStakeCapSchedule([[]], role(p, "PARAMETERS")) },
    unpause: { act: (p) => p.pool.write.unpause([1], role(p, "UNPAUSE")) },
  },
  EthStake: {
    approve: { act: (p) => p.token.write.approve([other(p), SHARES], by(p)) },
    "approveAndCall/2": { act: async (p) => p.token.write.approveAndCall([await hooks(p), SHARES], by(p)) },
    "approveAndCall/3": { act: async (p) => p.token.write.approveAndCall([await hooks(p), SHARES, "0x"], by(p)) },
    permit: {
      act: async (p) => {
        const { v, r, s } = await signPermit(p, p.staker, { spender: other(p), shares: SHARES, deadline: FAR });
        return p.token.write.permit([address(p), other(p), SHARES, FAR, v, r, s]);
      },
    },
    transfer: { act: (p) => p.token.write.transfer([other(p), SHARES], by(p)) },
    transferFrom: {
      act: (p) => approved(p, () => p.token.write.transferFrom([address(p), other(p), SHARES], by(p)), address(p)),
    },
    // To the pool these ask for a withdrawal.
    "transferAndCall/2": { stoppedBy: "withdraw", act: (p) => p.token.write.transferAndCall([to(p), SHARES], by(p)) },
    "transferAndCall/3": {
      stoppedBy: "withdraw",
      act: (p) => p.token.write.transferAndCall([to(p), SHARES, "0x"], by(p)),
    },
    "transferFromAndCall/3": {
      stoppedBy: "withdraw",
      act: (p) => approved(p, () => p.token.write.transferFromAndCall([address(p), to(p), SHARES], by(p)), address(p)),
    },
    "transferFromAndCall/4": {
      stoppedBy: "withdraw",
      act: (p) =>
        approved(p, () => p.token.write.transferFromAndCall([address(p), to(p), SHARES, "0x"], by(p)), address(p)),
    },
  },
  WithdrawalQueue: {
    // INV-14: never stopped.
    claim: { act: (p) => p.queue.write.claim([p.finalizedTicket, 0n], by(p)) },
    approve: { act: (p) => p.queue.write.approve([other(p), p.waitingTicket], by(p)) },
    "safeTransferFrom/3": {
      act: (p) => p.queue.write.safeTransferFrom([address(p), other(p), p.waitingTicket], by(p)),
    },
    "safeTransferFrom/4": {
      act: (p) => p.queue.write.safeTransferFrom([address(p), other(p), p.waitingTicket, "0x"], by(p)),
    },
    transferFrom: { act: (p) => p.queue.write.transferFrom([address(p), other(p), p.waitingTicket], by(p)) },
    setApprovalForAll: { act: (p) => p.queue.write.setApprovalForAll([other(p), true], by(p)) },
    setClaimReceiver: { act: (p) => p.queue.write.setClaimReceiver([p.waitingTicket, other(p)], by(p)) },
    setThirdPartyClaims: { act: (p) => p.queue.write.setThirdPartyClaims([true], by(p)) },
    setParameters: { act: (p) => p.queue.write.setParameters([p.parameters.queue], role(p, "PARAMETERS")) },
  },
  OperatorRegistry: {
    registerOperator: {
      act: (p) => p.registry.write.registerOperator(["new", other(p), stringToHex("GELS")], { value: parseEther("2") }),
    },
    addBond: { act: (p) => p.registry.write.addBond([1], { value: SHARES }) },
    setPaymentAddress: { act: (p) => p.registry.write.setPaymentAddress([1, other(p)], owner(p)) },
    setClientPair: { act: (p) => p.registry.write.setClientPair([1, stringToHex("NETE")], owner(p)) },
    requestBondWithdrawal: { act: (p) => p.registry.write.requestBondWithdrawal([1, 1n], owner(p)) },
    withdrawBond: { act: (p) => p.registry.write.withdrawBond([1], owner(p)) },
    submitValidatorSigs: {
      act: ({ registry, hidden, ...p }) =>
        registry.write.submitValidatorSigs([1, 99, commitmentOf({ operatorId: 1, keys: hidden.keys }), 1], {
          account: p.active.owner.account,
        }),
    },
    releaseLock: { act: (p) => p.registry.write.releaseLock([p.openLock], role(p, "APPEALS")) },
    emergencySlash: { act: (p) => p.registry.write.emergencySlash([1], role(p, "GUARDIAN")) },
    resumeOperator: {
      async act(p) {
        await p.registry.write.emergencySlash([1], role(p, "GUARDIAN"));
        return p.registry.write.resumeOperator([1], role(p, "APPEALS"));
      },
    },
    setParameters: { act: (p) => p.registry.write.setParameters([p.parameters.registry], role(p, "PARAMETERS")) },
  },
  ValidatorManager: {
    receive: {
      act: async (p) => {
        const { account } = await asContract(p, p.pool);
        return p.staker.sendTransaction({ account, to: p.manager.address, value: 1n });
      },
    },
    predeposit: { stoppedBy: "deposit", act: (p) => predeposit(p, p.hidden) },
    proveCredentials: { act: (p) => prove(p, p.seenUnproven) },
    fund: { stoppedBy: "deposit", act: (p) => fund(p, p.seenActive, 1_000_000_000n) },
    advanceTurn: { act: (p) => p.manager.write.advanceTurn([1n], by(p)) },
    proveLeaving: { act: async (p) => p.manager.write.proveLeaving(await seen(p, { exitEpoch: 9_999 }), by(p)) },
    proveSlashed: { act: async (p) => p.manager.write.proveSlashed(await seen(p, { slashed: true }), by(p)) },
    setParameters: { act: (p) => p.manager.write.setParameters([p.parameters.manager], role(p, "PARAMETERS")) },
  },
  ValidatorExits: {
    requestExit: { act: (p) => requestExit(p, [first(p)], asked(p)) },
    requestPartialWithdrawal: {
      act: (p) =>
        requestPartial(p, [first(p)], [1_000_000_000n], {
          ...asked(p),
          record: { effectiveBalanceGwei: 40_000_000_000n },
        }),
    },
    requestConsolidation: { act: consolidate },
    cancelConsolidation: {
      act: async (p) => {
        await consolidate(p);
        await p.networkHelpers.time.increase(p.parameters.manager.exitRetrySeconds + 3 * p.chain.secondsPerSlot);
        return p.exits.write.cancelConsolidation(await seen(p), by(p));
      },
    },
  },
  RewardDistribution: {
    settleRewards: { stoppedBy: "settle", act: async (p) => (await settle(p)).hash },
    finalizeStale: {
      stoppedBy: "settle",
      act: async (p) => {
        await ageReports(p);
        return p.distribution.write.finalizeStale([0n], by(p));
      },
    },
    claimRewards: {
      act: ({ distribution, claim }) =>
        distribution.write.claimRewards([claim.operatorId, claim.cumulativeShares, claim.proof]),
    },
    setParameters: {
      act: (p) => p.distribution.write.setParameters([p.parameters.distribution], role(p, "PARAMETERS")),
    },
    setCommittee: {
      act: (p) => p.distribution.write.setCommittee([p.committee.address, FAR], role(p, "COMMITTEE")),
    },
  },
  OracleCommittee: {
    vote: { act: (p) => p.committee.write.vote([reportId()], { account: p.accounts.members[0].account }) },
    suspend: { act: (p) => p.committee.write.suspend([p.accounts.members[0].account.address], role(p, "GUARDIAN")) },
    reinstate: {
      act: (p) => p.committee.write.reinstate([p.accounts.members[0].account.address], role(p, "COMMITTEE")),
    },
  },
  ExecutionRewardsVault: {
    receive: { act: (p) => p.staker.sendTransaction({ to: p.executionRewardsVault.address, value: 1n }) },
  },
};

function by(p: BusyProtocol) {
  return { account: p.staker.account };
}

function owner(p: BusyProtocol) {
  return { account: p.active.owner.account };
}

function first(p: BusyProtocol): Hex {
  const [pubkey] = p.active.pubkeys;
  if (pubkey === undefined) throw new Error("nothing is active");
  return pubkey;
}

function asked(p: BusyProtocol) {
  return { by: p.active.owner };
}

/** What a new block shows of the first active validator. */
async function seen(p: BusyProtocol, record: Partial<BeaconRecord> = {}) {
  const { anchor, proof } = await sightOf(p, [first(p)], record);
  return [anchor, proof] as const;
}

async function consolidate(p: BusyProtocol): Promise<Hex> {
  return requestConsolidation(p, await sightOf(p, p.active.pubkeys), pubkeyRoot(first(p)), asked(p));
}

function role(p: BusyProtocol, name: keyof BusyProtocol["accounts"]["roles"]) {
  return { account: p.accounts.roles[name].account };
}

function address(p: BusyProtocol) {
  return p.staker.account.address;
}

function other(p: BusyProtocol) {
  return p.accounts.stranger.account.address;
}

function to(p: BusyProtocol) {
  return p.pool.address;
}

function terms(p: BusyProtocol) {
  return [SHARES, address(p), 0n] as const;
}

async function hooks(p: BusyProtocol) {
  return (await p.connection.viem.deployContract("TokenHooks")).address;
}

/** Gives the pool, or whoever is named, an allowance first. */
async function approved(p: BusyProtocol, then: () => Promise<Hex>, spender = p.pool.address): Promise<Hex> {
  await p.token.write.approve([spender, SHARES], by(p));
  return then();
}

async function withdrawWithPermit(p: BusyProtocol): Promise<Hex> {
  const { v, r, s } = await signPermit(p, p.staker, { spender: p.pool.address, shares: SHARES, deadline: FAR });
  return p.pool.write.withdrawWithPermit([...terms(p), FAR, v, r, s], by(p));
}

async function distributeNothing(p: BusyProtocol): Promise<Hex> {
  const [consensusGwei, settledDepositsGwei, now] = await Promise.all([
    p.pool.read.consensusGwei(),
    p.pool.read.settledDepositsGwei(),
    p.networkHelpers.time.latest(),
  ]);
  const nothing = {
    withdrawalsWei: 0n,
    executionRewardsWei: 0n,
    feeWei: 0n,
    cutoffTimestamp: 0n,
    finalizationHint: 0n,
  };
  return p.pool.write.distributeRewards(
    [{ consensusGwei, settledDepositsGwei, ...nothing, refSlotTimestamp: BigInt(now) }],
    await asContract(p, p.distribution),
  );
}

/** The last report is old, and saw every request: without a wait, in which a pause would end. */
async function ageReports(p: BusyProtocol): Promise<void> {
  const course = erc7201("ethstake.storage.RewardDistribution");
  const { address } = p.distribution;
  const word = BigInt((await p.client.getStorageAt({ address, slot: toHex(course) })) ?? 0n);
  // lastRefSlot and lastCutoffTimestamp, 40 bits each.
  const cutoff = BigInt(await p.networkHelpers.time.latest()) + BigInt(p.parameters.queue.minDelaySeconds);
  const rest = word >> 80n;
  await p.networkHelpers.setStorageAt(address, course, (rest << 80n) | (cutoff << 40n));
}

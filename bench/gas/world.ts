import { network } from "hardhat";
import { keccak256, numberToHex, parseEther, toHex, type Address } from "viem";

import type { Actor } from "../../test/contracts/support/accounts.ts";
import { sight } from "../../test/contracts/support/beacon.ts";
import {
  fund,
  predeposit,
  prove,
  registerOperator,
  stake,
  startProtocol,
  submitBatch,
  type OperatorHandle,
  type Protocol,
} from "../../test/contracts/support/protocol.ts";
import { settle, type SettleOptions } from "../../test/contracts/support/settlement.ts";
import { DEPOSIT_CONTRACT } from "../../test/support/system-contracts.ts";
import { withdraw } from "./steps.ts";

export const HARDFORKS = ["osaka", "amsterdam"] as const;
export type Hardfork = (typeof HARDFORKS)[number];

/** The committee of the goal: five of nine. */
const MEMBERS = 9;
const QUORUM = 5;
const OPERATORS = 10;
/** Accounts of the fixture, and the members of the larger committee behind them. */
const FIXTURE_ACCOUNTS = 20;
/** What stakers of the world have; enough for a batch of validators of 2048 ETH. */
const STAKED_WEI = parseEther("40000");
/** Carries several validators of 2048 ETH. */
const BOND_WEI = parseEther("2500");
/** On mainnet the deposit contract had so many deposits by 2026, and a node of its tree for each bit of the number. */
const EARLIER_DEPOSITS = 2_300_000n;
const DEPOSIT_COUNT_SLOT = 32n;

/** A protocol that has lived: every total, list and history that a call meets has something in it. */
export type World = Protocol & {
  /** A holder with tickets, some of them finalised. */
  holder: Actor;
  /** Finalised tickets of the holder. */
  tickets: readonly bigint[];
  operator: OperatorHandle;
  /** Five of nine. */
  signers: readonly Actor[];
  nine: Address;
  /** Names of contracts by address, if gas shall be broken down. */
  contractNames?: ReadonlyMap<string, string>;
  /** Does something that the world forgets. */
  aside<Result>(step: () => Promise<Result>): Promise<Result>;
};

/** Makes the world on a chain of this hardfork; one that explains breaks down what it measures. */
export async function createWorld(hardfork: Hardfork, { explains = false } = {}): Promise<World> {
  const connection = await network.create({
    network: "default",
    chainType: "l1",
    // The largest contracts cost more than a transaction of amsterdam may have.
    override: { hardfork, transactionGasCap: false, accounts: { count: FIXTURE_ACCOUNTS + MEMBERS } },
  });
  // More than eight validators of 2016 ETH in one turn, and more than a batch in stock, so that batches can be measured.
  const p = await startProtocol(connection, {
    manager: { turnGwei: 16n * 2016n * 10n ** 9n, maxStockPerOperator: 64 },
  });
  const { networkHelpers } = connection;
  const holder = p.accounts.stakers[0];
  await networkHelpers.setBalance(holder.account.address, STAKED_WEI * 2n);
  await networkHelpers.setBalance(p.accounts.operators[0].account.address, BOND_WEI * 2n);
  await ageDepositContract(p);

  const operator = await registerOperator(p, { bondWei: BOND_WEI });
  for (let i = 1; i < OPERATORS; i++)
    await registerOperator(p, { owner: p.accounts.operators[1], bondWei: 2n * 10n ** 18n });
  const world: World = {
    ...p,
    holder,
    operator,
    ...(await seatNine(p)),
    tickets: [],
    aside: async (step) => {
      const snapshot = await networkHelpers.takeSnapshot();
      try {
        return await step();
      } finally {
        await snapshot.restore();
      }
    },
  };
  await live(world);
  return { ...world, tickets: [1n, 2n], ...(explains && { contractNames: namesOf(world) }) };
}

function namesOf(world: World): ReadonlyMap<string, string> {
  const named = Object.entries(world).flatMap(([name, part]): [string, string][] =>
    typeof part === "object" && "address" in part && typeof part.address === "string"
      ? [[part.address.toLowerCase(), name]]
      : [],
  );
  return new Map([...named, [world.nine.toLowerCase(), "committee"]]);
}

/** A settlement as on any day: both vaults have something, rewards are positive, the root changes. */
export async function settleDay(world: World, options: SettleOptions = {}): ReturnType<typeof settle> {
  const { networkHelpers, withdrawalVault, executionRewardsVault, distribution, nine, signers } = world;
  await networkHelpers.setBalance(withdrawalVault.address, parseEther("1.234567891234567891"));
  await networkHelpers.setBalance(executionRewardsVault.address, parseEther("0.345678912345678912"));
  const rewardsTotalShares = await distribution.read.cumulativeFeeShares();
  return settle(world, {
    committee: nine,
    signers,
    rewardsGwei: 123_456_789n,
    rewardsRoot: keccak256(numberToHex(rewardsTotalShares)),
    rewardsTotalShares,
    ...options,
  });
}

/** Everything once: a stake, a validator from its key to its reward, tickets that are paid, finalised and waiting. */
async function live(world: World): Promise<void> {
  await stake(world, STAKED_WEI, world.holder);
  // One is proven and funded, one stays in stock.
  const batch = await submitBatch(world, world.operator, { count: 2 });
  await predeposit(world, batch);
  const seen = await sight(world, batch.keys.slice(0, 1));
  await prove(world, seen);
  await fund(world, seen, 1000_000_000_000n);
  await settleDay(world);
  for (let ticket = 0; ticket < 3; ticket++) await withdraw(world, world.holder, parseEther("3"));
  await settleDay(world, { finalizationHint: 3n });
  await world.queue.write.claim([3n, 0n], { account: world.holder.account });
  await withdraw(world, world.holder, parseEther("3"));
  await settleDay(world, { finalizationHint: 4n });
}

/** Names a committee of nine, as an administrator would. */
async function seatNine(p: Protocol): Promise<{ nine: Address; signers: readonly Actor[] }> {
  const { viem } = p.connection;
  const actors = (await viem.getWalletClients()).slice(-MEMBERS);
  const members = actors.sort((a, b) => (BigInt(a.account.address) < BigInt(b.account.address) ? -1 : 1));
  const addresses = members.map(({ account }) => account.address);
  const { address } = await viem.deployContract("OracleCommittee", [
    p.accessManager.address,
    addresses,
    BigInt(QUORUM),
  ]);
  const firstRefSlot = (await p.distribution.read.lastRefSlot()) + 1n;
  await p.distribution.write.setCommittee([address, firstRefSlot], { account: p.accounts.roles.COMMITTEE.account });
  return { nine: address, signers: members.slice(0, QUORUM) };
}

/** Lets the deposit contract look as on mainnet: a deposit fills no empty slot there. */
async function ageDepositContract({ networkHelpers }: Protocol): Promise<void> {
  for (let height = 0n; 2n ** height <= EARLIER_DEPOSITS; height++)
    await networkHelpers.setStorageAt(DEPOSIT_CONTRACT, height, keccak256(toHex(height)));
  await networkHelpers.setStorageAt(DEPOSIT_CONTRACT, DEPOSIT_COUNT_SLOT, EARLIER_DEPOSITS);
}

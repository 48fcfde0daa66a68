// Steps of a scenario, as short as the sentence that tells it. Each takes the protocol that `startProtocol` made, and
// none keeps anything: a fixture that is loaded again finds the same protocol.
import type { PublicClient } from "@nomicfoundation/hardhat-viem/types";
import type { NetworkConnection } from "hardhat/types/network";
import { keccak256, parseEther, stringToHex, zeroAddress, type Address, type Hex } from "viem";

import type { BatchKey } from "../../../chain/keys/key-batch.ts";
import { commitmentOf, revealOf } from "../../../chain/keys/key-batch.ts";
import { pubkeyRoot } from "../../../chain/ssz/domains.ts";
import type { ParameterOverrides } from "../../../deploy/parameters/index.ts";
import type { Actor } from "./accounts.ts";
import type { BeaconSight } from "./beacon.ts";
import { deployFixture, type Fixture } from "./deploy.ts";
import { createKeys } from "./keys.ts";

export type Protocol = Fixture & {
  connection: NetworkConnection<"l1">;
  client: PublicClient;
  networkHelpers: NetworkConnection<"l1">["networkHelpers"];
};
/** An operator and who acts for it. */
export type OperatorHandle = { operatorId: number; owner: Actor; paymentAddress: Address };
/** A submitted key batch with the keys that only its operator knows. */
export type BatchHandle = OperatorHandle & { batchId: number; keys: readonly BatchKey[] };

const DEFAULT_BOND_WEI = parseEther("20");

/**
 * Deploys the protocol; see `deployFixture` for the accounts.
 *
 * @example
 * const protocol = await networkHelpers.loadFixture(start);
 * const operator = await registerOperator(protocol);
 * const batch = await submitBatch(protocol, operator, { count: 2 });
 * await predeposit(protocol, batch);
 * const { frames } = await settle(protocol, { rewardsGwei: 1_000_000n });
 */
export async function startProtocol(
  connection: NetworkConnection<"l1">,
  overrides: ParameterOverrides = {},
): Promise<Protocol> {
  const deployed = await deployFixture(connection, overrides);
  const client = await connection.viem.getPublicClient();
  return { ...deployed, connection, client, networkHelpers: connection.networkHelpers };
}

/** Stakes for the first staker, unless another is named. */
export async function stake(p: Protocol, amountWei: bigint, staker: Actor = p.accounts.stakers[0]): Promise<Hex> {
  return p.pool.write.stake([staker.account.address, 0n], { account: staker.account, value: amountWei });
}

/** Registers an operator; its payment address is one that nobody else uses. */
export async function registerOperator(
  p: Protocol,
  options: { owner?: Actor; bondWei?: bigint; clientPair?: string } = {},
): Promise<OperatorHandle> {
  const { owner = p.accounts.operators[0], bondWei = DEFAULT_BOND_WEI, clientPair = "GELS" } = options;
  const operatorId = (await p.registry.read.operatorCount()) + 1;
  const paymentAddress = paymentAddressOf(operatorId);
  await p.registry.write.registerOperator([`operator ${operatorId}`, paymentAddress, stringToHex(clientPair)], {
    account: owner.account,
    value: bondWei,
  });
  return { operatorId, owner, paymentAddress };
}

/** Commits to keys: given ones, or new ones of that number. The batch is then old enough to be used. */
export async function submitBatch(
  p: Protocol,
  operator: OperatorHandle,
  { count = 1, keys, young = false }: { count?: number; keys?: readonly BatchKey[]; young?: boolean } = {},
): Promise<BatchHandle> {
  const { operatorId, owner } = operator;
  const batchId = await p.registry.read.keyBatchCount([operatorId]);
  const batchKeys = keys ?? createKeys(await keyTermsOf(p), `operator ${operatorId} batch ${batchId}`, count);
  const commitment = commitmentOf({ operatorId, keys: batchKeys });
  await p.registry.write.submitValidatorSigs([operatorId, batchId, commitment, batchKeys.length], {
    account: owner.account,
  });
  if (!young) await p.networkHelpers.time.increase(p.parameters.registry.minBatchAgeSeconds);
  return { ...operator, batchId, keys: batchKeys };
}

/** What keys of this deployment sign. */
export async function keyTermsOf(p: Protocol) {
  return {
    withdrawalCredentials: await p.manager.read.withdrawalCredentials(),
    genesisForkVersion: p.chain.genesisForkVersion,
  };
}

/** Arguments of `predeposit`. */
export function predepositArguments(batch: BatchHandle, range: { from?: number; count?: number } = {}) {
  const { from = 0, count = batch.keys.length - from } = range;
  const { pubkeys, signatures, tail, hints } = revealOf(batch, from, count);
  return [batch.operatorId, batch.batchId, pubkeys, signatures, tail, hints] as const;
}

/** Reveals keys of a batch, all unless told, and deposits 1 ETH each. Anybody may. */
export async function predeposit(
  p: Protocol,
  batch: BatchHandle,
  range: { from?: number; count?: number } = {},
): Promise<Hex> {
  return p.manager.write.predeposit(predepositArguments(batch, range), { account: p.accounts.stranger.account });
}

/** Proves the credentials of all validators that the sight shows. */
export async function prove(p: Protocol, { anchor, proof }: BeaconSight): Promise<Hex> {
  return p.manager.write.proveCredentials([anchor, proof], { account: p.accounts.stranger.account });
}

/** Tops up all validators that the sight shows, of the first operator unless told, by the same amount or one each. */
export async function fund(
  p: Protocol,
  { anchor, proof, count }: BeaconSight,
  amountsGwei: bigint | readonly bigint[],
  operatorId = 1,
): Promise<Hex> {
  const amounts = typeof amountsGwei === "bigint" ? Array.from({ length: count }, () => amountsGwei) : amountsGwei;
  return p.manager.write.fund([operatorId, anchor, proof, amounts], { account: p.accounts.stranger.account });
}

/** A validator as the manager has it. */
export async function validatorOf(p: Protocol, pubkey: Hex) {
  return p.manager.read.getValidator([pubkeyRoot(pubkey)]);
}

/** The address that an operator of these tests is paid at. */
export function paymentAddressOf(operatorId: number): Address {
  const hash = keccak256(stringToHex(`payment address ${operatorId}`));
  return `0x${hash.slice(2, 2 + zeroAddress.length - 2)}`;
}

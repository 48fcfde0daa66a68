import { concat, createWalletClient, zeroHash, type Hex } from "viem";
import { privateKeyToAccount } from "viem/accounts";

import { iDepositContractAbi } from "../../../chain/abi/IDepositContract.ts";
import { etherToGwei, gweiToWei } from "../../../chain/units.ts";
import { depositDataRoot } from "../../../deposits/deposit-data.ts";
import { oneOf } from "../actors/act.ts";
import { withdraw } from "../actors/stakers.ts";
import { stakers, stranger } from "../people.ts";
import { activeKeys } from "../own-validators.ts";
import type { Fault } from "./fault.ts";

const RUN_PART = 0.3;
const MILLIETHER = 10n ** 15n;
const SOME_SIGNATURE: Hex = `0x${"00".repeat(96)}`;

/** Three in four stakers ask for 30 % in the same block. */
export const bankRun: Fault = {
  begin: async (world, { who }) => {
    const spared = Math.floor(who * 4);
    for (const [i, staker] of stakers.entries())
      if (i % 4 !== spared) await withdraw(world, staker, RUN_PART, "bank-run");
    return true;
  },
};

/** A contract that is made with ether, and dies at once in favour of one of ours. */
export const forcedEther: Fault = {
  begin: async ({ stage, memory, notes }, { who, size }) => {
    const { pool, queue, withdrawalVault, executionVault } = stage.deployment.contracts;
    const to = oneOf([pool, queue, withdrawalVault, executionVault], who);
    const amountWei = BigInt(1 + Math.floor(size * 400)) * MILLIETHER;
    const { chain, transport, client } = stage.execution;
    const account = privateKeyToAccount(stranger.privateKey);
    const wallet = createWalletClient({ account, chain, transport });
    // PUSH20 address SELFDESTRUCT
    const hash = await wallet.sendTransaction({ data: concat(["0x73", to, "0xff"]), value: amountWei, gas: 100_000n });
    void client.waitForTransactionReceipt({ hash }).then(
      ({ blockNumber }) => memory.gifts.push({ blockNumber, to, amountWei }),
      (error: unknown) => notes.push(`forced ether was not mined: ${String(error)}`),
    );
    return true;
  },
};

/** Somebody pays for one of our validators, with words of their own for credentials. */
export const giftDeposit: Fault = {
  begin: async (world, { who, size }) => {
    const { stage, sender } = world;
    const active = await activeKeys(world);
    if (active.length === 0) return false;
    const { pubkey } = oneOf(active, who);
    const amountGwei = etherToGwei(1) + BigInt(Math.floor(size * 200)) * 1_000_000n;
    const deposit = { pubkey, withdrawalCredentials: zeroHash, amountGwei, signature: SOME_SIGNATURE };
    const args = [pubkey, zeroHash, SOME_SIGNATURE, depositDataRoot(deposit)] as const;
    const call = {
      address: stage.net.depositContract,
      abi: iDepositContractAbi,
      functionName: "deposit",
      args,
    } as const;
    await sender.send(stranger, "gift-deposit", { ...call, valueWei: gweiToWei(amountGwei) });
    return true;
  },
};

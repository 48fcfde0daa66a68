import { encodeAbiParameters } from "viem";

import type { Person } from "../../network/person.ts";
import { stakers } from "../people.ts";
import type { World } from "../world.ts";

const MILLIETHER = 10n ** 15n;

/** Somebody stakes. */
export async function stake({ stage, sender }: World, who: Person, amountWei: bigint, what = "stake"): Promise<void> {
  const { address, abi } = stage.protocol.pool;
  const call = { address, abi, functionName: "stake", args: [who.address, 0n], valueWei: amountWei } as const;
  await sender.send(who, what, call);
}

/** Between a tenth of an ether and thirty. */
export function stakeOfSize(size: number): bigint {
  return BigInt(Math.floor(100 + size * size * 29_900)) * MILLIETHER;
}

/** Somebody asks for the ether of a part of what they hold. */
export async function withdraw(world: World, who: Person, part: number, what = "withdraw"): Promise<void> {
  const { stage, sender } = world;
  const { token, pool } = stage.protocol;
  const shares = partOf(await token.read.balanceOf([who.address]), part);
  if (shares === 0n) return sender.note(what, "NOTHING_HELD");
  const words = encodeAbiParameters([{ type: "address" }, { type: "uint256" }], [who.address, 0n]);
  const args = [pool.address, shares, words] as const;
  await sender.send(who, what, { address: token.address, abi: token.abi, functionName: "transferAndCall", args });
}

/** Somebody gives a part of what they hold to somebody else. */
export async function transfer({ stage, sender }: World, who: Person, part: number): Promise<void> {
  const { address, abi, read } = stage.protocol.token;
  const shares = partOf(await read.balanceOf([who.address]), part);
  const other = stakers[(stakers.indexOf(who) + 1) % stakers.length];
  if (shares === 0n || other === undefined) return sender.note("transfer", "NOTHING_HELD");
  await sender.send(who, "transfer", { address, abi, functionName: "transfer", args: [other.address, shares] });
}

/** The first owner of a ticket that pays, from a part of the way through the open ones on, takes what is set aside. */
export async function claim({ stage, sender, memory }: World, from: number): Promise<void> {
  const { queue } = stage.protocol;
  const { address, abi } = queue;
  const open = [...memory.events.open];
  const first = Math.floor(open.length * from);
  for (const requestId of [...open.slice(first), ...open.slice(0, first)]) {
    const who = stakers.find((staker) => staker.address === memory.events.requests.get(requestId)?.owner);
    // Paid and burned since the ledger looked: the next one.
    const payableWei = await queue.read.claimableWei([requestId]).catch(() => 0n);
    if (who === undefined || payableWei === 0n) continue;
    const hint = await queue.read.checkpointHint([requestId]);
    return sender.send(who, "claim", { address, abi, functionName: "claim", args: [requestId, hint] });
  }
  return sender.note("claim", "NOTHING_TO_CLAIM");
}

function partOf(amount: bigint, part: number): bigint {
  return (amount * BigInt(Math.floor(part * 10_000))) / 10_000n;
}

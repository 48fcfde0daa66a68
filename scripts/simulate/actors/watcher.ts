import type { Hex } from "viem";

import { readAnchor } from "../../../keeper/proofs/anchor.ts";
import { createProver } from "../../../keeper/proofs/prover.ts";
import { stranger } from "../people.ts";
import type { World } from "../world.ts";

/** Remembers that a validator of ours is to be shown as slashed, once the chain has slashed it. */
export function showSlashed({ toShow }: World, pubkey: Hex): void {
  toShow.add(pubkey);
}

/** Proves to the contracts what was slashed: anyone may, and no keeper's job does. */
export async function watch({ stage, sender, toShow }: World): Promise<void> {
  if (toShow.size === 0) return;
  const records = await stage.beacon.validators("head", [...toShow]);
  const found = records.find(({ validator }) => validator.slashed);
  if (found === undefined) return;
  const { protocol, beacon } = stage;
  const { address, abi } = protocol.manager;
  const point = await readAnchor({ protocol, beacon });
  const { anchor, proof } = await createProver(beacon).prove(point, [found.index]);
  const call = { address, abi, functionName: "proveSlashed", args: [anchor, proof] } as const;
  await sender.send(stranger, "show-slashed", call, () => void toShow.delete(found.validator.pubkey));
}

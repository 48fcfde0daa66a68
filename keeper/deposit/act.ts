import { revealOf } from "../../chain/keys/key-batch.ts";
import type { Mined } from "../../chain/execution/transact.ts";
import type { KeeperContext } from "../context.ts";
import type { DepositIntent } from "./decide.ts";

/** Reveals keys and has 1 ETH deposited for each. */
export async function actDeposit({ protocol, transactor }: KeeperContext, intent: DepositIntent): Promise<Mined> {
  const { operatorId, batchId, batch, reveal } = intent;
  const { pubkeys, signatures, tail, hints } = revealOf(batch.file, batch.revealed, reveal);
  const { address, abi } = protocol.manager;
  return transactor.sendAndWait({
    address,
    abi,
    functionName: "predeposit",
    args: [operatorId, batchId, pubkeys, signatures, tail, hints],
  });
}

/** One sentence about a `predeposit` transaction. */
export function describeDeposit({ operatorId, batchId, deposits, reveal }: DepositIntent): string {
  const skipped = reveal === deposits ? "" : `, passing over ${reveal - deposits} keys`;
  return `Predeposit ${deposits} validators of operator ${operatorId} from its batch ${batchId}${skipped}`;
}

import { z } from "zod";
import { EthStakeError } from "../../runtime/errors.ts";

const executionHeader = z.object({
  hash: z.string(),
  stateRoot: z.string(),
  receiptsRoot: z.string(),
  gasLimit: z.string(),
  baseFeePerGas: z.string(),
});
export type ExecutionHeader = z.infer<typeof executionHeader>;

/** Block 0 of the execution chain, on which the beacon chain begins. */
export async function fetchGenesisHeader(executionUrl: string): Promise<ExecutionHeader> {
  const response = await fetch(executionUrl, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_getBlockByNumber", params: ["0x0", false] }),
  });
  const answer = z.object({ result: executionHeader }).safeParse(await response.json());
  if (!answer.success) {
    throw new EthStakeError("DEVNET_NO_GENESIS_BLOCK", "The execution client does not serve its genesis block", {
      cause: answer.error,
    });
  }
  return answer.data.result;
}

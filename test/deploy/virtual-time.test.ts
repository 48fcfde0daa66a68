import { expect } from "chai";

import { withBlocksOnDemand } from "../../deploy/virtual-time.ts";

describe("blocks on demand", () => {
  /** What Ignition asks for two transactions of one batch, and the blocks that are made meanwhile. */
  async function run(methods: readonly string[]): Promise<string[]> {
    const log: string[] = [];
    let blocks = 0;
    let sent = 0;
    const provider = withBlocksOnDemand(
      {
        request: async ({ method }) => {
          log.push(method);
          if (method === "eth_sendTransaction") return `0x${sent++}`;
          return method === "eth_getTransactionReceipt" && blocks === 0 ? null : "0x";
        },
      },
      async () => {
        blocks++;
        log.push("block");
      },
    );
    for (const method of methods) await provider.request({ method, params: [`0x${receipts(method)}`] });
    return log;

    function receipts(method: string): number {
      return method === "eth_getTransactionReceipt" ? log.filter((one) => one === method).length : 0;
    }
  }
  const send = ["eth_getTransactionCount", "eth_getBlockByNumber", "eth_estimateGas", "eth_sendTransaction"];
  const look = ["eth_getTransactionByHash", "eth_getBlockByNumber", "eth_getTransactionReceipt"];

  it("are made once everything was sent, not between", async () => {
    const log = await run(["eth_getBlockByNumber", ...send, ...send, "eth_getBlockByNumber"]);
    expect(log.filter((one) => one === "block")).to.have.lengthOf(1);
    expect(log.slice(-2)).to.deep.equal(["block", "eth_getBlockByNumber"]);
  });

  it("are not made while confirmations are counted, nor when all are in", async () => {
    const log = await run([
      ...send,
      ...send,
      "eth_getBlockByNumber",
      ...look,
      ...look,
      "eth_getBlockByNumber",
      ...send,
    ]);
    expect(log.filter((one) => one === "block")).to.have.lengthOf(1);
  });
});

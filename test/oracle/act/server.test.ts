import { expect } from "chai";

import { startExchangeServer } from "../../../oracle/act/server.ts";
import { EthStakeError } from "../../../runtime/errors.ts";
import { createLogger } from "../../../runtime/logger.ts";

const logger = createLogger({ level: "silent" });
const BURST = 200;

describe("oracle/act/server", () => {
  it("answers an address only so often, and again when time has passed", async () => {
    let now = 1_000;
    const exchange = {
      published: async () => undefined,
      accept: async () => {
        throw new EthStakeError("REPORT_UNKNOWN", "Send it later");
      },
      status: () => ({}) as never,
    };
    const clock = { now: () => now, sleep: async () => undefined };
    const server = await startExchangeServer(exchange, { host: "127.0.0.1", port: 0, logger, clock });
    const ask = async () => (await fetch(`${server.url}/v1/status`)).status;
    try {
      const answers: number[] = [];
      for (let i = 0; i <= BURST; i++) answers.push(await ask());
      expect(answers.filter((status) => status === 200)).to.have.length(BURST);
      expect(answers.at(-1)).to.equal(429);
      now += 1;
      expect(await ask()).to.equal(200);
    } finally {
      await server.close();
    }
  });

  it("tells peers nothing of its own trouble", async () => {
    const broken = async () => {
      throw new Error("password of the database");
    };
    const exchange = { published: broken, accept: broken, status: () => ({}) as never };
    const server = await startExchangeServer(exchange, { host: "127.0.0.1", port: 0, logger });
    try {
      const answer = await fetch(`${server.url}/v1/reports/127`);
      expect([answer.status, await answer.json()]).to.deep.equal([500, { code: "INTERNAL" }]);
    } finally {
      await server.close();
    }
  });
});

import { expect } from "chai";

import { EthStakeError } from "../../runtime/errors.ts";
import { createLogger, type LoggerOptions } from "../../runtime/logger.ts";

function capture(options: LoggerOptions) {
  const lines: string[] = [];
  return { lines, logger: createLogger({ ...options, write: (line) => lines.push(line) }) };
}

describe("logger", () => {
  it("writes a constant sentence plus an object as JSON", () => {
    const { lines, logger } = capture({ format: "json" });
    logger.child({ part: "oracle" }).info("Report built", { refSlot: 64, amountWei: 5n, root: new Uint8Array([1]) });
    expect(JSON.parse(lines[0] ?? "")).to.include({
      level: "info",
      msg: "Report built",
      part: "oracle",
      refSlot: 64,
      amountWei: "5",
      root: "0x01",
    });
  });

  it("writes text for people", () => {
    const { lines, logger } = capture({ format: "text" });
    logger.warn("Node is behind", { slots: 3, node: "a b" });
    expect(lines[0]).to.match(/^\d\d:\d\d:\d\d\.\d{3} WARN {2}Node is behind slots=3 node="a b"\n$/);
  });

  it("leaves out what is below its level", () => {
    const { lines, logger } = capture({ level: "warn" });
    logger.info("quiet");
    logger.error("loud");
    expect(lines).to.have.length(1);
  });

  it("redacts secrets by name at any depth, and keys inside addresses", () => {
    const { lines, logger } = capture({ format: "json" });
    logger.info("Started", {
      mnemonic: "abandon abandon",
      nested: { list: [{ keystorePassword: "hunter2", privateKey: "0xabc" }] },
      url: "https://user:pw@node.example:8545/v3/0123456789?apikey=1",
      token: "0x00000000219ab540356cBB839Cbe05303d7705Fa",
    });
    const line = lines[0] ?? "";
    for (const secret of ["abandon", "hunter2", "0xabc", "pw@", "0123456789", "apikey"])
      expect(line).not.to.include(secret);
    expect(line).to.include("https://node.example:8545").and.to.include("0x00000000219ab540356cBB839Cbe05303d7705Fa");
  });

  it("writes errors with their code and causes, redacted", () => {
    const { lines, logger } = capture({ format: "json" });
    const cause = new Error("GET https://node.example/v3/s3cr3t failed");
    logger.error("Job failed", {
      error: new EthStakeError("NODE_DOWN", "Start it", { cause, details: { seed: "x1" } }),
    });
    const line = JSON.parse(lines[0] ?? "");
    expect(line.error).to.include({ code: "NODE_DOWN", message: "Start it", retryable: false });
    expect(line.error.details.seed).to.equal("[redacted]");
    expect(lines[0]).not.to.include("s3cr3t");
  });
});

import { expect } from "chai";
import { createLogger } from "../../../devnet/stand-ins/logger/index.ts";
import { DasContextJs } from "../../../devnet/stand-ins/node-eth-kzg/index.ts";
import {
  LightClientServerError,
  ReqResp,
  RequestError,
  ResponseError,
} from "../../../devnet/stand-ins/reqresp/index.ts";
import { Decoder, Encoder } from "../../../devnet/stand-ins/snappy-wasm/index.ts";
import { defaultOptions, MAX_BUILDER_BOOST_FACTOR } from "../../../devnet/stand-ins/validator/index.ts";

describe("devnet logger stand-in", () => {
  const collect = (level: "warn" | "debug") => {
    const lines: string[] = [];
    return { lines, logger: createLogger(level, "root", (line) => lines.push(line)) };
  };

  it("writes its level and what is graver, with module and context", () => {
    const { lines, logger } = collect("warn");
    logger.info("not shown");
    logger.warn("slow", { slot: 3n, list: [1n] });
    logger.child({ module: "chain" }).error("failed", undefined, new Error("why"));
    expect(lines).to.have.length(2);
    expect(lines[0]).to.equal('warn    [root] slow slot=3 list=["1"]');
    expect(lines[1]).to.match(/^error {3}\[chain\] failed - Error: why/);
  });

  it("shows more at a lower level", () => {
    const { lines, logger } = collect("debug");
    logger.debug("shown");
    logger.trace("not shown");
    expect(lines).to.have.length(1);
  });
});

describe("devnet stand-ins for what a lonely node never does", () => {
  it("fail loudly when they are used", () => {
    expect(() => new ReqResp()).to.throw("no peer-to-peer network");
    expect(() => new Encoder().compress()).to.throw("no peer-to-peer network");
    expect(() => new Decoder().decompress()).to.throw("no peer-to-peer network");
    expect(() => DasContextJs.create({ usePrecomp: true }).computeCells?.()).to.throw("computeCells");
  });

  it("carry the errors that the node maps to answers", () => {
    expect(new LightClientServerError({ code: "RESOURCE_UNAVAILABLE" }).type.code).to.equal("RESOURCE_UNAVAILABLE");
    expect(new RequestError({ code: "X" }).message).to.equal("X");
    expect(new ResponseError(3, "gone").status).to.equal(3);
  });

  it("never let an outside builder make a block", () => {
    expect(defaultOptions.builderSelection).to.equal("executiononly");
    expect(MAX_BUILDER_BOOST_FACTOR).to.equal(18_446_744_073_709_551_615n);
  });
});

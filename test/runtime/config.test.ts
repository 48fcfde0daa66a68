import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { z } from "zod";

import { flag, logFields, privateKey, readEnvironment, urlList, wholeNumber } from "../../runtime/config.ts";
import { EthStakeError } from "../../runtime/errors.ts";

const schema = z.object({
  EXECUTION_CLIENT_URI: urlList("execution node addresses"),
  PRIVATE_KEY: privateKey("key that pays").optional(),
  DRY_RUN: flag("send nothing"),
  PORT: wholeNumber("port to listen on", { max: 65535 }).default(9010),
  ...logFields,
});
const key = "11".repeat(32);

function failure(action: () => unknown): EthStakeError {
  try {
    action();
  } catch (error) {
    if (error instanceof EthStakeError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("readEnvironment", () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), "ethstake-config-"))));
  after(() => rmSync(folder, { recursive: true }));

  it("reads lists, flags and numbers, and fills in defaults", () => {
    const config = readEnvironment(schema, {
      EXECUTION_CLIENT_URI: "http://127.0.0.1:8545, https://b.example/v3/key,",
      DRY_RUN: "yes",
      PORT: "80",
    });
    expect(config).to.deep.equal({
      EXECUTION_CLIENT_URI: ["http://127.0.0.1:8545", "https://b.example/v3/key"],
      PRIVATE_KEY: undefined,
      DRY_RUN: true,
      PORT: 80,
      LOG_LEVEL: "info",
      LOG_FORMAT: "text",
    });
  });

  it("tells every missing or wrong name at once, without its value", () => {
    const error = failure(() => readEnvironment(schema, { PRIVATE_KEY: "hunter2", PORT: "99999", LOG_LEVEL: "loud" }));
    expect(error.code).to.equal("CONFIG_INVALID");
    expect(error.details["names"]).to.have.members(["EXECUTION_CLIENT_URI", "PRIVATE_KEY", "PORT", "LOG_LEVEL"]);
    expect(error.message).to.match(/^Set EXECUTION_CLIENT_URI \(execution node addresses\)/);
    expect(error.message).not.to.include("hunter2");
  });

  it("takes an empty value as not set", () => {
    const error = failure(() => readEnvironment(schema, { EXECUTION_CLIENT_URI: " " }));
    expect(error.details["names"]).to.deep.equal(["EXECUTION_CLIENT_URI"]);
  });

  it("refuses an address that is not http", () => {
    expect(failure(() => readEnvironment(schema, { EXECUTION_CLIENT_URI: "ws://a" })).code).to.equal("CONFIG_INVALID");
    expect(failure(() => readEnvironment(schema, { EXECUTION_CLIENT_URI: "localhost" })).code).to.equal(
      "CONFIG_INVALID",
    );
  });

  it("reads a secret from its _FILE twin", () => {
    const file = join(folder, "key");
    writeFileSync(file, `${key}\n`);
    const env = { EXECUTION_CLIENT_URI: "http://a", PRIVATE_KEY_FILE: file };
    expect(readEnvironment(schema, env).PRIVATE_KEY).to.equal(`0x${key}`);
  });

  it("refuses a value and its twin together, and a twin that cannot be read", () => {
    const both = { EXECUTION_CLIENT_URI: "http://a", PRIVATE_KEY: key, PRIVATE_KEY_FILE: "/none" };
    expect(failure(() => readEnvironment(schema, both)).message).to.include("not both");
    const unreadable = { EXECUTION_CLIENT_URI: "http://a", PRIVATE_KEY_FILE: join(folder, "none") };
    expect(failure(() => readEnvironment(schema, unreadable)).message).to.include("PRIVATE_KEY_FILE");
  });
});

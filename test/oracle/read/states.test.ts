import { expect } from "chai";
import { bytesToHex } from "viem";

import { createBeaconApi } from "../../../chain/beacon/api.ts";
import type { HeaderAnswer } from "../../../chain/beacon/types.ts";
import { headerRoot } from "../../../chain/ssz/proofs.ts";
import { loadStateTypes } from "../../../chain/ssz/state-types.ts";
import { loadStateCodec } from "../../../chain/ssz/state.ts";
import { readState } from "../../../oracle/read/states.ts";
import type { View } from "../../../oracle/read/view.ts";
import { EthStakeError } from "../../../runtime/errors.ts";
import { fill, sampleState } from "../../chain/ssz/support/sample-state.ts";
import { startServer, type TestServer } from "../../chain/support/http-server.ts";

const KEY = bytesToHex(fill(48, 2));
const clock = { now: () => 0, sleep: async () => undefined };

describe("oracle/read/states", () => {
  let server: TestServer;
  let bytes: Uint8Array;
  let block: HeaderAnswer;
  let answer: (
    path: string,
    try_: number,
  ) => Parameters<typeof startServer>[0] extends (r: never) => infer R ? Awaited<R> : never;
  const ssz = (body: Uint8Array) => ({
    body,
    headers: { "content-type": "application/octet-stream", "eth-consensus-version": "fulu" },
  });

  beforeEach(async () => {
    const sample = await sampleState("fulu");
    bytes = sample.bytes;
    block = {
      root: headerRoot(sample.header),
      canonical: true,
      finalized: true,
      executionOptimistic: false,
      header: sample.header,
    };
    answer = () => ssz(bytes);
    let tries = 0;
    server = await startServer(({ path }) => answer(path, tries++));
  });
  afterEach(() => server.close());

  const read = async (verifyStates = true) => {
    const beacon = createBeaconApi({ url: server.url, clock, attempts: 2 });
    const view: Pick<View, "beacon" | "codec" | "verifyStates"> = {
      beacon,
      codec: await loadStateCodec("minimal"),
      verifyStates,
    };
    return readState(view, block, [KEY]);
  };
  const codeOf = async (verifyStates?: boolean) =>
    read(verifyStates).then(
      () => undefined,
      (error: unknown) => (error instanceof EthStakeError ? error.code : String(error)),
    );

  it("streams the state and verifies it", async () => {
    const state = await read();
    expect([state.slot, state.root, state.found.get(KEY)?.index]).to.deep.equal([77, block.header.stateRoot, 1]);
  });

  it("INC-22 catches one changed balance, and a header that is not the block's", async () => {
    const { fulu } = await loadStateTypes("minimal");
    const view = fulu.deserializeToViewDU(bytes);
    view.balances.set(1, 33_000_000_000);
    view.commit();
    bytes = view.serialize();
    expect(await codeOf()).to.equal("STATE_ROOT_MISMATCH");
    expect((await read(false)).balanceGwei(1)).to.equal(33_000_000_000n);
    block = { ...block, header: { ...block.header, stateRoot: bytesToHex(view.hashTreeRoot()) } };
    expect(await codeOf()).to.equal("HEADER_MISMATCH");
  });

  it("refuses the state of another slot", async () => {
    block = { ...block, header: { ...block.header, slot: 78 } };
    expect(await codeOf(false)).to.equal("STATE_WRONG");
  });

  it("tries again, with a new reader, when the stream breaks or the node is busy", async () => {
    answer = (_, tries) =>
      tries === 0
        ? {
            ...ssz(bytes.subarray(0, 9_000)),
            headers: { ...ssz(bytes).headers, "content-length": String(bytes.length) },
          }
        : ssz(bytes);
    expect((await read()).slot).to.equal(77);
    answer = (_, tries) => (tries === 2 ? { status: 429 } : ssz(bytes));
    expect((await read()).slot).to.equal(77);
  });

  it("asks by the root when the node does not have the slot", async () => {
    answer = (path) => (path.endsWith("/77") ? { status: 404, body: {} } : ssz(bytes));
    expect((await read()).slot).to.equal(77);
    answer = () => ({ status: 404, body: {} });
    expect(await codeOf()).to.equal("BEACON_NOT_FOUND");
  });

  it("falls back to JSON where the node has no SSZ", async () => {
    const { fulu } = await loadStateTypes("minimal");
    const data = fulu.toJson(fulu.deserialize(bytes));
    let asked = 0;
    answer = () =>
      asked++ === 0
        ? { status: 406, body: {} }
        : { headers: { "content-type": "application/json" }, body: { version: "fulu", data } };
    expect((await read()).root).to.equal(block.header.stateRoot);
    // Some answer JSON to everything.
    answer = () => ({ headers: { "content-type": "application/json" }, body: { version: "fulu", data } });
    expect((await read()).root).to.equal(block.header.stateRoot);
  });

  it("refuses what is malformed, and forks that it does not know", async () => {
    answer = () => ssz(bytes.subarray(0, bytes.length - 5));
    expect(await codeOf()).to.equal("STATE_MALFORMED");
    answer = () => ({ body: bytes, headers: { "eth-consensus-version": "heze" } });
    expect(await codeOf()).to.equal("FORK_UNSUPPORTED");
    answer = () => ({ body: bytes, headers: {} });
    expect(await codeOf()).to.equal("BEACON_BAD_ANSWER");
  });
});

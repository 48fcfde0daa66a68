import { readFileSync } from "node:fs";

import { expect } from "chai";

import { createBeaconApi, type BeaconApi, type BeaconApiOptions } from "../../../chain/beacon/api.ts";
import { assertNetwork } from "../../../chain/beacon/health.ts";
import { networkByName } from "../../../chain/networks.ts";
import type { Clock } from "../../../runtime/clock.ts";
import { startServer, type TestServer } from "../support/http-server.ts";
import { thrownBy } from "../support/thrown.ts";

/** Answers of a real Lodestar node, with a deposit and a withdrawal on the way. */
const recorded: Record<string, unknown> = JSON.parse(readFileSync(new URL("./lodestar.json", import.meta.url), "utf8"));
const instant: Clock = { now: () => 0, sleep: async () => undefined };

describe("the Beacon API client", () => {
  let server: TestServer | undefined;
  const serve = async (
    answer: Parameters<typeof startServer>[0],
    options: Partial<BeaconApiOptions> = {},
  ): Promise<{ api: BeaconApi; server: TestServer }> => {
    server = await startServer(answer);
    return { api: createBeaconApi({ url: server.url, clock: instant, ...options }), server };
  };
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  describe("decodes what a real node answers:", () => {
    let api: BeaconApi;
    beforeEach(async () => {
      ({ api } = await serve(({ path }) =>
        path in recorded ? { body: recorded[path] } : { status: 404, body: { code: 404, message: "no" } },
      ));
    });

    it("genesis and configuration", async () => {
      expect(await api.genesis()).to.include({ genesisForkVersion: "0x00000001" });
      const spec = await api.spec();
      expect(spec).to.include({
        preset: "minimal",
        secondsPerSlot: 12,
        slotsPerEpoch: 8,
        depositChainId: 32382,
        depositContract: "0x00000000219ab540356cBB839Cbe05303d7705Fa",
        capellaForkVersion: "0x03000001",
      });
      expect(spec.raw["FULU_FORK_EPOCH"]).to.equal("0");
    });

    it("headers", async () => {
      const answer = await api.header("finalized");
      expect(answer).to.include({ canonical: true, executionOptimistic: false });
      expect(answer.header.slot).to.be.a("number");
      expect(answer.root).to.match(/^0x[0-9a-f]{64}$/);
      expect((await thrownBy(() => api.header(3))).code).to.equal("BEACON_NOT_FOUND");
    });

    it("blocks, with their payload and requests", async () => {
      const block = await api.block(44);
      expect(block).to.include({ fork: "fulu", slot: 44 });
      expect(block.executionPayload.timestamp).to.equal((await api.genesis()).genesisTime + 44 * 12);
      expect(block.executionPayload.baseFeePerGasWei).to.be.a("bigint");
      expect(block.executionPayload.withdrawals[0]?.amountGwei).to.be.a("bigint");
      expect(block.executionRequests.deposits[0]).to.include({ amountGwei: 1_000_000_000n, index: 0 });
      expect(block.executionRequests.deposits[0]?.withdrawalCredentials).to.match(/^0x02/);
    });

    it("validators, with epochs that are not known yet", async () => {
      const [first, second] = await api.validators("head", [3, 64]);
      expect(first).to.include({ index: 3, status: "active_ongoing" });
      expect(first?.validator).to.include({
        effectiveBalanceGwei: 32_000_000_000n,
        slashed: false,
        exitEpoch: Infinity,
      });
      expect(second).to.include({ index: 64, balanceGwei: 1_000_000_000n });
      expect(second?.validator.activationEpoch).to.equal(Infinity);
    });

    it("finality, synchronisation, version and rewards, losses below zero", async () => {
      expect((await api.finalityCheckpoints("head")).finalized.epoch).to.be.greaterThan(0);
      expect(await api.syncing()).to.include({ isSyncing: false, isOptimistic: false, elOffline: false });
      expect(await api.version()).to.deep.equal({ consensus: "LS/devnet", execution: undefined });
      const path = Object.keys(recorded).find((name) => name.includes("/rewards/")) ?? "";
      const rewards = await api.attestationRewards(Number(path.split("/").at(-1)), [0, 1]);
      expect(rewards.map((reward) => reward.validatorIndex)).to.deep.equal([0, 1]);
      expect(rewards[0]?.targetGwei).to.be.a("bigint");
      await api.assertReady();
    });
  });

  describe("asks", () => {
    it("for many validators in several POSTs, and for none not at all", async () => {
      const { api, server } = await serve(() => ({ body: { data: [] } }));
      expect(await api.validators("head", [])).to.deep.equal([]);
      expect(await api.attestationRewards(1, [])).to.deep.equal([]);
      expect(server.seen).to.have.length(0);
      await api.validators(
        "0xabcd",
        Array.from({ length: 2_500 }, (_, i) => i),
      );
      expect(server.seen.map(({ method, path }) => `${method} ${path}`)).to.deep.equal(
        Array.from({ length: 3 }, () => "POST /eth/v1/beacon/states/0xabcd/validators"),
      );
      const ids = server.seen.flatMap(({ body }): string[] => JSON.parse(body).ids);
      expect(ids).to.deep.equal(Array.from({ length: 2_500 }, (_, i) => String(i)));
    });

    it("for the old version endpoint when there is no new one", async () => {
      const { api } = await serve(({ path }) =>
        path === "/eth/v1/node/version" ? { body: { data: { version: "Nimbus/v25" } } } : { status: 404 },
      );
      expect(await api.version()).to.deep.equal({ consensus: "Nimbus/v25", execution: undefined });
    });

    it("for states as bytes, and wants to know their fork", async () => {
      const bytes = new Uint8Array([1, 2, 3]);
      let headers: Record<string, string> = { "eth-consensus-version": "fulu" };
      const { api } = await serve(() => ({ body: bytes, headers }));
      expect(await api.stateSsz("0x11")).to.deep.equal({ bytes, fork: "fulu" });
      headers = {};
      expect((await thrownBy(() => api.stateSsz("0x11"))).code).to.equal("BEACON_BAD_ANSWER");
    });
  });

  describe("tells failures apart:", () => {
    for (const [status, code, retryable, tries] of [
      [400, "BEACON_REFUSED", false, 1],
      [404, "BEACON_NOT_FOUND", false, 1],
      [406, "BEACON_UNSUPPORTED", false, 1],
      [429, "BEACON_FAILED", true, 3],
      [500, "BEACON_FAILED", true, 3],
      [503, "BEACON_FAILED", true, 3],
    ] as const)
      it(`${status} is ${code} after ${tries} ${tries === 1 ? "try" : "tries"}`, async () => {
        const { api, server } = await serve(() => ({ status, body: { code: status, message: "no" } }));
        expect(await thrownBy(() => api.genesis())).to.include({ code, retryable });
        expect(server.seen).to.have.length(tries);
      });

    it("an error that passes is not seen", async () => {
      let calls = 0;
      const { api } = await serve(() =>
        ++calls === 1 ? { status: 503, body: "" } : { body: recorded["/eth/v1/node/syncing"] },
      );
      expect((await api.syncing()).isSyncing).to.equal(false);
    });

    for (const [what, body] of [
      ["no JSON", "<html>"],
      ["no data", {}],
      ["a number for a string", { data: { genesis_time: 5 } }],
      [
        "a short root",
        { data: { genesis_time: "5", genesis_validators_root: "0x12", genesis_fork_version: "0x00000000" } },
      ],
    ] as const)
      it(`${what} is BEACON_BAD_ANSWER`, async () => {
        const { api } = await serve(() => ({ body }));
        expect(await thrownBy(() => api.genesis())).to.include({ code: "BEACON_BAD_ANSWER", retryable: false });
      });

    it("a node that hangs, one that is not there, and a stop of our own", async () => {
      const stop = new AbortController();
      const { api, server } = await serve(() => "hang", { timeoutMs: 50, attempts: 1, signal: stop.signal });
      expect(await thrownBy(() => api.genesis())).to.include({ code: "BEACON_TIMEOUT", retryable: true });
      const waiting = thrownBy(() => api.genesis());
      stop.abort();
      expect((await waiting).code).to.equal("ABORTED");
      const gone = createBeaconApi({ url: server.url, clock: instant });
      await server.close();
      expect(await thrownBy(() => gone.genesis())).to.include({ code: "BEACON_UNREACHABLE", retryable: true });
    });

    it("no message shows what providers hide in an address", async () => {
      const { server } = await serve(() => ({ status: 500, body: "" }));
      const api = createBeaconApi({ url: `${server.url}/s3cr3t`, clock: instant });
      const error = await thrownBy(() => api.genesis());
      expect(server.seen[0]?.path).to.equal("/s3cr3t/eth/v1/beacon/genesis");
      expect(error.message + JSON.stringify(error.details)).not.to.include("s3cr3t");
    });
  });

  describe("refuses a node that", () => {
    const ready = { head_slot: "100", sync_distance: "0", is_syncing: false, is_optimistic: false, el_offline: false };
    for (const [what, change] of [
      ["is syncing", { is_syncing: true, sync_distance: "3" }],
      ["is optimistic", { is_optimistic: true }],
      ["has no execution client", { el_offline: true }],
    ] as const)
      it(what, async () => {
        const { api } = await serve(() => ({ body: { data: { ...ready, ...change } } }));
        expect(await thrownBy(() => api.assertReady())).to.include({ code: "BEACON_NOT_READY", retryable: true });
      });

    it("is of another network; the newest block may still be missing", async () => {
      const { api } = await serve(({ path }) => ({
        body: recorded[path] ?? { data: { ...ready, is_syncing: true, sync_distance: "1" } },
      }));
      expect((await assertNetwork(api, networkByName("devnet"))).spec.slotsPerEpoch).to.equal(8);
      expect((await thrownBy(() => assertNetwork(api, networkByName("hoodi")))).code).to.equal("WRONG_NETWORK");
      const other = { ...networkByName("devnet"), genesisForkVersion: "0x00000009" as const };
      expect((await thrownBy(() => assertNetwork(api, other))).details["what"]).to.equal("genesis fork version");
    });
  });
});

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { bytesToHex, pad, type Address, type Hex } from "viem";
import { privateKeyToAccount } from "viem/accounts";

import { createBeaconApi } from "../../chain/beacon/api.ts";
import { createExecution } from "../../chain/execution/client.ts";
import { encodeKeyBatchFile, toKeyBatchFile } from "../../chain/keys/key-batch-file.ts";
import { commitmentOf, revealOf, tailAt } from "../../chain/keys/key-batch.ts";
import { networkByName } from "../../chain/networks.ts";
import { hashReport, reportIdOf } from "../../chain/report/encoding.ts";
import type { Report } from "../../chain/report/report.ts";
import { packSignatures } from "../../chain/report/signatures.ts";
import { reportTypedData } from "../../chain/report/typed-data.ts";
import { pubkeyRoot } from "../../chain/ssz/domains.ts";
import { headerRoot } from "../../chain/ssz/proofs.ts";
import { loadStateCodec } from "../../chain/ssz/state.ts";
import { watchingAccount } from "../../keeper/account.ts";
import { createKeeper, type KeeperOptions } from "../../keeper/app.ts";
import type { JobName } from "../../keeper/job-names.ts";
import { stringifyJson } from "../../runtime/json.ts";
import { fill, sampleState } from "../chain/ssz/support/sample-state.ts";
import { startBeaconNode, type BeaconNode } from "../chain/support/beacon-node.ts";
import { startServer, type TestServer } from "../chain/support/http-server.ts";
import { fakeDeployment, logOf, refuse, startProtocolNode, type ProtocolNode } from "../chain/support/protocol-node.ts";
import { thrownBy } from "../chain/support/thrown.ts";
import { credentials, sampleKeys } from "../chain/keys/sample-keys.ts";
import { eth, rootOf, wei } from "./samples.ts";
import { account, managerParameters, operatorRecord, owner, record, registryParameters } from "./support/records.ts";

describe("a keeper at the wire", () => {
  let node: ProtocolNode;
  let beacon: BeaconNode;
  let folder: string;
  const keeper = (options: Partial<KeeperOptions> = {}) =>
    createKeeper({
      execution: createExecution({ urls: [node.url], network: networkByName("devnet"), pollingIntervalMs: 5 }),
      beacon: createBeaconApi({ url: beacon.url, attempts: 1 }),
      deployment: fakeDeployment,
      account,
      keyBatchFolder: folder,
      ...options,
    });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "ethstake-keeper-"));
    beacon = await startBeaconNode();
    node = await startProtocolNode({
      "pool.depositableWei": wei(100),
      "pool.totalPooledEther": wei(100),
      "pool.pausedUntil": 0,
      "manager.parameters": managerParameters,
      "manager.unprovenCount": 0,
      "manager.withdrawalCredentials": credentials,
      "manager.getValidator": record(0),
      "registry.parameters": registryParameters,
      "registry.operatorCount": 1,
      "registry.getOperator": operatorRecord,
      "registry.freeBondWei": wei(16),
      "registry.requiredBondWei": 0n,
      "registry.exitDeadlinePassed": false,
      "registry.fundedGwei": 0n,
      "registry.clientFundedGwei": [0n, 0n],
      "manager.predeposit": undefined,
    });
  });
  afterEach(async () => {
    await Promise.all([node.close(), beacon.close()]);
    await rm(folder, { recursive: true });
  });

  it("INV-17: leaves a run out while a transaction of its account waits", async () => {
    node.waiting = 1;
    const { skipped, results } = await keeper().runOnce();
    expect(skipped).to.include({ code: "TRANSACTION_PENDING" });
    expect([results.length, node.sent.length]).to.deep.equal([0, 0]);
  });

  it("refuses a beacon node that is syncing", async () => {
    beacon.syncing = { ...beacon.syncing, is_syncing: true, sync_distance: "99" };
    expect(await thrownBy(() => keeper().runOnce())).to.include({ code: "BEACON_NOT_READY" });
  });

  describe("deposit", () => {
    const keys = sampleKeys(3);
    const batch = { operatorId: 1, keys };
    const run = async (options: Partial<KeeperOptions> = {}) => {
      const { results } = await keeper(options).runOnce(["deposit"]);
      const [result] = results;
      return { error: result?.error, codes: result?.reasons.map(({ code }) => code), actions: result?.actions ?? [] };
    };
    const hold = (revealed: number) => {
      node.answers["registry.getKeyBatch"] = [tailAt(batch, revealed), 1_000_000, keys.length - revealed];
    };
    beforeEach(async () => {
      const text = encodeKeyBatchFile(toKeyBatchFile(batch, { name: "devnet" }, credentials));
      await writeFile(join(folder, "key_batch-1-1.json"), text);
      await writeFile(join(folder, "deposit_data-1.json"), "{");
      const commitment = commitmentOf(batch);
      node.logs = [logOf("registry", "KeyBatchSubmitted", { operatorId: 1, batchId: 4, commitment, count: 3 })];
      hold(0);
    });

    it("reveals the next key of a batch that a private file opens", async () => {
      expect((await run()).error).to.equal(undefined);
      const { pubkeys, signatures, tail, hints } = revealOf(batch, 0, 1);
      expect(node.sent.map(({ functionName, args }) => [functionName, ...args])).to.deep.equal([
        ["predeposit", 1, 4, pubkeys, signatures, tail, hints],
      ]);
    });

    it("goes on after a restart from what the chain says, and does nothing twice", async () => {
      node.answers["manager.getValidator"] = record(1, eth(1));
      const first = keys[0]?.pubkey ?? "0x";
      node.logs.push(
        logOf("manager", "Predeposited", { operatorId: 1, pubkeyRoot: pubkeyRoot(first), batchId: 4, pubkey: first }),
      );
      hold(1);
      expect(await run()).to.deep.include({ codes: ["NO_DEMAND"], actions: [] });
      // Without validators that could take the ether the second key is next.
      node.answers["manager.getValidator"] = record(5, eth(1));
      await run();
      const { pubkeys, tail } = revealOf(batch, 1, 1);
      expect([node.sent[0]?.args[2], node.sent[0]?.args[4]]).to.deep.equal([pubkeys, tail]);
    });

    it("INV-18: sends nothing for a key that waits in the beacon chain's deposits", async () => {
      beacon.pendingDeposits = [keys[0]?.pubkey ?? "0x"];
      expect((await run()).codes).to.include("KEY_KNOWN_TO_BEACON");
      expect(node.sent).to.be.empty;
    });

    it("takes no file of another operator, and none whose batch is used up or younger than allowed", async () => {
      node.logs = [
        logOf("registry", "KeyBatchSubmitted", {
          operatorId: 2,
          batchId: 0,
          commitment: commitmentOf(batch),
          count: 3,
        }),
      ];
      expect((await run()).codes).to.deep.equal(["NO_KEYS"]);
      node.logs = [
        logOf("registry", "KeyBatchSubmitted", {
          operatorId: 1,
          batchId: 4,
          commitment: commitmentOf(batch),
          count: 3,
        }),
      ];
      hold(3);
      expect((await run()).codes).to.deep.equal(["NO_KEYS"]);
      node.answers["registry.getKeyBatch"] = [tailAt(batch, 0), node.timestamp - 59, 3];
      expect((await run()).codes).to.include("BATCH_TOO_YOUNG");
      expect(node.sent).to.be.empty;
    });

    it("sends nothing in a dry run, over the cost limit, or when the contract would refuse", async () => {
      const dry = await run({ dryRun: true });
      expect(dry.actions.map(({ job, mined }) => [job, mined])).to.deep.equal([["deposit", undefined]]);
      expect((await run({ account: watchingAccount })).error).to.include({ code: "KEY_MISSING" });
      expect((await run({ maxRunCostWei: 1n })).error).to.include({ code: "COST_LIMIT" });
      expect((await run({ maxFeePerGasWei: 1n })).error).to.include({ code: "GAS_PRICE_HIGH" });
      node.refusals["manager.predeposit"] = { errorName: "BufferTooSmall", args: [1n, 0n] };
      const { error } = await run();
      expect(error).to.include({ code: "CONTRACT_REVERTED" });
      expect(error?.details).to.include({ errorName: "BufferTooSmall" });
      expect(node.sent).to.be.empty;
    });
  });

  describe("settle", () => {
    const members = [1, 2, 3].map((n) => privateKeyToAccount(pad(`0x${n}`, { size: 32 })));
    const outsider = privateKeyToAccount(pad("0x9", { size: 32 }));
    const { committee } = fakeDeployment.contracts;
    const report: Report = {
      refSlot: 127n,
      previousRefSlot: 63n,
      cutoffTimestamp: 5n,
      cutoffBlockHash: rootOf(1),
      blockRoot: rootOf(2),
      consensusBalanceGwei: 7n,
      exitingGwei: 0n,
      withdrawalReceiptsWei: 0n,
      executionReceiptsWei: 0n,
      rewardsRoot: rootOf(0),
      rewardsTotalShares: 0n,
      losses: [],
      breaches: [],
      thefts: [],
      exits: [],
    };
    const sign = async (signer: typeof outsider, of = report): Promise<[Address, Hex]> => {
      const domain = { chainId: fakeDeployment.chainId, committee };
      return [signer.address, await signer.signTypedData(reportTypedData(domain, reportIdOf(of)))];
    };
    const open: TestServer[] = [];
    const serve = async (answer: Parameters<typeof startServer>[0]) => {
      const server = await startServer(answer);
      open.push(server);
      return server;
    };
    afterEach(() => Promise.all(open.splice(0).map((server) => server.close())));
    const peer = (of: Report, signatures: readonly [Address, Hex][]) =>
      serve(({ path }) =>
        path !== "/v1/reports/127"
          ? { status: 404 }
          : {
              body: stringifyJson({
                report: of,
                reportHash: hashReport(of),
                signatures: signatures.map(([member, signature]) => ({ member, signature })),
                leaves: [],
              }),
            },
      );
    const seen: Hex[] = [];
    beforeEach(() => {
      seen.length = 0;
      Object.assign(node.answers, {
        "distribution.lastRefSlot": 63n,
        "distribution.slotsPerFrame": 64n,
        "distribution.genesisTime": 1_000_000n,
        "distribution.secondsPerSlot": 12n,
        "distribution.committeeFor": committee,
        "committee.isActiveMember": (who: Address) => members.some(({ address }) => address === who),
        "committee.isAgreed": (_id: unknown, signatures: Hex) => {
          seen.push(signatures);
          return (signatures.length - 2) / 130 >= 2;
        },
        "distribution.settleRewards": undefined,
        "pool.bufferedWei": 1n,
        "pool.totalShares": wei(100),
        "distribution.collectedWei": [0n, 0n],
        "distribution.heldReport": [rootOf(0), 0],
        "queue.finalizationHint": 5n,
      });
      node.timestamp = 1_000_000 + 128 * 12 + 600;
    });
    const run = async (peers: readonly string[]) => {
      const { results } = await keeper({ oraclePeers: peers, policy: { settleGraceSeconds: 600 } }).runOnce(["settle"]);
      return { codes: results[0]?.reasons.map(({ code }) => code), error: results[0]?.error };
    };

    it("joins the signatures of several members, in their order, and settles", async () => {
      const signatures = await Promise.all(members.map((member) => sign(member)));
      const [a, b] = [await peer(report, signatures.slice(0, 1)), await peer(report, signatures.slice(1, 2))];
      expect((await run([a.url, "http://127.0.0.1:1", b.url])).error).to.equal(undefined);
      expect(node.sent.map(({ contract, args }) => [contract, args[1], args[2]])).to.deep.equal([
        ["distribution", packSignatures(signatures.slice(0, 2)), 5n],
      ]);
    });

    it("leaves out signatures of outsiders, of other reports, and those that are none", async () => {
      const other = { ...report, consensusBalanceGwei: 8n };
      const [member, second] = [await sign(members[0] ?? outsider), await sign(members[1] ?? outsider, other)];
      const broken: [Address, Hex] = [owner, `0x${"ff".repeat(65)}`];
      const one = await peer(report, [await sign(outsider), member, second, broken]);
      expect((await run([one.url])).codes).to.deep.equal(["NO_QUORUM"]);
      expect(seen).to.deep.equal([packSignatures([member])]);
      expect(node.sent).to.be.empty;
    });

    it("believes no hash that a member names, and no report of another frame", async () => {
      const forged = await serve(() => ({
        body: stringifyJson({
          report: { ...report, refSlot: 191n },
          reportHash: hashReport(report),
          signatures: [],
          leaves: [],
        }),
      }));
      expect((await run([forged.url])).codes).to.deep.equal(["NO_REPORT"]);
    });

    it("settles nothing while a report waits for review", async () => {
      node.answers["distribution.heldReport"] = [rootOf(7), node.timestamp + 1];
      expect((await run(["http://127.0.0.1:1"])).codes).to.deep.equal(["REPORT_IN_REVIEW"]);
      node.answers["distribution.heldReport"] = [rootOf(7), node.timestamp];
      expect((await run(["http://127.0.0.1:1"])).codes).to.deep.equal(["NO_REPORT"]);
    });

    it("leaves a frame to its members for the grace time", async () => {
      node.timestamp -= 1;
      expect((await run([])).codes).to.deep.equal(["NOTHING_DUE"]);
      node.timestamp += 1;
      expect((await run([])).codes).to.deep.equal(["NO_PEERS"]);
    });
  });

  describe("stale", () => {
    const run = async () => {
      const { results } = await keeper().runOnce(["stale"]);
      return { codes: results[0]?.reasons.map(({ code }) => code), error: results[0]?.error };
    };
    beforeEach(() => {
      Object.assign(node.answers, {
        "distribution.parameters": {
          operatorFeeBps: 500,
          maxYearlyGrowthBps: 1_000,
          maxLossBps: 500,
          claimDelaySeconds: 0,
          maxCoverBps: 0,
          staleFrames: 3,
          staleHaircutBps: 500,
          staleDailyWei: wei(5),
        },
        "distribution.lastRefSlot": 63n,
        "distribution.slotsPerFrame": 64n,
        "distribution.genesisTime": 1_000_000n,
        "distribution.secondsPerSlot": 12n,
        "distribution.lastCutoffTimestamp": 1_000_700n,
        "distribution.finalizeStale": [wei(2), wei(3)],
        "pool.bufferedWei": wei(50),
        "pool.totalShares": wei(100),
        "queue.finalizationHint": (budgetWei: bigint, rateRay: bigint) =>
          budgetWei === wei(5) && rateRay === 95n * 10n ** 25n ? 7n : 0n,
      });
      node.timestamp = 1_000_000 + 4 * 64 * 12;
    });

    it("finalises the oldest requests when no report has come for so many frames, and not a second before", async () => {
      node.timestamp -= 1;
      expect((await run()).codes).to.deep.equal(["REPORTS_FRESH"]);
      expect(node.sent).to.be.empty;
      node.timestamp += 1;
      expect(await run()).to.deep.equal({ codes: ["REPORTS_STOPPED"], error: undefined });
      expect(node.sent.map(({ functionName, args }) => [functionName, ...args])).to.deep.equal([["finalizeStale", 7n]]);
    });

    it("sends nothing that the contract would refuse, and says why", async () => {
      node.refusals["distribution.finalizeStale"] = { errorName: "NothingToFinalize", args: [] };
      expect((await run()).codes).to.deep.equal(["STALE_REFUSED"]);
      expect(node.sent).to.be.empty;
    });
  });

  describe("with proofs of a state", () => {
    const indices = [2, 5];
    const pubkeys = indices.map((index) => bytesToHex(fill(48, index + 1)));
    const run = async (job: JobName) => {
      const { results } = await keeper().runOnce([job]);
      expect(results[0]?.error).to.equal(undefined);
      return results[0]?.reasons.map(({ code }) => code);
    };
    /** What the contract would be shown for both validators. */
    const proofOfBoth = () => proofOf(indices);
    const proofOf = async (of: readonly number[]) => {
      const { bytes, header } = beacon.state ?? expect.fail("no state");
      const { siblings, records } = (await loadStateCodec("minimal"))
        .createStateProver(bytes, "fulu", header)
        .proveValidators(of);
      return { siblings, records };
    };
    const know = (balanceGwei: (i: number) => bigint) => {
      beacon.validators = indices.map((index, i) => ({
        pubkey: pubkeys[i] ?? "0x",
        index,
        withdrawalCredentials: credentials,
        balanceGwei: balanceGwei(i),
      }));
    };
    beforeEach(async () => {
      const state = await sampleState("fulu");
      beacon.state = { ...state, fork: "fulu" };
      node.parentBeaconRoot = headerRoot(state.header);
      node.logs = pubkeys
        .toReversed()
        .map((pubkey) =>
          logOf("manager", "Predeposited", { operatorId: 1, pubkeyRoot: pubkeyRoot(pubkey), batchId: 0, pubkey }),
        );
      Object.assign(node.answers, {
        "manager.turn": [1, eth(2016)],
        "manager.fund": undefined,
        "validatorExits.exitDemandGwei": 0n,
        "validatorExits.requestExit": undefined,
        "validatorExits.requestPartialWithdrawal": undefined,
        "withdrawalVault.withdrawalRequestFeeWei": 1n,
      });
      know(() => eth(32));
    });

    it("fund sends amounts in the order of the proof, whatever their order of service", async () => {
      // Validator 5 was begun, and is served first.
      const second = pubkeyRoot(pubkeys[1] ?? "0x");
      node.answers["manager.getValidator"] = (root: Hex) =>
        root === second ? record(2, eth(2_000)) : record(1, eth(1));
      await run("fund");
      const [sent, ...rest] = node.sent;
      expect(rest).to.be.empty;
      expect([sent?.contract, sent?.functionName, sent?.args[0]]).to.deep.equal(["manager", "fund", 1]);
      expect(sent?.args[2]).to.deep.include(await proofOfBoth());
      expect(sent?.args[3]).to.deep.equal([eth(83), eth(16)]);
    });

    it("fund waits for an operator whose turn it is", async () => {
      node.answers["manager.getValidator"] = record(2, eth(32));
      beacon.validators = beacon.validators.map((it) => ({ ...it, withdrawalCredentials: rootOf(7) }));
      expect(await run("fund")).to.deep.equal(["TURN_WAITS"]);
    });

    it("witness shows a slashing before those that leave unasked, each with a proof, and both only once", async () => {
      Object.assign(node.answers, { "manager.proveLeaving": undefined, "manager.proveSlashed": undefined });
      node.answers["manager.getValidator"] = record(2, eth(32));
      expect(await run("witness")).to.deep.equal(["NOTHING_TO_SHOW"]);
      beacon.validators = beacon.validators.map((it, i) => ({ ...it, exitEpoch: 9, slashed: i === 1 }));
      await run("witness");
      expect(node.sent.map(({ functionName }) => functionName)).to.deep.equal(["proveSlashed", "proveLeaving"]);
      const { siblings, records } = await proofOf([5]);
      expect(node.sent[0]?.args[1]).to.deep.include({ siblings, records });
      expect(node.sent[1]?.args[1]).to.deep.include(await proofOf([2]));
      node.answers["manager.getValidator"] = (root: Hex) =>
        record(root === pubkeyRoot(pubkeys[1] ?? "0x") ? 6 : 3, eth(32));
      expect(await run("witness")).to.deep.equal(["NOTHING_TO_SHOW"]);
      expect(node.sent).to.have.length(2);
    });

    describe("exit", () => {
      beforeEach(() => {
        beacon.specChanges = { SHARD_COMMITTEE_PERIOD: "1" };
        node.answers["manager.getValidator"] = record(2, eth(64));
        Object.assign(node.answers, {
          "manager.consolidation": [rootOf(0), 0n],
          "distribution.slotsPerFrame": 64n,
          "queue.lastRequestId": 3n,
          "queue.unfinalizedEtherWei": wei(70),
          "queue.parameters": { minDelaySeconds: 86_400, minRequestWei: 0n, maxRequestWei: wei(1_000) },
          "queue.getRequest": (id: bigint) => request(id === 1n ? 0n : wei(10), node.timestamp - 5 * 86_400),
        });
      });
      const request = (pendingShares: bigint, eligibleAt: number) => ({
        owner,
        shares: wei(10),
        amountWei: wei(35),
        eligibleAt: BigInt(eligibleAt),
        pendingShares,
        claimableShares: 0n,
        claimableWei: 0n,
      });

      it("orders nothing while requests can wait for new stake, and says until when", async () => {
        node.answers["validatorExits.exitDemandGwei"] = eth(70);
        // Six days are left and it takes less than two; a day is kept in hand.
        node.answers["queue.getRequest"] = (id: bigint) => request(id === 1n ? 0n : wei(10), node.timestamp + 86_400);
        expect(await run("exit")).to.include("EXITS_NOT_YET");
        expect(node.sent).to.be.empty;
      });

      it("reads past tickets that were claimed: the queue has forgotten them", async () => {
        know((i) => (i === 0 ? eth(40) : eth(100)));
        node.answers["validatorExits.exitDemandGwei"] = eth(70);
        node.answers["queue.lastRequestId"] = 9n;
        node.answers["queue.getRequest"] = (id: bigint) =>
          id < 8n ? refuse("ERC721NonexistentToken", id) : request(wei(10), node.timestamp - 5 * 86_400);
        await run("exit");
        expect(node.sent.map(({ functionName }) => functionName)).to.deep.equal(["requestPartialWithdrawal"]);
      });

      it("asks for parts in the order of the proof", async () => {
        know((i) => (i === 0 ? eth(40) : eth(100)));
        // The last least part is left to the next run.
        node.answers["validatorExits.exitDemandGwei"] = eth(71);
        await run("exit");
        expect(node.sent.map(({ functionName, args }) => [functionName, args[2]])).to.deep.equal([
          ["requestPartialWithdrawal", [eth(2), eth(68)]],
        ]);
        expect(node.sent[0]?.args[1]).to.deep.include(await proofOfBoth());
      });

      it("asks again after the retry time, counted to the slot of the proof, but not whom it moves elsewhere", async () => {
        node.answers["validatorExits.exitDemandGwei"] = eth(64);
        // Slot 77 is at 1000924; a request may be repeated 1000 seconds after it.
        node.answers["manager.getValidator"] = { ...record(3, eth(32)), requestedAt: 999_925 };
        expect(await run("exit")).to.deep.equal(["NOT_ENOUGH_EXITABLE"]);
        node.answers["manager.getValidator"] = { ...record(3, eth(32)), requestedAt: 999_924 };
        node.answers["manager.consolidation"] = [rootOf(9), 0n];
        expect(await run("exit")).to.deep.equal(["NOT_ENOUGH_EXITABLE"]);
        expect(node.sent).to.be.empty;
        node.answers["manager.consolidation"] = [rootOf(0), 0n];
        await run("exit");
        expect(node.sent.map(({ functionName }) => functionName)).to.deep.equal(["requestExit"]);
        expect(node.sent[0]?.args[1]).to.deep.include(await proofOfBoth());
      });
    });
  });

  it("prove refuses a beacon node that answers another header than the execution chain names", async () => {
    node.parentBeaconRoot = rootOf(77);
    const header = {
      slot: "9",
      proposer_index: "1",
      parent_root: rootOf(1),
      state_root: rootOf(2),
      body_root: rootOf(3),
    };
    beacon.extra[`/headers/${rootOf(77)}`] = {
      root: rootOf(77),
      canonical: true,
      header: { message: header, signature: `0x${"00".repeat(96)}` },
    };
    const { results } = await keeper().runOnce(["prove"]);
    expect(results[0]?.error).to.include({ code: "BEACON_INCONSISTENT" });
  });
});

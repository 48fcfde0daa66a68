import { expect } from "chai";
import type { Address } from "viem";

import { createBeaconApi } from "../../chain/beacon/api.ts";
import { createExecution } from "../../chain/execution/client.ts";
import { networkByName } from "../../chain/networks.ts";
import { createKeeper } from "../../keeper/app.ts";
import { decideClaim } from "../../keeper/claim/decide.ts";
import type { ClaimCandidate } from "../../keeper/claim/read.ts";
import { startBeaconNode, type BeaconNode } from "../chain/support/beacon-node.ts";
import { fakeDeployment, refuse, startProtocolNode, type ProtocolNode } from "../chain/support/protocol-node.ts";
import { wei } from "./samples.ts";
import { account, owner } from "./support/records.ts";

const candidate = (requestId: bigint, outcome: ClaimCandidate["outcome"] = { gas: 90_000n }): ClaimCandidate => ({
  requestId,
  owner: owner as Address,
  amountWei: wei(1),
  hint: 1n,
  outcome,
});

describe("the decision to claim for others", () => {
  it("takes the oldest, no more than it may, and says whom it leaves out and why", () => {
    const candidates = [
      candidate(9n),
      candidate(3n),
      candidate(4n, { refusal: "ClaimNotAllowed" }),
      candidate(5n, { gas: 200_001n }),
      candidate(6n, { gas: 200_000n }),
    ];
    const { intents, reasons } = decideClaim({ candidates }, { maxClaims: 2 });
    expect(intents.map(({ requestId }) => requestId)).to.deep.equal([3n, 6n]);
    expect(reasons.map(({ code, details }) => [code, details?.["why"]])).to.deep.equal([
      ["CLAIM_LEFT_OUT", "ClaimNotAllowed"],
      ["CLAIM_LEFT_OUT", "its receiver takes 200001 gas"],
    ]);
    expect(decideClaim({ candidates: [] }, { maxClaims: 2 }).reasons[0]).to.include({ code: "NOTHING_TO_CLAIM" });
  });
});

describe("the job claim at the wire", () => {
  let node: ProtocolNode;
  let beacon: BeaconNode;
  /** Tickets: claimable and pending ether, and when they became eligible; those that are missing were claimed. */
  let tickets: Map<bigint, { claimableWei?: bigint; pendingShares?: bigint; eligibleAt?: number }>;
  const start = (maxClaims = 10) =>
    createKeeper({
      execution: createExecution({ urls: [node.url], network: networkByName("devnet"), pollingIntervalMs: 5 }),
      beacon: createBeaconApi({ url: beacon.url, attempts: 1 }),
      deployment: fakeDeployment,
      account,
      policy: { maxClaims, claimAfterSeconds: 1_000 },
    });
  const run = async (keeper = start()) => {
    const { results } = await keeper.runOnce(["claim"]);
    expect(results[0]?.error).to.equal(undefined);
    return results[0]?.reasons.map(({ code }) => code) ?? [];
  };
  const claimed = () => node.sent.map(({ functionName, args }) => [functionName, ...args]);
  beforeEach(async () => {
    beacon = await startBeaconNode();
    tickets = new Map();
    node = await startProtocolNode({
      "queue.lastRequestId": () => 8n,
      "queue.checkpointHint": (id: bigint) => id + 100n,
      "queue.claim": (id: bigint) => {
        const left = tickets.get(id)?.claimableWei ?? refuse("ERC721NonexistentToken", id);
        return left;
      },
      "queue.getRequest": (id: bigint) => {
        const ticket = tickets.get(id) ?? refuse("ERC721NonexistentToken", id);
        const { claimableWei = 0n, pendingShares = 0n, eligibleAt = 1 } = ticket;
        const shares = wei(1);
        return {
          owner,
          shares,
          amountWei: wei(1),
          eligibleAt: BigInt(eligibleAt),
          pendingShares,
          claimableShares: 0n,
          claimableWei,
        };
      },
    });
    tickets.set(2n, { claimableWei: wei(1) });
    tickets.set(4n, { claimableWei: wei(2), eligibleAt: node.timestamp - 1_000 });
    tickets.set(5n, { claimableWei: wei(2), eligibleAt: node.timestamp - 999 });
    tickets.set(6n, { claimableWei: wei(3), pendingShares: wei(1) });
    tickets.set(7n, { pendingShares: wei(1) });
    tickets.set(8n, { pendingShares: wei(1) });
  });
  afterEach(() => Promise.all([node.close(), beacon.close()]));

  it("claims what was left for long, wholly or partly finalised, each with its hint", async () => {
    await run();
    expect(claimed()).to.deep.equal([
      ["claim", 2n, 102n],
      ["claim", 4n, 104n],
      ["claim", 6n, 106n],
    ]);
  });

  it("is not among the jobs that run unless they are named", async () => {
    const { results } = await start().runOnce();
    expect(results.map(({ job }) => job)).not.to.include("claim");
  });

  it("goes round, so that no ticket waits behind those that cannot be claimed, and forgets those that are gone", async () => {
    const asked: bigint[] = [];
    const { "queue.getRequest": request } = node.answers;
    node.answers["queue.lastRequestId"] = () => 2_100n;
    node.answers["queue.getRequest"] = (id: bigint) => {
      asked.push(id);
      return (request as (id: bigint) => unknown)(id);
    };
    tickets = new Map(
      Array.from({ length: 2_000 }, (_, i) => [BigInt(i) + 1n, { eligibleAt: node.timestamp, claimableWei: 1n }]),
    );
    tickets.set(2_050n, { claimableWei: wei(1) });
    const keeper = start();
    expect(await run(keeper)).to.deep.equal(["NOTHING_TO_CLAIM"]);
    await run(keeper);
    expect(claimed()).to.deep.equal([["claim", 2_050n, 2_150n]]);
    asked.length = 0;
    await run(keeper);
    expect(asked.filter((id) => id > 2_050n && id < 2_100n).length).to.be.lessThan(12);
    // Thousands of answers by HTTP take long on a busy machine.
  }).timeout(180_000);

  it("leaves a receiver out that refuses, and one that fails later keeps no other back", async () => {
    const { "queue.claim": claim } = node.answers;
    let looks = 0;
    node.answers["queue.claim"] = (id: bigint) => {
      // Ticket 4 is claimable when it is looked at, and not any more when it is sent.
      if (id === 2n || (id === 4n && ++looks > 1)) refuse("PaymentRefused", owner);
      return (claim as (id: bigint) => bigint)(id);
    };
    expect(await run()).to.deep.equal(["CLAIM_LEFT_OUT", "CONTRACT_REVERTED"]);
    expect(claimed().map(([, id]) => id)).to.deep.equal([6n]);
  });
});

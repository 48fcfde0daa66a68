import { expect } from "chai";
import { zeroHash } from "viem";
import { privateKeyToAccount } from "viem/accounts";

import { createExecution } from "../../../chain/execution/client.ts";
import { networkByName } from "../../../chain/networks.ts";
import { createProtocol } from "../../../chain/protocol/contracts.ts";
import { reportIdOf } from "../../../chain/report/encoding.ts";
import { createOracleSender } from "../../../oracle/act/sender.ts";
import { buildReport } from "../../../oracle/decide/build-report.ts";
import { fakeDeployment, startProtocolNode, type ProtocolNode } from "../../chain/support/protocol-node.ts";
import { snapshot } from "../support/snapshots.ts";

const account = privateKeyToAccount(`0x${"11".repeat(32)}`);
const COMMITTEE = fakeDeployment.contracts.committee ?? "0x";
const STUCK_AFTER_MS = 60_000;
const { report } = buildReport(snapshot());
const id = reportIdOf(report);

describe("oracle/act/sender", () => {
  let node: ProtocolNode;
  let now: number;
  beforeEach(async () => {
    now = 1_000;
    node = await startProtocolNode({
      "distribution.settleRewards": undefined,
      "committee.vote": undefined,
      "committee.isAgreed": true,
      "committee.voteOf": [127n, `0x${"ab".repeat(24)}`],
    });
  });
  afterEach(() => node.close());
  const createSender = () => {
    const execution = createExecution({ urls: [node.url], network: networkByName("devnet"), pollingIntervalMs: 5 });
    const protocol = createProtocol(execution, fakeDeployment);
    const clock = { now: () => now, sleep: async () => undefined };
    return createOracleSender({ execution, protocol, account, stuckAfterMs: STUCK_AFTER_MS, clock });
  };
  const codeOf = (promise: Promise<unknown>) =>
    promise.then(
      () => undefined,
      (error: unknown) => (error as { code?: string }).code,
    );

  it("settles with the report and its signatures, votes for its id, and reads its last vote", async () => {
    const sender = createSender();
    expect(await sender.isAgreed(COMMITTEE, id, "0x")).to.equal(true);
    await sender.settle(report, "0x1234");
    await sender.vote(COMMITTEE, id);
    expect(node.sent.map(({ contract, functionName }) => `${contract}.${functionName}`)).to.deep.equal([
      "distribution.settleRewards",
      "committee.vote",
    ]);
    expect(node.sent[0]?.args).to.deep.equal([report, "0x1234", 0n]);
    expect(node.sent[1]?.args).to.deep.equal([id]);
    expect(await sender.lastVote(COMMITTEE)).to.deep.equal({ refSlot: 127n, digestPrefix: `0x${"ab".repeat(24)}` });
  });

  it("INV-17 sends nothing that the contract refuses when it is tried first", async () => {
    node.refusals["distribution.settleRewards"] = { errorName: "NoAgreement", args: [COMMITTEE, zeroHash] };
    expect(await codeOf(createSender().settle(report, "0x"))).to.equal("CONTRACT_REVERTED");
    expect(node.sent).to.deep.equal([]);
  });

  it("INV-17 waits for a transaction of its account, and tries to replace one that waits for too long", async () => {
    const sender = createSender();
    expect(await sender.hasPending()).to.equal(false);
    node.waiting = 1;
    expect(await sender.hasPending()).to.equal(true);
    now += STUCK_AFTER_MS / 1000 - 1;
    expect(await sender.hasPending()).to.equal(true);
    expect(node.sent).to.deep.equal([]);
    now += 1;
    // This node takes no transfers: that it was asked to shows in its refusal.
    expect(await codeOf(sender.hasPending())).to.be.a("string");
    node.waiting = 0;
    expect(await sender.hasPending()).to.equal(false);
  });

  it("says what the contract would do with a report now", async () => {
    const zeros = Object.fromEntries(
      ["lastCutoffTimestamp", "cumulativeFeeShares", "genesisTime"].map((name) => [`distribution.${name}`, 0n]),
    );
    Object.assign(node.answers, zeros, {
      "distribution.parameters": {
        operatorFeeBps: 500,
        maxYearlyGrowthBps: 1_000,
        maxLossBps: 100,
        claimDelaySeconds: 0,
        maxCoverBps: 0,
        staleFrames: 2,
        staleHaircutBps: 100,
        staleDailyWei: 0n,
      },
      "distribution.pendingRoot": [zeroHash, 0n, 0],
      "distribution.collectedWei": [0n, 0n],
      "distribution.heldReport": [zeroHash, node.timestamp + 5],
      "distribution.lastRefSlot": 95n,
      "distribution.slotsPerFrame": 32n,
      "distribution.framesPerPeriod": 2n,
      "distribution.secondsPerSlot": 12n,
      "pool.depositedGweiAt": 0n,
      "pool.settledDepositsGwei": 0n,
      "pool.totalPooledEther": 10n ** 20n,
      "pool.consensusGwei": 2n * 10n ** 9n,
    });
    const early = { ...report, cutoffTimestamp: 1_000n };
    const { broken, reviewReason } = await createSender().foresee(early);
    expect(broken.map(({ errorName }) => errorName)).to.deep.equal(["ReviewNotOver"]);
    expect(reviewReason).to.equal("a loss of 2 ETH is above 1 ETH");
  });
});

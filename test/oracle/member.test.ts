import { expect } from "chai";

import { TURN_SECONDS, VOTE_AFTER_SECONDS, startCommittee, type TestCommittee } from "./support/committee.ts";
import { EthStakeError, hasCode } from "../../runtime/errors.ts";
import type { OracleStatus } from "../../oracle/status.ts";
import type { Snapshot } from "../../oracle/decide/snapshot.ts";

/** Slot 127 is in frame 3, and 3 % 3 = 0: member 0 submits first. */
const FIRST = 0;
const lie = (given: Snapshot): Snapshot => ({ ...given, withdrawalReceiptsWei: 1n });

describe("oracle/member", () => {
  let committee: TestCommittee;
  const start = async (...args: Parameters<typeof startCommittee>) => (committee = await startCommittee(...args));
  const member = (index: number) => committee.members[index] ?? expect.fail(`no member ${index}`);
  const signatures = () => committee.members.map((one) => one.status().frame?.signatures);
  afterEach(() => committee.close());

  it("settles a frame: all sign, signatures meet, the first in turn submits once", async () => {
    const { chain, stepAll } = await start();
    await stepAll();
    await stepAll();
    expect(signatures()).to.deep.equal([3, 3, 3]);
    expect(chain.sent).to.deep.equal([{ member: member(FIRST).account.address, refSlot: 127, ok: true }]);
    chain.isConfirmed = false;
    await stepAll();
    expect(committee.members.map((one) => one.status().phase)).to.deep.equal([
      "confirming",
      "confirming",
      "confirming",
    ]);
    chain.isConfirmed = true;
    await stepAll();
    expect(committee.members.map((one) => one.status().phase)).to.deep.equal(["waiting", "waiting", "waiting"]);
    expect(chain.sent).to.have.length(1);
  });

  it("settles with one of three gone, in the turn of the next", async () => {
    const { chain, stepAll } = await start();
    await member(FIRST).kill();
    await stepAll();
    await stepAll();
    expect(chain.sent).to.deep.equal([]);
    chain.time += TURN_SECONDS - 1;
    await stepAll();
    expect(chain.sent).to.deep.equal([]);
    chain.time += 1;
    await stepAll();
    expect(chain.sent).to.deep.equal([{ member: member(1).account.address, refSlot: 127, ok: true }]);
  });

  it("settles nothing with two gone, and goes on when one returns", async () => {
    const { chain, stepAll, restart } = await start();
    await member(0).kill();
    await member(2).kill();
    for (let i = 0; i < 5; i++) {
      chain.time += TURN_SECONDS;
      await stepAll();
    }
    expect(chain.sent).to.deep.equal([]);
    expect(member(1).status().phase).to.equal("collecting");
    await restart(2);
    for (let i = 0; i < 4; i++) {
      chain.time += TURN_SECONDS;
      await stepAll();
    }
    expect(chain.sent.map(({ ok, refSlot }) => [ok, refSlot])).to.deep.equal([[true, 127]]);
  });

  it("after a restart, takes its own signature from disk and others' from peers (INV-17)", async () => {
    const { chain, restart } = await start();
    await member(0).step();
    await member(1).step();
    const before = await member(1).published(127);
    const again = await restart(1);
    await again.step();
    expect(again.logs.some(({ msg }) => msg === "Report signed")).to.equal(false);
    expect((await again.published(127))?.signatures).to.have.deep.members(before?.signatures ?? []);
    expect(chain.sent).to.deep.equal([]);
    chain.time += TURN_SECONDS;
    await again.step();
    expect(chain.sent).to.deep.equal([{ member: again.account.address, refSlot: 127, ok: true }]);
  });

  it("does not sign a second report for the same frame", async () => {
    const { restart } = await start();
    await member(1).step();
    const again = await restart(1, { change: lie });
    const error = await again.step().catch((thrown: unknown) => thrown);
    expect(hasCode(error, "REPORT_CHANGED")).to.equal(true);
    expect(again.status().lastError?.code).to.equal("REPORT_CHANGED");
  });

  it("INV-17 with a full disk nothing is signed, and the frame is settled when there is room again", async () => {
    let isFull = true;
    const full =
      <Args extends unknown[], T>(write: (...args: Args) => Promise<T>) =>
      async (...args: Args): Promise<T> => {
        if (isFull) throw new EthStakeError("DATABASE_FAILED", "no space left on device", { retryable: true });
        return write(...args);
      };
    const { chain, restart, stepAll } = await start();
    const again = await restart(FIRST, {
      wrap: (parts) => {
        const { frames, inputs } = parts;
        const store = { ...frames, save: full(frames.save), claim: full(frames.claim) };
        return { ...parts, frames: store, inputs: { save: full(inputs.save) } };
      },
    });
    for (let i = 0; i < 3; i++)
      expect(await again.step().catch((error: unknown) => error)).to.include({ code: "DATABASE_FAILED" });
    expect((await again.published(127))?.signatures ?? []).to.deep.equal([]);
    expect(again.status().lastError?.code).to.equal("DATABASE_FAILED");
    isFull = false;
    await stepAll();
    await stepAll();
    expect(signatures()).to.deep.equal([3, 3, 3]);
    expect(chain.sent.map(({ ok }) => ok)).to.deep.equal([true]);
  });

  it("builds and signs anew when an older frame was settled meanwhile", async () => {
    const { chain, restart } = await start();
    await member(1).step();
    chain.lastRefSlot = 111 - 16;
    chain.finalizedSlot = 160;
    await member(1).step();
    expect(member(1).status().frame?.refSlot).to.equal(159);
    const hash = member(1).status().frame?.reportHash;
    chain.lastRefSlot = 127;
    await member(1).step();
    expect(member(1).status().frame?.reportHash).not.to.equal(hash);
    const again = await restart(1);
    await again.step();
    expect(again.status().frame?.refSlot).to.equal(159);
  });

  it("logs a disagreement, keeps its own signature and settles what the quorum agrees on", async () => {
    const { chain, stepAll } = await start({ 2: { change: lie } });
    await stepAll();
    await stepAll();
    await stepAll();
    const noted = member(0).logs.filter(({ code }) => code === "REPORT_DISAGREEMENT");
    expect(noted).to.have.length(1);
    expect(noted[0]?.["differences"]).to.deep.equal({ withdrawalReceiptsWei: { ours: "0", theirs: "1" } });
    expect(signatures()).to.deep.equal([2, 2, 1]);
    expect(member(2).status().frame?.disagreements).to.equal(2);
    expect(chain.sent.map(({ ok }) => ok)).to.deep.equal([true]);
  });

  it("takes a report that no member signed for nobody's disagreement", async () => {
    const { stepAll } = await start({ 2: { change: lie, dryRun: true } });
    await stepAll();
    await stepAll();
    expect(member(0).logs.filter(({ code }) => code === "REPORT_DISAGREEMENT")).to.deep.equal([]);
    expect(member(0).status().frame?.disagreements).to.equal(0);
  });

  it("sends nothing while a transaction of its own waits, also one from before a restart (INV-17)", async () => {
    const { chain, stepAll } = await start();
    const { address } = member(FIRST).account;
    chain.pending.add(address);
    await stepAll();
    await stepAll();
    expect(chain.sent).to.deep.equal([]);
    chain.pending.delete(address);
    await stepAll();
    expect(chain.sent).to.deep.equal([{ member: address, refSlot: 127, ok: true }]);
  });

  it("builds nothing on a settlement that could still disappear", async () => {
    const { chain, stepAll } = await start();
    Object.assign(chain, { lastRefSlot: 127, isConfirmed: false, finalizedSlot: 160 });
    await stepAll();
    expect(member(0).status().phase).to.equal("confirming");
    expect(chain.snapshotsRead).to.equal(0);
    chain.isConfirmed = true;
    await stepAll();
    expect(member(0).status().frame?.refSlot).to.equal(159);
  });

  it("takes a frame that another settles while it looks as done, not as a report that is refused", async () => {
    const { chain } = await start();
    await member(2).step();
    await member(1).step();
    Object.defineProperty(chain, "broken", {
      get: () => {
        chain.lastRefSlot = 127;
        return [{ errorName: "FrameSettled", reason: "the frame of slot 127 is settled already" }];
      },
    });
    await member(FIRST).step();
    expect(chain.lastRefSlot).to.equal(127);
    expect(chain.sent).to.deep.equal([]);
  });

  it("INV-17 sends nothing that the contract would refuse, and says which bound it breaks", async () => {
    const { chain } = await start();
    chain.broken = [{ errorName: "ReceiptsImplausible", reason: "receipts of 5 ETH are not in the vault" }];
    const stepped = (index: number) =>
      member(index)
        .step()
        .catch((thrown: unknown) => thrown);
    await stepped(2);
    await stepped(1);
    expect(await stepped(FIRST)).to.include({ code: "REPORT_IMPLAUSIBLE", retryable: true });
    expect(member(FIRST).status().lastError?.message).to.include("receipts of 5 ETH are not in the vault");
    expect(chain.sent).to.deep.equal([]);
    chain.broken = [];
    chain.time += 3 * TURN_SECONDS;
    await member(FIRST).step();
    expect(chain.sent.map(({ ok }) => ok)).to.deep.equal([true]);
  });

  it("sends a report that will be held for review, and does not say that it is settled", async () => {
    const { chain, stepAll } = await start();
    chain.reviewReason = "a loss of 20 ETH is above 10 ETH";
    await stepAll();
    await stepAll();
    expect(chain.sent).to.have.length(1);
    const said = member(FIRST).logs.filter(({ code, msg }) => code === "REPORT_HELD" || msg === "Frame settled");
    expect(said.map(({ code, reviewReason }) => [code, reviewReason])).to.deep.equal([
      ["REPORT_HELD", "a loss of 20 ETH is above 10 ETH"],
    ]);
  });

  it("waits while a report is in review, says so once, and settles when that is over", async () => {
    const { chain, stepAll } = await start();
    chain.broken = [{ errorName: "ReviewNotOver", reason: "a report waits for review until tomorrow" }];
    for (let i = 0; i < 4; i++) {
      await stepAll();
      chain.time += TURN_SECONDS;
    }
    expect(chain.sent).to.deep.equal([]);
    expect(committee.members.map((one) => one.status().phase)).to.deep.equal(["reviewing", "reviewing", "reviewing"]);
    expect(member(FIRST).status().lastError).to.equal(undefined);
    const said = member(FIRST).logs.filter(({ code }) => code === "REPORT_IN_REVIEW");
    expect(said.map(({ level, reason }) => [level, reason])).to.deep.equal([
      ["warn", "a report waits for review until tomorrow"],
    ]);
    chain.broken = [];
    chain.time += 3 * TURN_SECONDS;
    await stepAll();
    expect(chain.sent.map(({ ok }) => ok)).to.deep.equal([true]);
    expect(member(FIRST).status().phase).to.equal("agreed");
  });

  it("waits its turn again after a settlement that failed", async () => {
    const { chain, stepAll } = await start();
    await stepAll();
    chain.lastRefSlot = 95;
    chain.sent.length = 0;
    // Only one signature counts now, as the guardian has suspended two members.
    for (const index of [1, 2]) chain.suspended.add(member(index).account.address);
    for (let i = 0; i < 4; i++)
      await member(FIRST)
        .step()
        .catch(() => undefined);
    expect(chain.sent.filter(({ ok }) => ok)).to.deep.equal([]);
    expect(chain.sent.length).to.be.at.most(1);
    expect(member(FIRST).status().phase).to.equal("collecting");
  });

  it("votes on chain when signatures do not come together, and settles by votes", async () => {
    const { chain } = await start();
    // Nobody reaches anybody: every member is stepped while the others' servers are gone.
    const alone = async (index: number) => {
      for (const other of [0, 1, 2]) if (other !== index) await committee.members[other]?.kill();
      await member(index).step();
    };
    await alone(0);
    const again = await committee.restart(1);
    await member(0).kill();
    await again.step();
    await again.kill();
    expect([member(0), again].map((one) => one.status().frame?.signatures)).to.deep.equal([1, 1]);
    chain.time += VOTE_AFTER_SECONDS;
    await member(0).step();
    await again.step();
    // The vote of one and the signature of the other are enough: the second need not pay for a vote.
    expect([...chain.votes.keys()]).to.deep.equal([member(0).account.address]);
    for (let i = 0; i < 3 && chain.sent.length === 0; i++) {
      chain.time += TURN_SECONDS;
      await member(0).step();
      await again.step();
    }
    expect(chain.sent.map(({ ok }) => ok)).to.deep.equal([true]);
  });

  it("signs nothing in a dry run, and says so", async () => {
    const { chain, stepAll } = await start({ 0: { dryRun: true }, 1: { dryRun: true }, 2: { dryRun: true } });
    await stepAll();
    await stepAll();
    expect(signatures()).to.deep.equal([0, 0, 0]);
    expect(chain.sent).to.deep.equal([]);
    expect(member(0).status()).to.include({ phase: "dry-run", dryRun: true, member: undefined });
    expect(chain.snapshotsRead).to.equal(3);
  });

  it("goes to the newest frame when frames were missed", async () => {
    const { chain, stepAll } = await start();
    chain.finalizedSlot = 230;
    await stepAll();
    await stepAll();
    for (let i = 0; i < 3; i++) {
      chain.time += TURN_SECONDS;
      await stepAll();
    }
    expect(chain.sent.map(({ refSlot, ok }) => [refSlot, ok])).to.deep.equal([[223, true]]);
  });

  describe("over HTTP", () => {
    const post = (body: string) => fetch(`${member(0).url}/v1/signatures`, { method: "POST", body });

    it("serves its status and its report", async () => {
      await start();
      await member(0).step();
      const status = (await (await fetch(`${member(0).url}/v1/status`)).json()) as OracleStatus;
      expect(status).to.deep.include({ phase: "collecting", member: member(0).account.address, dryRun: false });
      expect(status.frame).to.deep.include({ refSlot: 127, signatures: 1, quorum: 2 });
      const answer = await fetch(`${member(0).url}/v1/reports/127`);
      expect(await answer.json()).to.have.all.keys("report", "reportHash", "signatures", "leaves");
      expect((await fetch(`${member(0).url}/v1/reports/95`)).status).to.equal(404);
      expect((await fetch(`${member(0).url}/v1/reports/..%2f..%2fetc`)).status).to.equal(404);
    });

    it("keeps only signatures of members over its own report", async () => {
      await start({ 2: { change: lie } });
      await Promise.all([0, 1, 2].map((index) => member(index).step()));
      const own = await member(0).published(127);
      const [theirs] = (await member(2).published(127))?.signatures ?? [];
      const message = { refSlot: 127, reportHash: own?.reportHash, signature: theirs?.signature };
      // Signed by a member, but over another report: over ours it recovers a stranger.
      expect((await post(JSON.stringify(message))).status).to.equal(403);
      expect((await post(JSON.stringify({ ...message, reportHash: `0x${"12".repeat(32)}` }))).status).to.equal(409);
      expect((await post(JSON.stringify({ ...message, refSlot: 159 }))).status).to.equal(404);
      expect((await post(JSON.stringify({ ...message, signature: `0x${"ff".repeat(65)}` }))).status).to.equal(400);
      expect((await post("{")).status).to.equal(400);
      expect((await post(JSON.stringify({ refSlot: 127 }))).status).to.equal(400);
    });

    it("reads no more of a body than a signature needs", async () => {
      await start();
      const answer = await post(`{"x":"${"y".repeat(100_000)}"}`).catch(() => undefined);
      expect(answer?.status ?? 413).to.equal(413);
      expect((await fetch(`${member(0).url}/v1/status`)).status).to.equal(200);
    });
  });
});

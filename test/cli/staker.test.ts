import { expect } from "chai";
import { decodeAbiParameters, type Hex } from "viem";

import { fakeDeployment, logOf } from "../chain/support/protocol-node.ts";
import { account, createWorld, type World } from "./world.ts";

const ether = (amount: number) => BigInt(Math.round(amount * 1000)) * 10n ** 15n;
const receiver = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const nobody = "0x0000000000000000000000000000000000000000";

describe("commands of stakers", () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld({
      // A share is worth 1.25 ETH.
      "pool.convertToShares": (amount: bigint) => (amount * 4n) / 5n,
      "pool.convertToAssets": (shares: bigint) => (shares * 5n) / 4n,
      "pool.stake": 1n,
      "token.balanceOf": ether(10),
      "token.transferAndCall": true,
      "queue.claim": ether(1),
      "queue.claimableWei": ether(1),
      "queue.checkpointHint": 3n,
    });
  });
  afterEach(() => world.close());

  it("stake sends the ether with a bound on the shares", async () => {
    const { status, document } = await world.json(["stake", "--amount", "10"]);
    expect(status).to.equal(0);
    expect(world.node.sent).to.deep.equal([
      { contract: "pool", functionName: "stake", args: [account.address, ether(7.992)], valueWei: ether(10) },
    ]);
    expect(document).to.include({ action: "stake", amountWei: ether(10).toString(), receiver: account.address });
  });

  it("stake takes another receiver, slippage and an own bound", async () => {
    await world.run(["stake", "--amount", "10", "--receiver", receiver, "--slippage-bps", "100"]);
    await world.run(["stake", "--amount", "10", "--min-shares", "7.5"]);
    expect(world.node.sent.map(({ args }) => args)).to.deep.equal([
      [receiver, ether(7.92)],
      [account.address, ether(7.5)],
    ]);
  });

  it("withdraw hands shares and the bound to the pool in one transaction", async () => {
    const { status } = await world.run(["withdraw", "--amount", "5", "--receiver", receiver]);
    expect(status).to.equal(0);
    const [sent] = world.node.sent;
    expect(sent).to.include({ contract: "token", functionName: "transferAndCall", valueWei: 0n });
    const [to, shares, words] = sent?.args as [string, bigint, Hex];
    expect([to, shares]).to.deep.equal([fakeDeployment.contracts.pool, ether(4)]);
    expect(decodeAbiParameters([{ type: "address" }, { type: "uint256" }], words)).to.deep.equal([
      receiver,
      ether(4.995),
    ]);
  });

  it("withdraw --all gives everything back, and more than that is refused", async () => {
    await world.run(["withdraw", "--all"]);
    expect(world.node.sent[0]?.args[1]).to.equal(ether(10));
    const { status, stderr } = await world.run(["withdraw", "--shares", "10.001"]);
    expect(status).to.equal(1);
    expect(stderr).to.match(/^error: Give back at most .* 10 ethSTAKE, and this takes 10.001\n$/);
    expect(world.node.sent).to.have.length(1);
  });

  it("claim takes the hint of the queue", async () => {
    await world.run(["claim", "--request", "7"]);
    expect(world.node.sent.map(({ functionName, args }) => [functionName, args])).to.deep.equal([["claim", [7n, 3n]]]);
  });

  it("claim --all takes the tickets that are owned still and can be paid", async () => {
    const transfer = (tokenId: bigint, from: string, to: string) => logOf("queue", "Transfer", { from, to, tokenId });
    const me = account.address;
    world.node.logs = [
      transfer(1n, nobody, me),
      transfer(2n, nobody, me),
      transfer(2n, me, receiver),
      transfer(3n, receiver, me),
      transfer(4n, nobody, receiver),
      transfer(5n, nobody, me),
      transfer(5n, me, nobody),
      transfer(6n, nobody, me),
    ];
    world.node.answers["queue.getRequest"] = (id: bigint) => ({
      owner: me,
      shares: 1n,
      amountWei: 1n,
      eligibleAt: 1n,
      pendingShares: 0n,
      claimableShares: 0n,
      claimableWei: id === 6n ? 0n : ether(1),
    });
    expect((await world.run(["claim", "--all"])).status).to.equal(0);
    expect(world.node.sent.map(({ args }) => args[0])).to.deep.equal([1n, 3n]);
  });

  it("a dry run simulates and sends nothing", async () => {
    const { status, stdout } = await world.run(["stake", "--amount", "10", "--dry-run"]);
    expect([status, world.node.sent.length]).to.deep.equal([0, 0]);
    expect(stdout).to.match(/Dry run: nothing was sent/);
    world.node.refusals["pool.stake"] = { errorName: "ReportStale", args: [5n] };
    expect((await world.run(["stake", "--amount", "10", "--dry-run"])).status).to.equal(1);
  });

  it("status shows the pool, and what somebody holds", async () => {
    const wei = ether(2);
    Object.assign(world.node.answers, {
      "pool.ethPerShare": ether(1.25),
      "pool.totalPooledEther": ether(100),
      "pool.totalShares": ether(80),
      "pool.bufferedWei": wei,
      "pool.depositableWei": wei,
      "pool.consensusGwei": 7n,
      "pool.inFlightGwei": 8n,
      "pool.stakeCeilingWei": ether(150),
      "pool.staleAfter": 2_000_001n,
      "pool.pausedUntil": (flag: number) => (flag === 1 ? 3_000_000 : 0),
      "queue.unfinalizedEtherWei": wei,
      "validatorExits.exitDemandGwei": 9n,
      "distribution.lastRefSlot": 63n,
      "distribution.lastCutoffTimestamp": 1_000_700n,
    });
    const { document } = await world.json(["status"]);
    expect(document["pool"]).to.include({ rateWei: ether(1.25).toString(), stakeRoomWei: ether(50).toString() });
    expect(document["holder"]).to.deep.include({ shares: ether(10).toString(), valueWei: ether(12.5).toString() });
    const { stdout } = await world.run(["status", "--address", receiver]);
    expect(stdout).to.match(/1 ethSTAKE is +1.25 ETH/);
    expect(stdout).to.match(/Paused: stake +until 1970-02-04/);
    expect(stdout).to.include(receiver);
  });
});

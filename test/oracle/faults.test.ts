import { expect } from "chai";
import type { Hex } from "viem";

import { loadStateTypes } from "../../chain/ssz/state-types.ts";
import type { OracleContext } from "../../oracle/connect.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { data, type BeaconStub } from "./world/beacon.ts";
import { makeChain, type WorldChain } from "./world/chain.ts";
import { startWorld, type World } from "./world/world.ts";

const REF_SLOT = 63;
const STATE = "/debug/beacon/states/";
const otherGenesis = {
  genesis_time: "1",
  genesis_validators_root: `0x${"0a".repeat(32)}`,
  genesis_fork_version: "0x10000910",
};

/** A node that serves states in which something is changed. */
function changeStates(beacon: BeaconStub, change: (state: ReturnType<Fulu["defaultViewDU"]>) => void): void {
  beacon.lie = async ({ path }, truth) => {
    if (!path.includes(STATE)) return undefined;
    const { fulu } = await loadStateTypes("minimal");
    const answer = truth();
    if (answer === "hang" || !(answer.body instanceof Uint8Array)) return answer;
    const state = fulu.deserializeToViewDU(answer.body);
    change(state);
    state.commit();
    return { ...answer, body: state.serialize() };
  };
}
function nobodyAttested({ type, validators }: ReturnType<Fulu["defaultViewDU"]>) {
  return type.fields.previousEpochParticipation.toViewDU(Array.from({ length: validators.length }, () => 0));
}
type Fulu = Awaited<ReturnType<typeof loadStateTypes>>["fulu"];

describe("oracle, nodes that lie or fail", () => {
  let chain: WorldChain;
  let world: World;
  let context: OracleContext;
  let truth: Hex;
  before(async () => {
    chain = await makeChain({ lastSlot: 90, missed: [5, 31, 63, 64, 71], finalityLag: 2 });
    world = await startWorld(chain);
    context = await world.connect();
    truth = await world.vote(context, REF_SLOT);
  });
  after(() => world.close());
  beforeEach(() => {
    for (const beacon of world.beacons) Object.assign(beacon, { lie: () => undefined, chain });
    for (const execution of world.executions) Object.assign(execution, { lies: {}, down: false, chain, ring: 10_000 });
    world.logs.length = 0;
  });

  const codeOf = (promise: Promise<unknown>) =>
    promise.then(
      () => "a vote",
      (error: unknown) => (error instanceof EthStakeError ? error.code : String(error)),
    );
  /** No vote while it lasts, with this code in the log or as the error; and by itself the right vote afterwards. */
  const expectNoVote = async (code: string, use = context) => {
    const got = await codeOf(world.vote(use, REF_SLOT));
    const logged = world.logs.map((line) => (line["error"] as { code?: string } | undefined)?.code);
    expect(got, JSON.stringify(logged)).not.to.equal("a vote");
    expect([got, ...logged]).to.include(code);
    for (const beacon of world.beacons) Object.assign(beacon, { lie: () => undefined, chain });
    for (const execution of world.executions) Object.assign(execution, { lies: {}, down: false, chain });
    expect(await world.vote(use, REF_SLOT)).to.equal(truth);
  };
  const second = () => world.beacons[1] ?? expect.fail();
  const secondExecution = () => world.executions[1] ?? expect.fail();

  it("agree on one report when all are truthful, over missed slots", async () => {
    expect(await world.vote(await world.connect(), REF_SLOT)).to.equal(truth);
    expect(world.logs.filter(({ level }) => level === "error")).to.deep.equal([]);
  });

  for (const [what, change] of [
    ["a balance", (state) => void state.balances.set(1, 99_000_000_000)],
    ["a status", (state) => void (state.validators.get(1).exitEpoch = 3)],
    ["a slashing", (state) => void (state.validators.get(2).slashed = true)],
    ["participation", (state) => void (state.previousEpochParticipation = nobodyAttested(state))],
  ] as [string, (state: ReturnType<Fulu["defaultViewDU"]>) => void][]) {
    it(`INC-22 one of two lies about ${what}: no vote, by the root`, async () => {
      changeStates(second(), change);
      await expectNoVote("STATE_ROOT_MISMATCH");
    });
  }

  it("INC-22 with states not verified, a lie about a balance is a disagreement that says what and by how much", async () => {
    const trusting = await world.connect({ ORACLE_VERIFY_STATES: "false" });
    changeStates(second(), (state) => void state.balances.set(1, 99_000_000_000));
    const error = await world.vote(trusting, REF_SLOT).catch((thrown: unknown) => thrown);
    expect(error).to.include({ code: "NODES_DISAGREE" });
    const { differences } = (error as EthStakeError).details as { differences: Record<string, unknown> };
    expect(Object.keys(differences)).to.deep.equal(["consensusBalanceGwei"]);
    await expectNoVote("NODES_DISAGREE", trusting);
  });

  it("INC-22 one of two adds a pending deposit to a key of ours: no vote", async () => {
    const { fulu } = await loadStateTypes("minimal");
    changeStates(second(), (state) =>
      state.pendingDeposits.push(
        fulu.fields.pendingDeposits.elementType.toViewDU({
          ...fulu.fields.pendingDeposits.elementType.defaultValue(),
          pubkey: state.validators.getReadonly(1).pubkey,
          amount: 32_000_000_000,
        }),
      ),
    );
    await expectNoVote("STATE_ROOT_MISMATCH");
  });

  it("INC-22 one of two has another chain, right in itself: no vote, the execution chain knows the block", async () => {
    second().chain = await makeChain({ lastSlot: 90, missed: [5, 31, 62, 63, 64], finalityLag: 2 });
    await expectNoVote("NODES_DISAGREE");
  });

  it("INC-22 an execution node lies about a vault, a fee or the block root: no vote", async () => {
    secondExecution().lies = { "distribution.collectedWei": () => [5n, 8n] };
    await expectNoVote("NODES_DISAGREE");
    secondExecution().lies = { "distribution.cumulativeFeeShares": () => 2n * 10n ** 18n };
    await expectNoVote("NODES_DISAGREE");
    secondExecution().lies = { "4788": () => `0x${"77".repeat(32)}` };
    await expectNoVote("NODES_DISAGREE");
  });

  it("INC-22 the honest one is down and the liar is left: no vote", async () => {
    Object.assign(world.beacons[0] ?? {}, { lie: () => ({ status: 500, body: {} }) });
    changeStates(second(), (state) => void state.balances.set(1, 1));
    await expectNoVote("STATE_ROOT_MISMATCH");
  });

  it("one node is down, slow, busy, truncated or malformed: no vote, and one again when it is back", async () => {
    for (const [answer, code] of [
      [{ status: 500, body: {} }, "AGREEMENT_MISSING"],
      [{ status: 429, body: {} }, "AGREEMENT_MISSING"],
      [{ body: "<html>", headers: {} }, "AGREEMENT_MISSING"],
    ] as const) {
      second().lie = () => answer;
      await expectNoVote(code);
    }
    second().lie = ({ path }, answer) => {
      const whole = answer();
      if (!path.includes(STATE) || whole === "hang" || !(whole.body instanceof Uint8Array)) return undefined;
      return { ...whole, body: whole.body.subarray(0, whole.body.length - 3) };
    };
    await expectNoVote("STATE_MALFORMED");
    second().lie = ({ path }) =>
      path.includes(STATE)
        ? {
            body: new Uint8Array(10),
            headers: { "content-type": "application/octet-stream", "eth-consensus-version": "deneb" },
          }
        : undefined;
    await expectNoVote("FORK_UNSUPPORTED");
    secondExecution().down = true;
    await expectNoVote("AGREEMENT_MISSING");
  });

  it("one node is syncing or optimistic: no vote", async () => {
    for (const flag of ["is_syncing", "is_optimistic", "el_offline"]) {
      second().lie = ({ path }) =>
        path.endsWith("/node/syncing")
          ? data({
              head_slot: "90",
              sync_distance: "50",
              is_syncing: false,
              is_optimistic: false,
              el_offline: false,
              [flag]: true,
            })
          : undefined;
      await expectNoVote("AGREEMENT_MISSING");
    }
  });

  it("one node calls the state one of an old fork, or of one that nobody knows: no vote", async () => {
    for (const fork of ["deneb", "tomorrow"]) {
      second().lie = ({ path }, truth) => {
        const answer = truth();
        if (!path.includes(STATE) || answer === "hang") return undefined;
        return { ...answer, headers: { ...answer.headers, "eth-consensus-version": fork } };
      };
      await expectNoVote("FORK_UNSUPPORTED");
    }
    // Electra's layout is read, but the same bytes are no state of it.
    second().lie = ({ path }, truth) => {
      const answer = truth();
      if (!path.includes(STATE) || answer === "hang") return undefined;
      return { ...answer, headers: { ...answer.headers, "eth-consensus-version": "electra" } };
    };
    await expectNoVote("AGREEMENT_MISSING");
  });

  it("two nodes of one client are one opinion", async () => {
    second().lie = ({ path }) => (path === "/eth/v1/node/version" ? data({ version: "Lodestar/v2" }) : undefined);
    await expectNoVote("AGREEMENT_MISSING");
  });

  it("refuses to start on a node of another network", async () => {
    second().lie = ({ path }) => (path.endsWith("/genesis") ? data(otherGenesis) : undefined);
    expect(await codeOf(world.connect())).to.equal("WRONG_NETWORK");
    secondExecution().lies = { eth_chainId: () => "0x1" };
    second().lie = () => undefined;
    expect(await codeOf(world.connect())).to.equal("WRONG_CHAIN");
  });

  it("starts without a node that is down, and takes it in when it is back", async () => {
    second().lie = () => ({ status: 503, body: {} });
    secondExecution().down = true;
    const started = await world.connect();
    await expectNoVote("AGREEMENT_MISSING", started);
    expect(started.sources.status().every(({ ok }) => ok)).to.equal(true);
  });

  it("takes no node in that comes back on another network", async () => {
    second().lie = () => ({ status: 503, body: {} });
    secondExecution().down = true;
    const started = await world.connect();
    second().lie = ({ path }) => (path.endsWith("/genesis") ? data(otherGenesis) : undefined);
    Object.assign(secondExecution(), { down: false, lies: { eth_chainId: () => "0x1" } });
    expect(await codeOf(world.vote(started, REF_SLOT))).to.equal("AGREEMENT_MISSING");
    const codes = started.sources.status().map(({ code }) => code);
    expect(codes).to.have.members([undefined, "WRONG_NETWORK", undefined, "WRONG_CHAIN"]);
  });

  it("a clock that is behind the chain is told, and nothing is voted", async () => {
    // The chain of the test began in 1970: by this clock its head is decades old.
    const strict = await world.connect({ ORACLE_MAX_HEAD_AGE_SLOTS: "8" });
    expect(await codeOf(world.vote(strict, REF_SLOT))).to.equal("NODE_STALE");
  });

  it("INV-17 the database goes away and comes back: no vote in between, and no epoch is lost", async () => {
    await world.database.goAway();
    expect(await codeOf(world.vote(context, REF_SLOT))).to.equal("DATABASE_UNREACHABLE");
    await world.database.comeBack();
    expect(await world.vote(context, REF_SLOT)).to.equal(truth);
  });

  it("says the same when EIP-4788 has forgotten the block: its child's header remembers", async () => {
    for (const execution of world.executions) execution.ring = 1;
    expect(await world.vote(context, REF_SLOT)).to.equal(truth);
    second().chain = await makeChain({ lastSlot: 90, missed: [5, 31, 62, 63, 64], finalityLag: 2 });
    await expectNoVote("NODES_APART");
  });

  it("INC-22 a node that lies about who attested is caught by what was paid, and the epoch stays a gap", async () => {
    const liar = await startWorld(chain);
    try {
      const [, other] = liar.beacons;
      if (other === undefined) return expect.fail();
      other.lie = ({ path, body }) =>
        path.includes("/rewards/attestations/")
          ? data({
              total_rewards: (JSON.parse(body) as string[]).map((index) => ({
                validator_index: index,
                head: "1",
                target: "5",
                source: "1",
              })),
            })
          : undefined;
      const fresh = await liar.connect();
      expect(await codeOf(liar.vote(fresh, REF_SLOT))).to.equal("UPTIME_DISAGREES");
      other.lie = () => undefined;
      expect(await liar.vote(fresh, REF_SLOT)).to.equal(truth);
    } finally {
      await liar.close();
    }
  });
});

import { expect } from "chai";
import { keccak256, numberToHex, toHex, type Hex } from "viem";

import type { Theft } from "../../chain/report/report.ts";
import type { OracleContext } from "../../oracle/connect.ts";
import { agreeOn } from "../../oracle/decide/agree.ts";
import { buildReport } from "../../oracle/decide/build-report.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { fakeDeployment } from "../chain/support/protocol-node.ts";
import { GENESIS_TIME, makeChain, SECONDS_PER_SLOT, type WorldChain } from "./world/chain.ts";
import { FIRST_REF_SLOT, type ExecutionStub } from "./world/execution.ts";
import { startWorld, type World } from "./world/world.ts";

const REF_SLOT = 63;
/** Validator 2 proposes it: ours, of operator 1. Blocks 26 and 40 are before the window and a stranger's. */
const OUR_SLOT = 38;
const VAULT = fakeDeployment.contracts.executionVault;
const BUILDER = `0x${"b1".repeat(20)}` as const;
const GAS_USED = 21_000n;
const TIP_PER_GAS = 3n;
/** The stub's blocks have this. */
const BASE_FEE = 1n;
const TIPS = 2n * GAS_USED * TIP_PER_GAS;
const [first, last] = [1, 2].map((n) => keccak256(numberToHex(n))) as [Hex, Hex];

type Block = { timestamp: Hex; miner: Hex; transactions: Hex[] };
type Payment = { to?: Hex; valueWei?: bigint; status?: "0x0" | "0x1"; tipPerGas?: bigint };

/** Blocks of these slots were made by a builder, who pays like this in the last of two transactions. */
function letBuild(node: ExecutionStub, slots: readonly number[], payment: Payment = {}): void {
  const { to = BUILDER, valueWei = 5n, status = "0x1", tipPerGas = TIP_PER_GAS } = payment;
  node.lies["eth_getBlockByHash"] = (truth) => {
    const block = truth as Block | null;
    const isBuilt = slots.some(
      (slot) => block !== null && Number(block.timestamp) === GENESIS_TIME + slot * SECONDS_PER_SLOT,
    );
    return isBuilt ? { ...block, miner: BUILDER, transactions: [first, last] } : block;
  };
  const place = { blockHash: first, blockNumber: "0x1", transactionIndex: "0x1" };
  const transaction = {
    hash: last,
    from: BUILDER,
    to,
    value: toHex(valueWei),
    input: "0x",
    nonce: "0x0",
    gas: "0x5208",
  };
  node.lies["eth_getTransactionByHash"] = () => ({ ...transaction, ...place, type: "0x2", gasPrice: "0x1" });
  const price = toHex(BASE_FEE + tipPerGas);
  const receipt = { from: BUILDER, to, status, gasUsed: toHex(GAS_USED), effectiveGasPrice: price, logs: [] };
  node.lies["eth_getTransactionReceipt"] = () => ({ ...receipt, ...place, cumulativeGasUsed: "0x1", type: "0x2" });
}

describe("oracle, blocks that paid somebody else", () => {
  let chain: WorldChain;
  let world: World;
  let context: OracleContext;
  before(async () => {
    chain = await makeChain({ lastSlot: 90, missed: [36, 37, 63] });
    world = await startWorld(chain);
    context = await world.connect();
  });
  after(() => world.close());
  beforeEach(() => {
    for (const beacon of world.beacons) beacon.lie = () => undefined;
    for (const execution of world.executions) execution.lies = {};
    world.logs.length = 0;
  });

  const thefts = async (): Promise<readonly Theft[]> => {
    await context.chain.progress();
    const readings = await context.chain.readings(REF_SLOT, { settled: undefined, lastRefSlot: FIRST_REF_SLOT });
    const views = readings.map(({ snapshot, ...reading }) => ({ ...reading, built: buildReport(snapshot) }));
    return agreeOn(views, { singleNode: false }).report.thefts;
  };
  const codeOf = (promise: Promise<unknown>) =>
    promise.then(
      () => "a report",
      (error: unknown) => (error instanceof EthStakeError ? error.code : String(error)),
    );
  const letAllBuild = (...args: [slots: readonly number[], payment?: Payment]) => {
    for (const node of world.executions) letBuild(node, ...args);
  };

  it("are none while the fee recipient is the vault", async () => {
    expect(await thefts()).to.deep.equal([]);
  });

  it("are named with operator, slot and tips, those of the window and of ours alone", async () => {
    letAllBuild([26, OUR_SLOT, 40, 62]);
    const theft = { operatorId: 1, amountWei: TIPS };
    expect(await thefts()).to.deep.equal([
      { ...theft, slot: BigInt(OUR_SLOT) },
      { ...theft, slot: 62n },
    ]);
  });

  it("are none when the builder pays the vault in the last transaction, whatever it pays", async () => {
    letAllBuild([OUR_SLOT], { to: VAULT.toLowerCase() as Hex, valueWei: 1n });
    expect(await thefts()).to.deep.equal([]);
  });

  it("are named when that transaction failed or carried nothing", async () => {
    for (const payment of [
      { to: VAULT, status: "0x0" },
      { to: VAULT, valueWei: 0n },
    ] as const) {
      letAllBuild([OUR_SLOT], payment);
      expect((await thefts()).map(({ slot }) => slot)).to.deep.equal([BigInt(OUR_SLOT)]);
    }
  });

  it("are not named when there were no tips to take", async () => {
    letAllBuild([OUR_SLOT], { tipPerGas: 0n });
    expect(await thefts()).to.deep.equal([]);
  });

  it("INC-22 one execution node alone accuses nobody: no vote", async () => {
    const [, second] = world.executions;
    letBuild(second ?? expect.fail(), [OUR_SLOT]);
    expect(await codeOf(thefts())).to.equal("NODES_DISAGREE");
  });

  it("INC-22 a beacon node that hides a block, or names another proposer, is not believed", async () => {
    const [, second] = world.beacons;
    if (second === undefined) return expect.fail();
    second.lie = ({ path }) => (path.endsWith(`/headers/${OUR_SLOT}`) ? { status: 404, body: {} } : undefined);
    expect(await codeOf(thefts())).to.equal("AGREEMENT_MISSING");
    second.lie = ({ path }, truth) => {
      if (!path.endsWith(`/headers/${OUR_SLOT}`)) return undefined;
      return JSON.parse(JSON.stringify(truth()).replace('"proposer_index":"2"', '"proposer_index":"7"')) as never;
    };
    expect(await codeOf(thefts())).to.equal("AGREEMENT_MISSING");
    const codes = world.logs.map((line) => (line["error"] as { code?: string } | undefined)?.code);
    expect(codes).to.deep.equal(["BEACON_INCONSISTENT", "BEACON_INCONSISTENT"]);
    expect(chain.blocks.find(({ slot }) => slot === OUR_SLOT)?.header.proposerIndex).to.equal(2);
  });

  it("INC-22 an execution block of another slot is not taken for it", async () => {
    const other = chain.blocks.find(({ slot }) => slot === 50)?.execution.hash;
    const [, second] = world.beacons;
    if (second === undefined) return expect.fail();
    const root = chain.blocks.find(({ slot }) => slot === OUR_SLOT)?.root ?? expect.fail();
    const right = chain.blocks.find(({ slot }) => slot === OUR_SLOT)?.execution.hash ?? "";
    second.lie = ({ path }, truth) =>
      path.endsWith(`/blocks/${root}`)
        ? (JSON.parse(JSON.stringify(truth()).replace(right, other ?? "")) as never)
        : undefined;
    expect(await codeOf(thefts())).to.equal("AGREEMENT_MISSING");
    expect(world.logs.map((line) => (line["error"] as { code?: string } | undefined)?.code)).to.deep.equal([
      "NODES_APART",
    ]);
  });
});

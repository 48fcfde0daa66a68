import { expect } from "chai";
import { network } from "hardhat";

import type { Report } from "../../chain/report/report.ts";
import { pubkeyRoot } from "../../chain/ssz/domains.ts";
import { toAnchor, type StateProver } from "../../chain/ssz/proofs.ts";
import { loadStateCodec } from "../../chain/ssz/state.ts";
import type { OracleContext } from "../../oracle/connect.ts";
import { agreeOn } from "../../oracle/decide/agree.ts";
import { buildReport } from "../../oracle/decide/build-report.ts";
import type { Snapshot } from "../../oracle/decide/snapshot.ts";
import {
  attests,
  blockAtOrBefore,
  GENESIS_TIME,
  makeChain,
  OUR_KEYS,
  SECONDS_PER_SLOT,
  SLOTS_PER_EPOCH,
  TAKEN,
  type WorldBlock,
  type WorldChain,
} from "../oracle/world/chain.ts";
import { startWorld, type World } from "../oracle/world/world.ts";
import { setBeaconRoot } from "../support/system-contracts.ts";

// The devnet's fork choice knows no Gloas, so the fork is on states that are made here: one chain, which oracle members
// read over HTTP, and whose states are proven to the contract.

/** The last frame of Fulu ends at 63, the first one of Gloas at 95. */
const FORK_SLOT = 64;
const FORK_EPOCH = FORK_SLOT / SLOTS_PER_EPOCH;
const LAST_OF_FULU = 63;
const FIRST_OF_GLOAS = 95;
const CLOSING_SLOT = 120;
const LAST_SLOT = 140;

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;

type Settled = { report: Report; snapshot: Snapshot };

describe("scenario layout-fork", () => {
  let chain: WorldChain;
  let world: World;
  let context: OracleContext;
  const settled = new Map<number, Settled>();
  const at = (refSlot: number): Settled => {
    const found = settled.get(refSlot);
    if (found === undefined) throw new Error(`no report of ${refSlot}`);
    return found;
  };

  before(async () => {
    chain = await makeChain({ lastSlot: LAST_SLOT, gloasFromSlot: FORK_SLOT });
    world = await startWorld(chain);
    context = await world.connect();
    for (const refSlot of [LAST_OF_FULU, FIRST_OF_GLOAS]) settled.set(refSlot, await settle(world, context, refSlot));
  });
  after(() => world.close());

  it("INC-37 reports the last frame of the one layout and the first of the other, one upon the other", async () => {
    const [last, first] = [at(LAST_OF_FULU).report, at(FIRST_OF_GLOAS).report];
    expect([last.refSlot, last.previousRefSlot]).to.deep.equal([63n, 31n]);
    expect([first.refSlot, first.previousRefSlot]).to.deep.equal([95n, 63n]);
    for (const report of [last, first])
      expect(report.blockRoot).to.equal(blockAtOrBefore(chain, Number(report.refSlot)).root);
    expect([last.losses, first.losses, last.thefts, first.thefts]).to.deep.equal([[], [], [], []]);
    expect(first.rewardsTotalShares >= last.rewardsTotalShares).to.equal(true);
  });

  it("INV-16 judges the epochs on both sides of the fork by the same votes", () => {
    const judged = [...at(LAST_OF_FULU).snapshot.epochs, ...at(FIRST_OF_GLOAS).snapshot.epochs];
    const epochs = judged.map(({ epoch }) => epoch);
    // The result of the last Fulu epoch stands in a Gloas state.
    expect(epochs).to.include.members([FORK_EPOCH - 2, FORK_EPOCH - 1, FORK_EPOCH, FORK_EPOCH + 1]);
    for (const { epoch, operators } of judged) {
      const second = operators.find(({ operatorId }) => operatorId === 2);
      const votes = attests(chain, 3, epoch);
      expect([epoch, second?.weightGwei]).to.deep.equal([epoch, votes ? 32_000_000_000n : 0n]);
    }
  });

  it("INC-37 cuts off where each state says: at its own payload, and from Gloas on at the one before", () => {
    const hashAt = (slot: number) => blockAtOrBefore(chain, slot).execution.hash;
    expect(at(LAST_OF_FULU).report.cutoffBlockHash).to.equal(hashAt(LAST_OF_FULU));
    expect(at(FIRST_OF_GLOAS).report.cutoffBlockHash).to.equal(hashAt(FIRST_OF_GLOAS - 1));
  });

  it("INV-01 proves to the contract, of both layouts, the balances that the reports count", async () => {
    const { proofs, anchorOf } = await deploy(FORK_SLOT, CLOSING_SLOT);
    for (const [slot, takenGwei] of [
      [LAST_OF_FULU, 0],
      [FIRST_OF_GLOAS, TAKEN.gwei],
    ] as const) {
      const { block, prover } = await proverAt(chain, slot);
      const anchor = await anchorOf(block);
      const indices = OUR_KEYS.map(({ key }) => key);
      const [, roots] = await proofs.read.verifyValidators([anchor, prover.proveValidators(indices)]);
      expect(roots).to.deep.equal(OUR_KEYS.map(({ pubkey }) => pubkeyRoot(pubkey)));
      let balanceGwei = BigInt(takenGwei);
      for (const index of indices)
        balanceGwei += (await proofs.read.verifyBalance([anchor, prover.proveBalance(index)]))[1];
      expect(at(slot).report.consensusBalanceGwei).to.equal(balanceGwei);
    }
  });

  it("INC-37 takes the fork's very first block, and refuses a proof of the old layout for it", async () => {
    const { proofs, anchorOf } = await deploy(FORK_SLOT, CLOSING_SLOT);
    const newer = await proverAt(chain, FORK_SLOT);
    const older = await proverAt(chain, LAST_OF_FULU);
    const anchor = await anchorOf(newer.block);
    const [, roots] = await proofs.read.verifyValidators([anchor, newer.prover.proveValidators([1])]);
    expect(roots).to.have.lengthOf(1);
    await viem.assertions.revertWithCustomError(
      proofs.read.verifyValidators([anchor, older.prover.proveValidators([1])]),
      proofs,
      "SiblingCountMismatch",
    );
    await viem.assertions.revertWithCustomError(
      proofs.read.verifyValidators([await anchorOf(older.block), newer.prover.proveValidators([1])]),
      proofs,
      "SiblingCountMismatch",
    );
  });

  it("INC-37 stops at the closing slot, while reports go on", async () => {
    const atEnd = await proverAt(chain, CLOSING_SLOT);
    const before = await proverAt(chain, CLOSING_SLOT - 1);
    const { proofs, anchorOf } = await deploy(FORK_SLOT, CLOSING_SLOT);
    await proofs.read.verifyValidators([await anchorOf(before.block), before.prover.proveValidators([1])]);
    await viem.assertions.revertWithCustomErrorWithArgs(
      proofs.read.verifyValidators([await anchorOf(atEnd.block), atEnd.prover.proveValidators([1])]),
      proofs,
      "LayoutUnknown",
      [BigInt(CLOSING_SLOT), 0n, BigInt(CLOSING_SLOT)],
    );
    // A verifier that nobody has told of Gloas: it ends with the last Fulu block, whatever a proof of a newer one says.
    const asleep = await deploy(FORK_SLOT, FORK_SLOT);
    const older = await proverAt(chain, LAST_OF_FULU);
    await asleep.proofs.read.verifyValidators([await asleep.anchorOf(older.block), older.prover.proveValidators([1])]);
    const gloas = await proverAt(chain, FIRST_OF_GLOAS);
    await viem.assertions.revertWithCustomErrorWithArgs(
      asleep.proofs.read.verifyValidators([await asleep.anchorOf(gloas.block), gloas.prover.proveValidators([1])]),
      asleep.proofs,
      "LayoutUnknown",
      [BigInt(FIRST_OF_GLOAS), 0n, BigInt(FORK_SLOT)],
    );
  });
});

/** The verifier, and a function that puts a block where EIP-4788 names it. */
async function deploy(forkSlot: number, closingSlot: number) {
  const layouts = { containerSlot: 0n, progressiveSlot: BigInt(forkSlot), closingSlot: BigInt(closingSlot) };
  const chainTerms = [BigInt(GENESIS_TIME), BigInt(SECONDS_PER_SLOT)] as const;
  const proofs = await viem.deployContract("BeaconProofs", [...chainTerms, layouts]);
  const now = BigInt(await networkHelpers.time.latest());
  const anchorOf = async ({ root, header }: WorldBlock) => {
    const childTimestamp = now - BigInt(LAST_SLOT - header.slot) * 12n;
    await setBeaconRoot(networkHelpers, childTimestamp, root);
    return toAnchor(header, Number(childTimestamp));
  };
  return { proofs, anchorOf };
}

/** The report on which members agree, settled on the chain that they read. */
async function settle({ executions }: World, { chain: reader }: OracleContext, refSlot: number): Promise<Settled> {
  const readings = await reader.readings(refSlot, await reader.progress());
  const views = readings.map(({ snapshot, ...reading }) => ({ ...reading, built: buildReport(snapshot) }));
  const { report } = agreeOn(views, { singleNode: false });
  const snapshot = readings[0]?.snapshot;
  if (snapshot === undefined) throw new Error("nobody could read the frame");
  for (const execution of executions) {
    execution.settled.push(report);
    execution.lies["distribution.lastRefSlot"] = () => report.refSlot;
  }
  return { report, snapshot };
}

async function proverAt(chain: WorldChain, slot: number): Promise<{ block: WorldBlock; prover: StateProver }> {
  const block = blockAtOrBefore(chain, slot);
  const codec = await loadStateCodec("minimal");
  return { block, prover: codec.createStateProver(block.state, block.fork, block.header) };
}

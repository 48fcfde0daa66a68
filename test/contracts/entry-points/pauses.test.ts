import { expect } from "chai";
import { network } from "hardhat";
import { encodeFunctionData, parseEther } from "viem";

import { abiOf, functionWith } from "../support/abi-functions.ts";
import { busyProtocol, type BusyProtocol } from "../support/busy-protocol.ts";
import { emptyArguments } from "../support/empty-arguments.ts";
import { DEPLOYED, LISTED, allowedAccounts, type Listed } from "../support/entry-point-callers.ts";
import type { Caller, EntryPoints } from "../support/entry-point-types.ts";
import { ENTRY_POINTS } from "../support/entry-points.ts";
import { outcomeOf } from "../support/outcome.ts";
import { PAUSE, PAUSE_ALL } from "../support/pause-flags.ts";
import { RECIPES, type Recipe } from "../support/pause-recipes.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;
const start = () => busyProtocol(connection);

/** One pause after the other, each alone. */
const FLAGS = Object.entries(PAUSE);
const DURATION = 1000;

describe("Entry points pauses", () => {
  for (const contract of LISTED) {
    const { writes, receives }: EntryPoints = ENTRY_POINTS[contract];
    const entries: [string, Caller][] = Object.entries(writes).filter(([, caller]) => caller !== "once");
    for (const [signature, caller] of receives ? [...entries, ["receive()", "anyone"] as const] : entries) {
      const recipe = recipeFor(contract, signature);
      const title = `${contract} ${signature.slice(0, signature.indexOf("("))}`;
      if (recipe === undefined) it(`INC-43 no pause changes ${title}`, () => isTheSame(contract, signature, caller));
      else it(`INC-43 ${recipe.stoppedBy ?? "no"} pause stops ${title}`, () => isStopped(recipe));
    }

    it(`INC-43 ${contract} has a recipe for everything that people call, and no other`, () => {
      const open: Caller[] = ["anyone", "owner", "member"];
      const unknown = entries.filter(([signature, caller]) => open.includes(caller) && !recipeFor(contract, signature));
      expect(unknown).to.deep.equal([]);
      const used = [...Object.keys(writes), ...(receives ? ["receive()"] : [])].map((s) => recipeFor(contract, s));
      expect(used).to.include.members(Object.values(RECIPES[contract] ?? {}));
    });
  }

  it("INV-14 INC-43 claims of finalised requests work while everything is paused", async () => {
    const p = await networkHelpers.loadFixture(start);
    await pause(p, PAUSE_ALL);
    const payout = p.queue.write.claim([p.finalizedTicket, 0n], { account: p.staker.account });
    await viem.assertions.balancesHaveChanged(payout, [{ address: p.staker.account.address, amount: parseEther("2") }]);
  });

  /** Works when nothing is paused, and while every pause but its own; works again when that one is over. */
  async function isStopped({ act, stoppedBy }: Recipe): Promise<void> {
    await act(await networkHelpers.loadFixture(start));
    for (const [name, flag] of FLAGS) {
      const p = await networkHelpers.loadFixture(start);
      await pause(p, flag);
      if (name !== stoppedBy) {
        await act(p);
        continue;
      }
      const until = await p.pool.read.pausedUntil([flag]);
      await viem.assertions.revertWithCustomErrorWithArgs(act(p), p.pool, "ActionPaused", [flag, until]);
      await networkHelpers.time.increaseTo(until);
      await act(p);
    }
  }

  /** Asked the same in the same block, it answers the same whatever is paused. */
  async function isTheSame(contract: Listed, signature: string, caller: Caller): Promise<void> {
    const abi = await abiOf(contract);
    const item = functionWith(abi, signature);
    const ask = (p: BusyProtocol) => {
      const [account = p.staker.account.address] = allowedAccounts(p, caller);
      const data = encodeFunctionData({ abi: [item], args: emptyArguments(item, { operatorId: 1 }) });
      return outcomeOf(p, { account, to: DEPLOYED[contract](p), data }, abi);
    };
    const open = await ask(await networkHelpers.loadFixture(start));
    expect(open.error).not.to.equal("ActionPaused");
    for (const [name, flag] of FLAGS) {
      const p = await networkHelpers.loadFixture(start);
      await pause(p, flag);
      expect(await ask(p), `while ${name} is paused`).to.deep.equal(open);
    }
  }

  async function pause(p: BusyProtocol, flags: number): Promise<void> {
    await p.pool.write.pause([flags, DURATION], { account: p.accounts.roles.GUARDIAN.account });
  }

  /** By name, or by name and number of arguments where a contract has several of that name. */
  function recipeFor(contract: Listed, signature: string): Recipe | undefined {
    const name = signature.slice(0, signature.indexOf("("));
    const topLevel = signature.slice(name.length + 1, -1).replace(/\([^()]*\)/g, "tuple");
    const count = topLevel === "" ? 0 : topLevel.split(",").length;
    const recipes = RECIPES[contract] ?? {};
    return recipes[`${name}/${count}`] ?? recipes[name];
  }
});

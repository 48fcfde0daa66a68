import { expect } from "chai";

import { keeper } from "../../scripts/simulate/people.ts";
import { SLOTS_PER_DAY } from "../../scripts/simulate/plan/days.ts";
import { listOfScenarios, SCENARIOS } from "../../scripts/simulate/scenarios/all.ts";
import type { Facts } from "../../scripts/simulate/scenarios/facts.ts";
import { judge } from "../../scripts/simulate/scenarios/scenario.ts";

type Event = { eventName: string; slot: number; args: Record<string, unknown>; transactionHash?: string };
type Change = Partial<Record<keyof Facts, unknown>>;

const WEI = 10n ** 18n;

function factsOf(change: Change): Facts {
  return {
    ...{ days: [], queue: [], calls: [], registry: [], distribution: [], manager: [], requests: [] },
    ...{ operators: [], validators: [], records: [], outcomes: new Map(), marks: new Map() },
    ...{ firstSlot: 39, genesisTime: 0 },
    ...change,
  } as unknown as Facts;
}

function event(eventName: string, slot: number, args: Record<string, unknown> = {}): Event {
  return { eventName, slot, args };
}

/** Whether the one expectation whose words match holds. */
function holds(name: string, words: RegExp, change: Change): boolean {
  const scenario = SCENARIOS.find((one) => one.name === name);
  const found = judge(scenario ?? { expectations: [] }, factsOf(change)).filter(({ what }) => words.test(what));
  expect(found, String(words)).to.have.length(1);
  return found[0]!.held;
}

describe("simulation, scenarios", () => {
  it("have names of their own, and are listed", () => {
    const names = SCENARIOS.map(({ name }) => name);
    expect(new Set(names).size).to.equal(names.length);
    for (const name of names) expect(listOfScenarios()).to.match(new RegExp(`^${name} `, "m"));
  });

  it("do everything within their days, and expect something", () => {
    for (const { name, days, steps, faults = [], expectations } of SCENARIOS) {
      const within = days * SLOTS_PER_DAY;
      expect(
        [...steps, ...faults].every(({ slot }) => slot >= 0 && slot < within),
        name,
      ).to.equal(true);
      expect(
        faults.every(({ slot, endSlot }) => slot <= endSlot && endSlot < within),
        name,
      ).to.equal(true);
      expect(expectations, name).to.have.length.greaterThan(3);
      const words = expectations.map(({ what }) => what);
      expect(new Set(words).size, name).to.equal(words.length);
    }
  });

  it("nothing holds of a run in which nothing happened, but what is about nothing happening", () => {
    for (const { name, expectations } of SCENARIOS) {
      const held = judge({ expectations }, factsOf({})).filter((check) => check.held);
      expect(held.length, `${name}: ${held.map(({ what }) => what).join(", ")}`).to.be.lessThan(
        expectations.length - 2,
      );
    }
  });
});

describe("simulation, scenario oracle-down-a-week", () => {
  const name = "oracle-down-a-week";
  const settled = (slot: number, refSlot: bigint, previousRefSlot = 0n) =>
    event("RewardSettled", slot, {
      refSlot,
      report: { previousRefSlot },
      settlement: { pooledAfterWei: 100n * WEI, sharesAfter: 100n * WEI },
    });
  const stale = (slot: number, amountWei: bigint, caller: string = keeper.address) =>
    event("StaleFinalized", slot, { shares: WEI, amountWei, caller });

  it("wants no settlement while the members are gone", () => {
    expect(holds(name, /nothing is settled/, { distribution: [settled(100, 119n), settled(400, 439n)] })).to.equal(
      true,
    );
    expect(holds(name, /nothing is settled/, { distribution: [settled(200, 239n)] })).to.equal(false);
  });

  it("wants the keeper to pay, not before reports are stale, and not above the haircut", () => {
    const with_ = (one: Event) => holds(name, /keeper pays/, { distribution: [settled(100, 119n), one] });
    expect(with_(stale(245, (WEI * 95n) / 100n))).to.equal(true);
    expect(with_(stale(239, (WEI * 95n) / 100n))).to.equal(false);
    expect(with_(stale(245, (WEI * 96n) / 100n))).to.equal(false);
    expect(with_(stale(245, (WEI * 95n) / 100n, "0x01"))).to.equal(false);
    expect(holds(name, /keeper pays/, { distribution: [settled(100, 119n)] })).to.equal(false);
  });

  it("wants one report for all missed frames", () => {
    const first = (refSlot: bigint, previous: bigint) =>
      holds(name, /one report/, { distribution: [settled(400, refSlot, previous)] });
    expect(first(399n, 119n)).to.equal(true);
    expect(first(159n, 119n)).to.equal(false);
    expect(first(399n, 359n)).to.equal(false);
  });
});

describe("simulation, scenario operator-never-exits", () => {
  const name = "operator-never-exits";
  const deadline = event("OperatorDeactivated", 100, { operatorId: 1, exitDeadline: BigInt((39 + 200) * 12) });
  const asked = (slot: number, operatorId = 1): Event => ({
    ...event("ExitRequested", slot, { operatorId, pubkeyRoot: "0x01" }),
    transactionHash: "0x02",
  });
  const with_ = (manager: Event[], from: string = keeper.address) =>
    holds(name, /asks the chain/, {
      registry: [deadline],
      manager,
      validators: [{ operatorId: 1, status: "exited", pubkeyRoot: "0x01", pubkey: "0x01" }],
      calls: [{ from, hash: "0x02" }],
    });

  it("wants the keeper to ask once, after the deadline, and nobody else's validators", () => {
    expect(with_([asked(201)])).to.equal(true);
    expect(with_([asked(199)])).to.equal(false);
    expect(with_([asked(201), asked(210)])).to.equal(false);
    expect(with_([asked(201), asked(201, 2)])).to.equal(false);
    expect(with_([asked(201)], "0x03")).to.equal(false);
    expect(with_([])).to.equal(false);
  });

  it("wants bond and events to say the same", () => {
    const locked = event("BondLocked", 90, { operatorId: 1, penaltyShares: 2n });
    const registry = [
      event("BondAdded", 0, { operatorId: 1, shares: 20n }),
      locked,
      event("LockMatured", 150, { operatorId: 1, shares: 2n }),
    ];
    const operator = { operatorId: 1, bondShares: 18n, lockedShares: 0n, requiredBondWei: 0n };
    const bond = (change: object) => holds(name, /bond/, { registry, operators: [{ ...operator, ...change }] });
    expect(bond({})).to.equal(true);
    expect(bond({ bondShares: 20n })).to.equal(false);
    expect(bond({ requiredBondWei: 1n })).to.equal(false);
  });
});

describe("simulation, scenario mass-slashing", () => {
  const name = "mass-slashing";
  const loss = event("LossDrawn", 100, {
    operatorId: 1,
    lossShares: 50n * WEI,
    takenShares: 20n * WEI,
    owedShares: 30n * WEI,
  });
  const settled = event("RewardSettled", 100, {
    refSlot: 79n,
    report: { losses: [{ operatorId: 1 }] },
    settlement: { burnedShares: 25n * WEI, rewardsWei: -WEI },
  });
  const order = (coverShares: bigint, bondShares = 0n) =>
    holds(name, /whole bond first/, {
      registry: [loss],
      distribution: [settled, event("CoverUsed", 100, { missingShares: 30n * WEI, coverShares })],
      operators: [{ operatorId: 1, bondShares }],
    });

  it("wants bond, cover and rate in this order", () => {
    expect(order(5n * WEI)).to.equal(true);
    expect(order(4n * WEI)).to.equal(false);
    expect(order(5n * WEI, 1n)).to.equal(false);
  });

  it("wants nobody else punished", () => {
    expect(holds(name, /no operator but/, { registry: [loss] })).to.equal(true);
    expect(holds(name, /no operator but/, { registry: [event("OperatorHalted", 9, { operatorId: 2 })] })).to.equal(
      false,
    );
  });
});

describe("simulation, scenario client-outage", () => {
  const name = "client-outage";
  const strike = (operatorId: number, uptimePpm = 500_000, thresholdPpm = 960_000, period = 3) =>
    event("DowntimeReported", 150, { operatorId, period, uptimePpm, thresholdPpm, penaltyWei: WEI });

  it("wants one strike a period for the small client, by the network's own uptime", () => {
    const with_ = (...registry: Event[]) => holds(name, /small client/, { registry });
    expect(with_(strike(3))).to.equal(true);
    expect(with_(strike(2))).to.equal(false);
    expect(with_(strike(3, 500_000, 997_000))).to.equal(false);
    expect(with_(strike(3), strike(3))).to.equal(false);
    expect(with_(strike(3), strike(3, 900_000, 993_000, 4))).to.equal(true);
    expect(with_()).to.equal(false);
  });

  it("wants every client within its cap at every funding", () => {
    const operators = ["AABB", "CCDD", "EEFF", "GGHH"].map((clientPair, i) => ({ operatorId: i + 1, clientPair }));
    const funded = (operatorId: number, ether: bigint) =>
      event("Funded", 1, { operatorId, amountGwei: ether * 10n ** 9n });
    const cap = (...manager: Event[]) => holds(name, /cap|33 %/, { operators, manager });
    expect(cap(funded(1, 199n), funded(2, 199n), funded(3, 199n))).to.equal(true);
    expect(cap(funded(1, 199n), funded(2, 199n), funded(3, 199n), funded(1, 50n))).to.equal(false);
  });
});

describe("simulation, scenario bank-run-long-queue", () => {
  const name = "bank-run-long-queue";
  const asked = (amountWei: bigint) => event("WithdrawalRequested", 5, { requestId: 1n, amountWei });
  const paid = (amountWei: bigint) => event("StretchFinalized", 900, { amountWei });

  it("wants what was asked for ordered once", () => {
    const order = (...ether: bigint[]) =>
      holds(name, /ordered twice/, {
        requests: [asked(250n * WEI)],
        manager: ether.map((amount) => event("PartialWithdrawalRequested", 9, { amountGwei: amount * 10n ** 9n })),
      });
    expect(order(125n, 125n)).to.equal(true);
    expect(order(125n, 125n, 125n)).to.equal(false);
    expect(order()).to.equal(false);
  });

  it("wants everybody paid in full and the rate to grow", () => {
    const rates = (...rays: bigint[]) => rays.map((rateRay, i) => ({ day: i + 1, rateRay }));
    const fair = (amountWei: bigint, ...rays: bigint[]) =>
      holds(name, /who leaves/, { requests: [asked(WEI), paid(amountWei)], days: rates(...rays) });
    expect(fair(WEI, 1n, 2n)).to.equal(true);
    expect(fair(WEI - 10_000n, 1n, 2n)).to.equal(false);
    expect(fair(WEI, 2n, 1n)).to.equal(false);
  });

  it("holds queueStatus to what came of it", () => {
    const told = (error: number) =>
      holds(name, /queueStatus/, { queue: [{ requestedDay: 0, expectedDay: 10, claimableDay: 10 + error }] });
    expect(told(1.5)).to.equal(true);
    expect(told(-2.5)).to.equal(false);
  });
});

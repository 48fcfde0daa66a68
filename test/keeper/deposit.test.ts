import { expect } from "chai";

import type { KeyBatchFile } from "../../chain/keys/key-batch-file.ts";
import { decideDeposit } from "../../keeper/deposit/decide.ts";
import { newValidatorDemand } from "../../keeper/deposit/demand.ts";
import type { DepositSnapshot, WaitingBatch, WaitingKey } from "../../keeper/deposit/read.ts";
import { usableKeys } from "../../keeper/deposit/usable-keys.ts";
import { eth, keyOf, operator, rootOf, validator, uncapped, wei } from "./samples.ts";

const policy = { targetGwei: eth(2016), stock: 0 };
const key = (n: number, changes: Partial<WaitingKey> = {}): WaitingKey => ({
  pubkey: keyOf(n),
  signature: `0x${n.toString(16).padStart(192, "0")}`,
  wellFormed: true,
  signatureValid: true,
  knownToPool: false,
  knownToBeacon: false,
  ...changes,
});
const file = (operatorId: number, keys: readonly WaitingKey[]): KeyBatchFile => ({
  version: 1,
  network: "devnet",
  operatorId,
  withdrawalCredentials: rootOf(9),
  amountGwei: "1000000000",
  commitment: "0x00",
  keys: keys.map(({ pubkey, signature }) => ({ pubkey, signature })),
});
const batch = (operatorId: number, keys: WaitingKey[], changes: Partial<WaitingBatch> = {}): WaitingBatch => ({
  operatorId,
  batchId: 0,
  usableAt: 1_000,
  file: file(operatorId, keys),
  revealed: 0,
  keys,
  ...changes,
});
const keys = (...numbers: number[]) => numbers.map((n) => key(n));
const limits = {
  bondRateBps: 400,
  maxOperatorShareBps: 10_000,
  pooledGwei: eth(10_000),
  maxStock: 100,
  maxStockPerOperator: 10,
  unprovenBondWei: wei(2),
  ...uncapped,
};
const snapshot = (changes: Partial<DepositSnapshot>): DepositSnapshot => ({
  now: 2_000,
  pausedUntil: 0,
  depositableGwei: eth(100),
  limits,
  unprovenCount: 0,
  operators: [operator(1), operator(2)],
  validators: [],
  batches: [batch(1, keys(1, 2, 3)), batch(2, keys(11, 12, 13))],
  ...changes,
});
const sent = (changes: Partial<DepositSnapshot>, policyChanges: Partial<typeof policy> = {}) =>
  decideDeposit(snapshot(changes), { ...policy, ...policyChanges }).intents.map((intent) => {
    return [intent.operatorId, intent.batchId, intent.reveal, intent.deposits];
  });
const codes = (changes: Partial<DepositSnapshot>, policyChanges: Partial<typeof policy> = {}) =>
  decideDeposit(snapshot(changes), { ...policy, ...policyChanges }).reasons.map(({ code }) => code);

describe("how many validators are wanted", () => {
  const demand = (changes: Partial<DepositSnapshot>, policyChanges: Partial<typeof policy> = {}) =>
    newValidatorDemand(snapshot(changes), new Set([1, 2]), { ...policy, ...policyChanges });

  it("is enough to take the ether that those there cannot", () => {
    expect(demand({ depositableGwei: eth(200) }, { targetGwei: eth(64) }).byEther).to.equal(4);
    expect(demand({ depositableGwei: eth(31) }).byEther).to.equal(0);
    const validators = [validator(1, { depositedGwei: eth(1), status: "predeposited" })];
    expect(demand({ depositableGwei: eth(200), validators }).byEther).to.equal(0);
    expect(demand({ depositableGwei: eth(200), validators }, { targetGwei: eth(64) }).byEther).to.equal(3);
  });

  it("does not count room that an operator's bond does not cover", () => {
    const operators = [operator(1, { freeBondWei: wei(2) }), operator(2)];
    expect(demand({ depositableGwei: eth(100), operators, validators: [validator(1)] }).byEther).to.equal(1);
  });

  it("does not count full, exiting, exited or faulty validators", () => {
    const validators = [
      validator(1, { depositedGwei: eth(2016) }),
      validator(2, { status: "exiting" }),
      validator(3, { status: "exited" }),
      validator(4, { status: "faulty" }),
    ];
    expect(demand({ validators })).to.include({ byEther: 1, bySpread: 2 });
  });

  it("is one for each operator without any, as far as the ether starts them", () => {
    expect(demand({ depositableGwei: eth(63) }).bySpread).to.equal(1);
    expect(demand({ depositableGwei: eth(64) }).bySpread).to.equal(2);
    expect(demand({ depositableGwei: eth(64), validators: [validator(1)] }).bySpread).to.equal(1);
  });

  it("keeps a stock ahead of demand, paid for by what is there", () => {
    expect(demand({ depositableGwei: eth(3) }, { stock: 2 })).to.include({ byStock: 2, count: 2 });
    expect(demand({ depositableGwei: eth(1) }, { stock: 2 }).count).to.equal(1);
    expect(demand({ depositableGwei: eth(1) - 1n }, { stock: 2 }).count).to.equal(0);
    const validators = [validator(1, { depositedGwei: eth(1), status: "predeposited" })];
    expect(demand({ depositableGwei: eth(3), validators }, { stock: 2 }).byStock).to.equal(1);
  });
});

describe("what can be used of a key batch", () => {
  const used = (list: WaitingKey[], now = 2_000) => {
    const { deposits, reasons } = usableKeys(batch(1, list), now);
    return { deposits, codes: reasons.map(({ code }) => code) };
  };

  it("is every new key with a right signature", () => {
    expect(used(keys(1, 2))).to.deep.equal({ deposits: [0, 1], codes: [] });
  });

  it("is nothing of a batch that is too young", () => {
    expect(used(keys(1), 999)).to.deep.equal({ deposits: [], codes: ["BATCH_TOO_YOUNG"] });
    expect(used(keys(1), 1_000).deposits).to.deep.equal([0]);
  });

  it("INV-18: ends before a key that the beacon chain knows already", () => {
    expect(used([key(1), key(2, { knownToBeacon: true }), key(3)])).to.deep.equal({
      deposits: [0],
      codes: ["KEY_KNOWN_TO_BEACON"],
    });
  });

  it("INC-05: passes over a wrong signature and tells of it", () => {
    expect(used([key(1, { signatureValid: false }), key(2)])).to.deep.equal({
      deposits: [1],
      codes: ["SIGNATURE_INVALID"],
    });
  });

  it("passes over keys of the pool, and ends before points that make the contract refuse", () => {
    expect(used([key(1, { knownToPool: true, knownToBeacon: true }), key(2)])).to.deep.equal({
      deposits: [1],
      codes: [],
    });
    expect(used([key(1), key(2, { wellFormed: false, signatureValid: false }), key(3)])).to.deep.equal({
      deposits: [0],
      codes: ["KEY_MALFORMED"],
    });
  });
});

describe("the decision to predeposit", () => {
  it("begins validators with the operators that have fewest, in turn", () => {
    expect(sent({ depositableGwei: eth(192) }, { targetGwei: eth(64) })).to.deep.equal([
      [1, 0, 2, 2],
      [2, 0, 1, 1],
    ]);
    const validators = [validator(50), validator(51)];
    expect(sent({ depositableGwei: eth(160), validators }, { targetGwei: eth(64) })).to.deep.equal([[2, 0, 2, 2]]);
  });

  it("goes on with the next batch when one is used up", () => {
    const batches = [batch(1, keys(1)), batch(1, keys(2, 3), { batchId: 1 })];
    expect(sent({ depositableGwei: eth(128), batches }, { targetGwei: eth(64) })).to.deep.equal([
      [1, 0, 1, 1],
      [1, 1, 1, 1],
    ]);
  });

  it("reveals keys that are passed over only before one that gets a deposit", () => {
    const list = [key(1, { signatureValid: false }), key(2), key(3, { signatureValid: false })];
    expect(sent({ batches: [batch(1, list)] })).to.deep.equal([[1, 0, 2, 1]]);
  });

  it("stays within the stock of all, the stock of one, and the bond of each", () => {
    const wanted = { depositableGwei: eth(640) };
    const target = { targetGwei: eth(64) };
    expect(sent({ ...wanted, unprovenCount: 99 }, target)).to.deep.equal([[1, 0, 1, 1]]);
    expect(sent({ ...wanted, unprovenCount: 100 }, target)).to.be.empty;
    expect(codes({ ...wanted, unprovenCount: 100 }, target)).to.deep.equal(["STOCK_FULL"]);
    const tight = [operator(1, { unprovenCount: 9 }), operator(2, { freeBondWei: wei(4), requiredBondWei: wei(1) })];
    expect(sent({ ...wanted, operators: tight }, target)).to.deep.equal([
      [1, 0, 1, 1],
      [2, 0, 1, 1],
    ]);
  });

  const unable: [string, Partial<Parameters<typeof operator>[1]>, string][] = [
    ["is deactivated", { status: "deactivated" }, "OPERATOR_NOT_ACTIVE"],
    ["has its stock of unproven validators", { unprovenCount: 10 }, "STOCK_FULL"],
    ["has too little bond for a predeposit", { freeBondWei: wei(1) }, "BOND_TOO_SMALL"],
    ["has too little bond to be topped up", { freeBondWei: wei(3), requiredBondWei: wei(2) }, "BOND_TOO_SMALL"],
    ["has its share of the pool", { fundedGwei: eth(9_980) }, "OPERATOR_SHARE_REACHED"],
  ];
  for (const [why, changes, code] of unable)
    it(`gives nothing to an operator that ${why}, and says so`, () => {
      const one = { operators: [operator(1, changes)], batches: [batch(1, keys(1))] };
      expect(sent(one)).to.be.empty;
      expect(codes(one)).to.include(code);
    });

  it("does nothing without keys, without demand, or during a pause, and says which", () => {
    expect(codes({ batches: [] })).to.deep.equal(["NO_KEYS"]);
    expect(codes({ depositableGwei: eth(3) })).to.deep.equal(["NO_DEMAND"]);
    expect(codes({ pausedUntil: 3_000 })).to.deep.equal(["DEPOSITS_PAUSED"]);
    expect(sent({ pausedUntil: 3_000 })).to.be.empty;
  });
});

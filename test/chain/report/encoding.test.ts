import { expect } from "chai";
import { concatHex, keccak256, numberToHex, padHex, stringToHex, zeroHash, type Hex } from "viem";

import { encodeReport, hashReport, reportIdOf } from "../../../chain/report/encoding.ts";
import { reportJson } from "../../../chain/report/json.ts";
import { REPORT_VERSION, type Report } from "../../../chain/report/report.ts";
import { reportDigest } from "../../../chain/report/typed-data.ts";
import { stringifyJson } from "../../../runtime/json.ts";

const word = (value: bigint | number) => numberToHex(value, { size: 32 });
const root = (byte: string): Hex => `0x${byte.repeat(32)}`;

const report: Report = {
  refSlot: 1023n,
  previousRefSlot: 959n,
  cutoffTimestamp: 1_700_012_276n,
  cutoffBlockHash: root("c1"),
  blockRoot: root("b2"),
  consensusBalanceGwei: 64_000_000_123n,
  exitingGwei: 5n,
  withdrawalReceiptsWei: 2n ** 100n,
  executionReceiptsWei: 7n,
  rewardsRoot: root("d3"),
  rewardsTotalShares: 2n ** 127n,
  losses: [{ operatorId: 3, amountWei: 10n ** 18n }],
  breaches: [{ operatorId: 2, period: 4, uptimePpm: 900_000, thresholdPpm: 997_000, missedGweiEpochs: 123n }],
  thefts: [{ operatorId: 5, slot: 1000n, amountWei: 2n ** 90n }],
  exits: [root("01"), root("02")],
};

// Written out by hand from the ABI specification: a dynamic tuple, fifteen head words, then the four lists.
const HEAD_WORDS = 15;
const byHand = concatHex([
  word(32),
  word(report.refSlot),
  word(report.previousRefSlot),
  word(report.cutoffTimestamp),
  report.cutoffBlockHash,
  report.blockRoot,
  word(report.consensusBalanceGwei),
  word(report.exitingGwei),
  word(report.withdrawalReceiptsWei),
  word(report.executionReceiptsWei),
  report.rewardsRoot,
  word(report.rewardsTotalShares),
  word(32 * HEAD_WORDS),
  word(32 * (HEAD_WORDS + 3)),
  word(32 * (HEAD_WORDS + 3 + 6)),
  word(32 * (HEAD_WORDS + 3 + 6 + 4)),
  ...[word(1), word(3), word(10n ** 18n)],
  ...[word(1), word(2), word(4), word(900_000), word(997_000), word(123)],
  ...[word(1), word(5), word(1000), word(2n ** 90n)],
  ...[word(2), root("01"), root("02")],
]);

describe("chain/report/encoding", () => {
  it("encodes as the ABI specification says", () => {
    expect(encodeReport(report)).to.equal(byHand);
    expect(hashReport(report)).to.equal(keccak256(byHand));
  });

  it("gives another hash when any field changes", () => {
    const changed: Report[] = [
      { ...report, refSlot: 1024n },
      { ...report, previousRefSlot: 0n },
      { ...report, cutoffTimestamp: 1n },
      { ...report, cutoffBlockHash: zeroHash },
      { ...report, blockRoot: zeroHash },
      { ...report, consensusBalanceGwei: 0n },
      { ...report, exitingGwei: 0n },
      { ...report, withdrawalReceiptsWei: 0n },
      { ...report, executionReceiptsWei: 0n },
      { ...report, rewardsRoot: zeroHash },
      { ...report, rewardsTotalShares: 0n },
      { ...report, losses: [] },
      { ...report, breaches: [] },
      { ...report, thefts: [] },
      { ...report, exits: [...report.exits].reverse() },
    ];
    expect(changed).to.have.length(Object.keys(report).length);
    expect(new Set([report, ...changed].map(hashReport))).to.have.length(changed.length + 1);
  });

  it("survives JSON", () => {
    const decoded = reportJson.parse(JSON.parse(stringifyJson(report)));
    expect(decoded).to.deep.equal(report);
    expect(hashReport(decoded)).to.equal(hashReport(report));
  });

  it("refuses JSON that is not a report", () => {
    const json = JSON.parse(stringifyJson(report)) as Record<string, unknown>;
    const wrong: Record<string, unknown>[] = [
      { ...json, refSlot: "-1" },
      { ...json, blockRoot: "0x12" },
      { ...json, exits: [1] },
      { ...json, losses: [{ operatorId: 2 ** 32, amountWei: "1" }] },
      { ...json, breaches: undefined },
      { ...json, thefts: undefined },
      { ...json, thefts: [{ operatorId: 5, slot: "-1", amountWei: "1" }] },
    ];
    for (const value of wrong) expect(reportJson.safeParse(value).success, stringifyJson(value)).to.equal(false);
  });

  it("signs over chain, committee, place in time, version and hash (EIP-712)", () => {
    const domain = { chainId: 32382, committee: "0x5FbDB2315678afecb367f032d93F642f64180aa3" } as const;
    const id = reportIdOf(report);
    const hashText = (text: string) => keccak256(stringToHex(text));
    const domainHash = keccak256(
      concatHex([
        hashText("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
        hashText("ethSTAKE OracleCommittee"),
        hashText("1"),
        word(domain.chainId),
        padHex(domain.committee, { size: 32 }),
      ]),
    );
    const structHash = keccak256(
      concatHex([
        hashText("Report(uint64 refSlot,bytes32 blockRoot,uint64 cutoffTimestamp,uint32 version,bytes32 reportHash)"),
        word(id.refSlot),
        id.blockRoot,
        word(id.cutoffTimestamp),
        word(REPORT_VERSION),
        id.reportHash,
      ]),
    );
    expect(reportDigest(domain, id)).to.equal(keccak256(concatHex(["0x1901", domainHash, structHash])));
  });
});

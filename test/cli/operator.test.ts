import { readFile, stat } from "node:fs/promises";

import { expect } from "chai";
import { bytesToHex, stringToHex, zeroHash } from "viem";

import { parseKeyBatchFile } from "../../chain/keys/key-batch-file.ts";
import { rewardsProof, rewardsRoot, type RewardsLeaf } from "../../chain/report/rewards-tree.ts";
import { stringifyJson } from "../../runtime/json.ts";
import { compoundingCredentials } from "../../chain/ssz/domains.ts";
import { headerRoot } from "../../chain/ssz/proofs.ts";
import { loadStateCodec } from "../../chain/ssz/state.ts";
import { fill, sampleState } from "../chain/ssz/support/sample-state.ts";
import { startServer } from "../chain/support/http-server.ts";
import { fakeDeployment, logOf } from "../chain/support/protocol-node.ts";
import { account, createWorld, type World } from "./world.ts";

const ether = (amount: number) => BigInt(Math.round(amount * 1000)) * 10n ** 15n;
const payment = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const words = "abandon ".repeat(23) + "art";
const leaves: RewardsLeaf[] = [
  { operatorId: 1, cumulativeShares: 70n },
  { operatorId: 2, cumulativeShares: 30n },
];
const root = rewardsRoot(leaves);
const operatorRecord = {
  owner: account.address,
  paymentAddress: payment,
  clientPair: stringToHex("GELS", { size: 4 }),
  status: 1,
  bondShares: ether(16),
  lockedShares: ether(1),
  debtShares: 0n,
  fundedGwei: 64_000_000_000n,
  unprovenCount: 1,
  strikeHistory: 0b101,
  lastPeriod: 3,
  deactivatedAt: 0,
  withdrawalShares: 0n,
  withdrawalAt: 0,
  withdrawalRefSlot: 0n,
  name: "Blue Nodes",
};
const report = {
  refSlot: 127n,
  previousRefSlot: 63n,
  cutoffTimestamp: 1n,
  cutoffBlockHash: zeroHash,
  blockRoot: zeroHash,
  consensusBalanceGwei: 0n,
  exitingGwei: 0n,
  withdrawalReceiptsWei: 0n,
  executionReceiptsWei: 0n,
  rewardsRoot: root,
  rewardsTotalShares: 100n,
  losses: [],
  breaches: [],
  thefts: [],
  exits: [],
};
const settlement = Object.fromEntries(
  ["rewardsWei", "consensusGwei", "withdrawalsWei", "executionRewardsWei", "depositsGwei", "feeWei", "feeShares"]
    .concat([
      "burnedShares",
      "sweptWei",
      "finalizedShares",
      "finalizedWei",
      "pooledBeforeWei",
      "sharesBefore",
      "pooledAfterWei",
      "sharesAfter",
    ])
    .map((name) => [name, 0n]),
);

describe("commands of operators", () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld({
      "registry.registerOperator": 1,
      "registry.addBond": 1n,
      "registry.requestBondWithdrawal": undefined,
      "registry.withdrawBond": 1n,
      "registry.getOperator": operatorRecord,
      "registry.freeBondWei": ether(15),
      "registry.requiredBondWei": ether(4),
      "registry.exitDeadlinePassed": false,
      "pool.convertToShares": (amount: bigint) => (amount * 4n) / 5n,
      "pool.convertToAssets": (shares: bigint) => (shares * 5n) / 4n,
      "validatorExits.requestExit": undefined,
      "withdrawalVault.withdrawalRequestFeeWei": 1n,
      "distribution.claimableRoot": [root, 100n],
      "distribution.claimedShares": 20n,
      "distribution.claimRewards": 50n,
    });
    const registered = { operatorId: 1, owner: account.address, paymentAddress: payment };
    world.node.logs = [
      logOf("registry", "OperatorRegistered", { ...registered, clientPair: "0x47454c53", name: "Blue Nodes" }),
      logOf("distribution", "RewardSettled", {
        refSlot: 127n,
        reportHash: zeroHash,
        submitter: payment,
        report,
        settlement,
      }),
    ];
  });
  afterEach(() => world.close());

  it("register sends name, payment address, clients and the bond", async () => {
    const register = ["operator", "register", "--name", "Blue Nodes", "--clients", "GELS", "--bond", "12"];
    expect((await world.run(register)).status).to.equal(0);
    expect((await world.run([...register, "--payment-address", payment])).status).to.equal(0);
    expect(world.node.sent.map(({ args, valueWei }) => [...args, valueWei])).to.deep.equal([
      ["Blue Nodes", account.address, "0x47454c53", ether(12)],
      ["Blue Nodes", payment, "0x47454c53", ether(12)],
    ]);
  });

  it("bond add, request and withdraw find the operator that the key owns", async () => {
    await world.run(["operator", "bond", "add", "--amount", "4"]);
    await world.run(["operator", "bond", "request", "--amount", "5"]);
    await world.run(["operator", "bond", "request", "--shares", "3", "--operator", "1"]);
    await world.run(["operator", "bond", "withdraw"]);
    expect(world.node.sent.map(({ functionName, args, valueWei }) => [functionName, ...args, valueWei])).to.deep.equal([
      ["addBond", 1, ether(4)],
      ["requestBondWithdrawal", 1, ether(4), 0n],
      ["requestBondWithdrawal", 1, ether(3), 0n],
      ["withdrawBond", 1, 0n],
    ]);
  });

  describe("exit", () => {
    const keys = [5, 2].map((n) => bytesToHex(fill(48, n + 1)));
    const exit = ["operator", "exit", "--pubkey", keys.join(","), "--max-fee", "0.002"];
    beforeEach(async () => {
      const state = await sampleState("fulu");
      world.beacon.state = { ...state, fork: "fulu" };
      world.node.parentBeaconRoot = headerRoot(state.header);
      const known = { withdrawalCredentials: zeroHash, balanceGwei: 32_000_000_000n };
      world.beacon.validators = [5, 2].map((index, i) => ({ ...known, pubkey: keys[i] ?? "0x", index }));
    });

    it("takes several keys, proves them, and sends enough for all", async () => {
      expect(await world.run(exit)).to.include({ status: 0 });
      const { header, bytes } = world.beacon.state ?? expect.fail("no state");
      const prover = (await loadStateCodec("minimal")).createStateProver(bytes, "fulu", header);
      const { siblings, records } = prover.proveValidators([2, 5]);
      expect(world.node.sent.map(({ contract, functionName }) => [contract, functionName])).to.deep.equal([
        ["validatorExits", "requestExit"],
      ]);
      const [sent] = world.node.sent;
      expect(sent?.args[0]).to.deep.include({ childTimestamp: 2_000_000n });
      expect(sent?.args[1]).to.deep.include({ siblings, records });
      expect(sent?.args[2]).to.equal(ether(2) / 1000n);
      expect(sent?.valueWei).to.equal(ether(4) / 1000n);
    });

    it("of a key that the beacon chain does not know sends nothing, and says which", async () => {
      world.beacon.validators.pop();
      const { status, stderr } = await world.run(exit);
      expect([status, world.node.sent.length]).to.deep.equal([1, 0]);
      expect(stderr).to.include(keys[1]);
    });
  });

  describe("claim", () => {
    const { cumulativeShares, proof } = rewardsProof(leaves, 1);
    const answer = (tree: RewardsLeaf[]) => ({
      body: stringifyJson({ report, reportHash: zeroHash, signatures: [], leaves: tree }),
    });

    it("takes the tree from the first oracle member that has the right one", async () => {
      const wrong = await startServer(() => answer([{ operatorId: 1, cumulativeShares: 1_000n }]));
      const right = await startServer(({ path }) => (path === "/v1/reports/127" ? answer(leaves) : { status: 404 }));
      const peers = `http://127.0.0.1:1,${wrong.url},${right.url}`;
      const { status, document } = await world.json(["operator", "claim", "--peers", peers]);
      await Promise.all([wrong.close(), right.close()]);
      expect(status).to.equal(0);
      expect(world.node.sent.map(({ args }) => args)).to.deep.equal([[1, cumulativeShares, proof]]);
      expect(document).to.include({ operatorId: 1, shares: "50", receiver: payment });
    });

    it("takes the leaves of a file", async () => {
      const path = await world.write("leaves.json", stringifyJson({ leaves }));
      expect((await world.run(["operator", "claim", "--leaves", path])).status).to.equal(0);
      expect(world.node.sent).to.have.length(1);
    });

    const cases: [string, (world: World) => Promise<string[]>, number, RegExp][] = [
      ["no members named", async () => [], 2, /--peers.*--leaves/],
      ["members that are not there", async () => ["--peers", "http://127.0.0.1:1"], 1, /Name other oracle members/],
      [
        "leaves of another tree",
        async (it) => ["--leaves", await it.write("l.json", stringifyJson(leaves.slice(1)))],
        1,
        /Use the leaves of the rewards tree/,
      ],
      [
        "a file that is none",
        async (it) => ["--leaves", await it.write("l.json", "[1]")],
        1,
        /Name a file with the leaves/,
      ],
      [
        "nothing that is new",
        async (it) => {
          it.node.answers["distribution.claimedShares"] = 70n;
          return ["--leaves", await it.write("l.json", stringifyJson(leaves))];
        },
        1,
        /Wait for the next report: operator 1 has claimed everything/,
      ],
      [
        "no root yet",
        async (it) => {
          it.node.answers["distribution.claimableRoot"] = [zeroHash, 0n];
          return [];
        },
        1,
        /Wait for an oracle report/,
      ],
    ];
    for (const [what, argv, wanted, says] of cases)
      it(`with ${what}: one line that says what to do`, async () => {
        const { status, stderr } = await world.run(["operator", "claim", ...(await argv(world))]);
        expect(stderr).to.match(/^error: [^\n]+\n$/);
        expect(stderr).to.match(says);
        expect([status, world.node.sent.length]).to.deep.equal([wanted, 0]);
      });
  });

  it("status shows bond, locks, batches and validators, also without a beacon node", async () => {
    const pubkey = `0x${"ab".repeat(48)}` as const;
    world.node.logs.push(logOf("manager", "Predeposited", { operatorId: 1, pubkeyRoot: zeroHash, batchId: 0, pubkey }));
    Object.assign(world.node.answers, {
      "registry.nextLock": 0n,
      "registry.lockCount": 2n,
      "registry.getLock": (id: bigint) => ({
        operatorId: Number(id) + 1,
        maturesAt: 2_000_500,
        cause: 2,
        penaltyShares: ether(1),
        lossShares: 0n,
      }),
      "registry.keyBatchCount": 2,
      "registry.getKeyBatch": (_operator: number, batch: number) => [`0x${"01".repeat(26)}`, 1_999_000, batch * 5],
      "registry.parameters": {
        faultPenaltyWei: 0n,
        bondMarginWei: 0n,
        bondRateBps: 0,
        clientCapBps: 0,
        clientCapFloorGwei: 0n,
        minBatchAgeSeconds: 60,
        appealWindowSeconds: 0,
        bondExitDelaySeconds: 0,
        exitDeadlineSeconds: 0,
        downtimePenaltyWeiPerEthEpoch: 0n,
        maxDowntimeLockBps: 0,
        maxPeriodLockWei: 0n,
        strikesToDeactivate: 1,
        theftPenaltyWei: 0n,
      },
      "manager.getValidator": {
        operatorId: 1,
        status: 2,
        depositedGwei: 5n,
        requestedAt: 0,
        index: 9,
        partialGwei: 0n,
      },
    });
    const withdrawalCredentials = zeroHash;
    world.beacon.validators = [{ pubkey, index: 9, withdrawalCredentials, balanceGwei: 33_000_000_000n }];
    const { document } = await world.json(["operator", "status"]);
    expect(document["operator"]).to.include({ operatorId: 1, name: "Blue Nodes", clientPair: "GELS", strikes: 2 });
    expect(document["locks"]).to.have.length(1);
    expect(document["batches"]).to.deep.equal([
      { batchId: 1, remaining: 5, usableAt: 1_999_060, commitment: `0x${"01".repeat(26)}` },
    ]);
    expect(document["validators"]).to.have.nested.property("[0].beacon.balanceGwei", "33000000000");
    const { status, stdout } = await world.run(["operator", "status", "--consensus", "http://127.0.0.1:1"]);
    expect(status).to.equal(0);
    expect(stdout).to.match(/Bond +20 ETH \(16 ethSTAKE\)/);
    expect(stdout).to.match(/The beacon chain was not asked: Start the beacon node/);
  });

  describe("keys generate", () => {
    const generate = async (extra: readonly string[] = []) => {
      const wordsPath = await world.write("words.txt", `${words}\n`);
      const folder = `${world.folder}/keys`;
      const from = ["--mnemonic-file", wordsPath, "--folder", folder];
      return world.json([
        "operator",
        "keys",
        "generate",
        "--operator",
        "1",
        "--num_validators",
        "2",
        ...from,
        ...extra,
      ]);
    };

    it("writes key batches for the pool that submit accepts, readable by their owner alone", async () => {
      const { status, document } = await generate();
      expect(status).to.equal(0);
      const [batch] = document["batches"] as { path: string; commitment: string }[];
      const file = parseKeyBatchFile(await readFile(batch?.path ?? "", "utf8"));
      const { withdrawalVault } = fakeDeployment.contracts;
      expect(file).to.include({ operatorId: 1, network: "devnet", commitment: batch?.commitment });
      expect(file.withdrawalCredentials).to.equal(compoundingCredentials(withdrawalVault).toLowerCase());
      expect(file.keys.map(({ pubkey }) => pubkey)).to.deep.equal(document["pubkeys"]);
      expect((await stat(batch?.path ?? "")).mode & 0o777).to.equal(0o600);
    });

    it("never uses an index twice, and refuses a start below", async () => {
      expect((await generate()).document).to.include({ startIndex: 0 });
      expect((await generate()).document).to.include({ startIndex: 2 });
      const { status, document } = await generate(["--validator_start_index", "1"]);
      expect([status, document["error"]]).to.deep.include(1);
      expect(document["error"]).to.include({ code: "INDEX_REUSED" });
    });

    it("makes new words into a file when asked, and shows them nowhere", async () => {
      const path = `${world.folder}/new.txt`;
      const { stdout, stderr, status } = await world.run(
        ["operator", "keys", "generate", "--operator", "1", "--num_validators", "1", "--new-mnemonic", path].concat([
          "--folder",
          `${world.folder}/keys`,
        ]),
      );
      expect(status).to.equal(0);
      const made = (await readFile(path, "utf8")).trim();
      expect(made.split(" ")).to.have.length(24);
      expect(stdout + stderr).not.to.include(made.split(" ").slice(0, 3).join(" "));
    });

    it("refuses another withdrawal address and a wrong mnemonic", async () => {
      const other = await generate(["--withdrawal_address", payment]);
      expect(other).to.deep.include({ status: 2 });
      const bad = await world.write("bad.txt", "abandon abandon\n");
      const { status, stderr } = await world.run(
        ["operator", "keys", "generate", "--operator", "1", "--num_validators", "1", "--mnemonic-file", bad].concat([
          "--folder",
          `${world.folder}/keys`,
        ]),
      );
      expect(status).to.equal(1);
      expect(stderr).to.match(/Check the mnemonic/);
      expect(stderr).not.to.include("abandon");
    });
  });
});

import { mkdtemp, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { SecretKey } from "@chainsafe/blst";
import { generateIdentity, identityToRecipient } from "age-encryption";
import { expect } from "chai";
import { bytesToHex, type Hex } from "viem";

import { createBeaconApi } from "../../chain/beacon/api.ts";
import { createValidatorApi } from "../../chain/beacon/validator-api.ts";
import { createExecution } from "../../chain/execution/client.ts";
import { encodeExitFile, type ExitProtection } from "../../chain/exits/exit-file.ts";
import { exitDomainOf, signExit } from "../../chain/exits/exit.ts";
import { networkByName } from "../../chain/networks.ts";
import { pubkeyRoot } from "../../chain/ssz/domains.ts";
import { headerRoot } from "../../chain/ssz/proofs.ts";
import { createKeeper } from "../../keeper/app.ts";
import { createExitFolder } from "../../keeper/exit/exit-folder.ts";
import { decideExit } from "../../keeper/exit/decide.ts";
import type { ExitCandidate, ExitSnapshot } from "../../keeper/exit/read.ts";
import { readVoluntary } from "../../keeper/exit/voluntary.ts";
import { createPublishedExits, rememberPublishedExits } from "../../keeper/store/published-exits.ts";
import { prepareKeeperStore } from "../../keeper/store/schema.ts";
import { openDatabase } from "../../runtime/database/open.ts";
import { createLogger, createSilentLogger } from "../../runtime/logger.ts";
import { credentials } from "../chain/keys/sample-keys.ts";
import { sampleState } from "../chain/ssz/support/sample-state.ts";
import { startBeaconNode, type BeaconNode } from "../chain/support/beacon-node.ts";
import { fakeDeployment, logOf, startProtocolNode, type ProtocolNode } from "../chain/support/protocol-node.ts";
import { eth, operator, rootOf, wei } from "./samples.ts";
import { candidate, snapshot } from "./support/exit-samples.ts";
import { account, managerParameters, operatorRecord, record, registryParameters } from "./support/records.ts";

const secretOf = (n: number) => SecretKey.fromKeygen(new Uint8Array(32).fill(n));
const pubkeyOf = (n: number): Hex => bytesToHex(secretOf(n).toPublicKey().toBytes());
const genesisValidatorsRoot: Hex = `0x${"0a".repeat(32)}`;
const domain = exitDomainOf({ ...networkByName("devnet"), genesisValidatorsRoot });
/** The exit that validator n, whose key is number n, has signed. */
const exitOf = (n: number, { key = n, epoch = 3, of = domain } = {}) =>
  signExit(secretOf(key).toBytes(), { epoch, validatorIndex: n }, of);
const PASSWORD = "correct horse";
const PATH = "/eth/v1/beacon/pool/voluntary_exits";

describe("the decision on signed exits", () => {
  const held = (n: number, changes: Partial<ExitCandidate> = {}, ether = 32) =>
    candidate(n, ether, { heldExit: exitOf(n), ...changes });
  const decide = (changes: Partial<ExitSnapshot>) =>
    decideExit(snapshot(changes), { maxRequestFeeWei: 100n, exitMarginSeconds: 86_400, exitWaitSeconds: 3_600 });
  const sent = (changes: Partial<ExitSnapshot>) =>
    decide(changes).intents.map(({ kind, indices }) => `${kind} ${indices.join()}`);
  const codes = (changes: Partial<ExitSnapshot>) => decide(changes).reasons.map(({ code }) => code);
  const { now } = snapshot({});

  it("publishes those that we hold before it asks for others, and parts stay requests", () => {
    const candidates = [held(1), candidate(3, 100)];
    expect(sent({ demandGwei: eth(91), candidates })).to.deep.equal(["publish 1", "partial 3"]);
    expect(sent({ demandGwei: eth(65), candidates: [held(1), candidate(2, 32)] })).to.deep.equal([
      "publish 1",
      "exit 2",
    ]);
    expect(sent({ demandGwei: eth(5), candidates: [held(3, {}, 40)] })).to.deep.equal(["partial 3"]);
  });

  it("orders nothing twice while an exit waits, or leaves and is in no report yet", () => {
    const other = candidate(2, 32);
    const demandGwei = eth(20);
    expect(sent({ demandGwei, candidates: [held(1), other] })).to.deep.equal(["publish 1"]);
    const waits = held(1, { publishedAt: now - 10, waitsAtNode: true });
    expect(sent({ demandGwei, candidates: [waits, other] })).to.be.empty;
    expect(codes({ demandGwei, candidates: [waits, other] })).to.deep.equal(["EXITS_PUBLISHED"]);
    const leaves = held(1, { leaving: true, unbooked: true, publishedAt: now - 100 });
    expect(sent({ demandGwei, candidates: [leaves, other] })).to.be.empty;
    // In the report: the demand that is left is another one.
    expect(sent({ demandGwei, candidates: [{ ...leaves, unbooked: false }, other] })).to.deep.equal(["exit 2"]);
  });

  it("counts an exit that waits only for what it brings", () => {
    const waits = held(1, { publishedAt: now - 10, waitsAtNode: true });
    const asked = decide({ demandGwei: eth(32) + eth(11), candidates: [waits, candidate(2, 100)] }).intents;
    expect(asked).to.have.length(1);
    expect(asked[0]).to.deep.include({ kind: "partial", indices: [2], amountsGwei: [eth(10)] });
  });

  it("asks by EIP-7002 once the chain has not taken it in its time, and not before", () => {
    const demandGwei = eth(20);
    const at = (publishedAt: number) => sent({ demandGwei, candidates: [held(1, { publishedAt })] });
    expect(at(now - 3_599)).to.deep.equal(["publish 1"]);
    expect(at(now - 3_600)).to.deep.equal(["exit 1"]);
    // The contract keeps book of what it asked for, so that it is asked so again.
    expect(sent({ demandGwei, candidates: [held(1, { status: "exiting", requestedAt: 1 })] })).to.deep.equal([
      "exit 1",
    ]);
  });

  it("tells a node again that has forgotten an exit, not at once and not where it did not forget", () => {
    const with_ = (changes: Partial<ExitCandidate>) => sent({ candidates: [held(1, changes)] });
    expect(with_({ publishedAt: now - 119 })).to.be.empty;
    expect(with_({ publishedAt: now - 120 })).to.deep.equal(["publish 1"]);
    expect(with_({ publishedAt: now - 120, waitsAtNode: true })).to.be.empty;
    expect(with_({ publishedAt: now - 120, heldExit: undefined })).to.be.empty;
    expect(with_({ publishedAt: now - 120, leaving: true })).to.be.empty;
  });

  it("publishes what a deactivated operator left before its deadline, and waits for the others", () => {
    const operators = [operator(1), operator(2, { status: "deactivated" })];
    const candidates = [held(1), held(2, { operatorId: 2 }), candidate(3, 32, { operatorId: 2 })];
    expect(sent({ operators, candidates })).to.deep.equal(["publish 2"]);
    expect(decide({ operators, candidates }).reasons).to.deep.include.members([
      {
        code: "EXITS_AWAITED",
        message: "Operator 2 was deactivated and is to exit validators 3: anyone may after its deadline",
        details: { operatorId: 2, indices: [3] },
      },
    ]);
    const late = [operator(1), operator(2, { status: "deactivated", exitDeadlinePassed: true })];
    expect(sent({ operators: late, candidates })).to.deep.equal(["publish 2", "exit 3"]);
    // What leaves so counts for the demand; the contract learns of it later.
    expect(sent({ operators, candidates, demandGwei: eth(32) })).to.deep.equal(["publish 2"]);
  });

  it("publishes also while a request is too dear, and none of a validator with a partial withdrawal", () => {
    const dear = { requestFeeWei: 101n, demandGwei: eth(60), candidates: [held(1), candidate(2, 32)] };
    expect(sent(dear)).to.deep.equal(["publish 1"]);
    expect(codes(dear)).to.deep.equal(["REQUEST_FEE_HIGH"]);
    expect(sent({ demandGwei: eth(20), candidates: [held(1, { pendingPartialGwei: 1n })] })).to.be.empty;
  });
});

describe("a folder of signed exits", () => {
  let folder: string;
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "ethstake-held-exits-"))));
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const put = async (name: string, exit = exitOf(1), how?: ExitProtection) => {
    await writeFile(join(folder, name), await encodeExitFile(exit, how));
    return join(folder, name);
  };
  const fast = { password: PASSWORD, kdf: "pbkdf2" } as const;
  const leaver = (n: number, changes = {}) => ({
    index: n,
    pubkey: pubkeyOf(n),
    activationEpoch: 0,
    exitEpoch: Infinity,
    ...changes,
  });
  const read = async (leavers: ReturnType<typeof leaver>[], secrets = {}, epoch = 300) => {
    const logger = createSilentLogger();
    const published = rememberPublishedExits();
    const told = new Set<string>();
    const sources = { folder: createExitFolder({ folder, secrets }), nodes: [], published, told, logger };
    const { held, reasons } = await readVoluntary(sources, leavers, { domain, epoch, minActiveEpochs: 256 }, 1_000);
    return { held: [...held.keys()], codes: reasons.map(({ code }) => code), reasons };
  };

  it("is opened with an identity or a password, or not at all", async () => {
    const identity = await generateIdentity();
    await put("signed_exit_transaction-1-9.json");
    await put("encrypted_exit-2-9.age", exitOf(2), { recipients: [await identityToRecipient(identity)] });
    await put("encrypted_exit-3-9.json", exitOf(3), fast);
    await put("notes.txt", exitOf(4));
    const leavers = [1, 2, 3, 4].map((n) => leaver(n));
    expect(await read(leavers, { identity, password: PASSWORD })).to.deep.equal({
      held: [2, 3, 1],
      codes: [],
      reasons: [],
    });
  });

  it("names each file that is wrong, with a code, and uses the others", async () => {
    const [identity, other] = [await generateIdentity(), await generateIdentity()];
    const hoodi = exitDomainOf(networkByName("hoodi"));
    await put("a.json", exitOf(1));
    await put("b-network.json", exitOf(2, { of: hoodi }));
    await put("c-key.json", exitOf(3, { key: 4 }));
    await put("d-password.json", exitOf(4), { ...fast, password: "wrong horse" });
    const sealed = await put("e-corrupt.age", exitOf(5), { recipients: [await identityToRecipient(identity)] });
    await writeFile(sealed, (await readFile(sealed, "utf8")).slice(0, -80));
    await put("f-sealed-to-another.age", exitOf(5), { recipients: [await identityToRecipient(other)] });
    await writeFile(join(folder, "g-garbage.json"), "{");
    await writeFile(join(folder, "h-long.json"), " ".repeat(70_000));
    await put("i-early.json", exitOf(6, { epoch: 301 }));
    await put("j-young.json", exitOf(7));
    await put("k-stranger.json", exitOf(8));
    await put("l-gone.json", exitOf(9));
    const leavers = [1, 2, 3, 4, 5, 6, 7, 9].map((n) =>
      leaver(n, n === 7 ? { activationEpoch: 45 } : n === 9 ? { exitEpoch: 200 } : {}),
    );
    const { held, codes, reasons } = await read(leavers, { identity, password: PASSWORD });
    expect(held).to.deep.equal([1]);
    expect(codes).to.have.members([
      "SIGNATURE_INVALID",
      "SIGNATURE_INVALID",
      "PASSWORD_WRONG",
      "IDENTITY_WRONG",
      "IDENTITY_WRONG",
      "EXIT_MALFORMED",
      "EXIT_MALFORMED",
      "EXIT_TOO_EARLY",
      "TOO_YOUNG",
      "EXIT_NOT_OURS",
    ]);
    expect(reasons.find(({ code }) => code === "PASSWORD_WRONG")?.message).to.include("d-password.json");
    expect((await read(leavers)).codes.filter((code) => code === "EXIT_ENCRYPTED")).to.have.length(3);
  });

  it("has each problem in the log once", async () => {
    await put("a-key.json", exitOf(1, { key: 4 }));
    await writeFile(join(folder, "b-garbage.json"), "{");
    const lines: string[] = [];
    const logger = createLogger({ level: "warn", format: "json", write: (line) => void lines.push(line) });
    const look = createExitFolder({ folder, secrets: {} });
    const sources = { folder: look, nodes: [], published: rememberPublishedExits(), told: new Set<string>(), logger };
    for (let i = 0; i < 2; i++)
      await readVoluntary(sources, [leaver(1)], { domain, epoch: 300, minActiveEpochs: 256 }, 1_000);
    expect(lines.map((line) => (JSON.parse(line) as { code: string }).code)).to.have.members([
      "SIGNATURE_INVALID",
      "EXIT_MALFORMED",
    ]);
  });

  it("that is not there is told, and stops nothing", async () => {
    await rm(folder, { recursive: true });
    expect(await read([leaver(1)])).to.deep.include({ held: [], codes: ["EXIT_FOLDER_MISSING"] });
  });

  it("opens a file again only when it has changed", async () => {
    const path = await put("a.json");
    const reader = createExitFolder({ folder, secrets: {} });
    const indexOf = async () => (await reader.read()).exits.map(({ exit }) => exit.validatorIndex);
    await utimes(path, 1, 1);
    expect(await indexOf()).to.deep.equal([1]);
    await put("a.json", exitOf(2));
    await utimes(path, 1, 1);
    expect(await indexOf()).to.deep.equal([1]);
    await utimes(path, 2, 2);
    expect(await indexOf()).to.deep.equal([2]);
  });
});

describe("when exits were published", () => {
  it("is kept over restarts, the first time of each, and apart for deployments", async () => {
    const database = await openDatabase({});
    await prepareKeeperStore(database);
    await createPublishedExits(database, "1/0xa").note(7, 100);
    const [again, other] = [createPublishedExits(database, "1/0xa"), createPublishedExits(database, "1/0xb")];
    await again.note(7, 200);
    expect([[...(await again.all())], [...(await other.all())]]).to.deep.equal([[[7, 100]], []]);
    await database.close();
    const memory = rememberPublishedExits();
    await memory.note(7, 100);
    await memory.note(7, 200);
    expect([...(await memory.all())]).to.deep.equal([[7, 100]]);
  }).timeout(120_000);
});

describe("a keeper that holds signed exits, at the wire", () => {
  let node: ProtocolNode;
  let beacon: BeaconNode;
  let folder: string;
  const start = (nodes = [beacon.url]) =>
    createKeeper({
      execution: createExecution({ urls: [node.url], network: networkByName("devnet"), pollingIntervalMs: 5 }),
      beacon: createBeaconApi({ url: beacon.url, attempts: 1 }),
      deployment: fakeDeployment,
      account,
      heldExits: { folder, secrets: {}, nodes: nodes.map((url) => createValidatorApi({ url, attempts: 1 })) },
    });
  const run = async (keeper = start()) => {
    const { results } = await keeper.runOnce(["exit"]);
    expect(results[0]?.error).to.equal(undefined);
    return results[0]?.reasons.map(({ code }) => code) ?? [];
  };
  const published = () => beacon.seen.filter(({ method, path }) => method === "POST" && path === PATH);
  const know = (changes: { exitEpoch?: number } = {}) => {
    beacon.validators = [2, 5].map((n) => ({
      pubkey: pubkeyOf(n),
      index: n,
      withdrawalCredentials: credentials,
      balanceGwei: eth(32),
      ...(n === 2 ? changes : {}),
    }));
  };
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "ethstake-held-exits-"));
    await writeFile(join(folder, "exit.json"), await encodeExitFile(exitOf(2), undefined));
    const state = await sampleState("fulu");
    beacon = await startBeaconNode();
    beacon.state = { ...state, fork: "fulu" };
    beacon.specChanges = { SHARD_COMMITTEE_PERIOD: "1" };
    beacon.extra[PATH] = [];
    know();
    node = await startProtocolNode({
      "manager.parameters": managerParameters,
      "manager.getValidator": record(2, eth(32)),
      "manager.consolidation": [rootOf(0), 0n],
      "registry.parameters": registryParameters,
      "registry.operatorCount": 1,
      "registry.getOperator": operatorRecord,
      "registry.freeBondWei": wei(16),
      "registry.requiredBondWei": 0n,
      "registry.exitDeadlinePassed": false,
      "distribution.slotsPerFrame": 64n,
      "distribution.lastCutoffTimestamp": 1_000_000n,
      "validatorExits.exitDemandGwei": eth(20),
      "validatorExits.requestExit": undefined,
      "withdrawalVault.withdrawalRequestFeeWei": 1n,
      "queue.lastRequestId": 1n,
      "queue.unfinalizedEtherWei": wei(20),
      "queue.parameters": { minDelaySeconds: 86_400, minRequestWei: 0n, maxRequestWei: wei(1_000) },
      "queue.getRequest": {
        owner: account.address,
        shares: wei(20),
        amountWei: wei(20),
        eligibleAt: 1n,
        pendingShares: wei(20),
        claimableShares: 0n,
        claimableWei: 0n,
      },
    });
    node.parentBeaconRoot = headerRoot(state.header);
    node.logs = [2, 5].map((n) =>
      logOf("manager", "Predeposited", {
        operatorId: 1,
        pubkeyRoot: pubkeyRoot(pubkeyOf(n)),
        batchId: 0,
        pubkey: pubkeyOf(n),
      }),
    );
  });
  afterEach(async () => {
    await Promise.all([node.close(), beacon.close()]);
    await rm(folder, { recursive: true });
  });

  it("publishes one that is wanted, once, and orders nothing else while it is on its way, also after a restart", async () => {
    await run();
    expect(published().map(({ body }) => JSON.parse(body) as unknown)).to.deep.equal([
      JSON.parse(await encodeExitFile(exitOf(2), undefined)),
    ]);
    beacon.extra[PATH] = [JSON.parse(await encodeExitFile(exitOf(2), undefined))];
    expect(await run()).to.include("EXITS_PUBLISHED");
    // In a block, and not in a report: the contract still wants 20 ETH.
    beacon.extra[PATH] = [];
    know({ exitEpoch: 50 });
    await run();
    expect([published().length, node.sent.length]).to.deep.equal([1, 0]);
    // `witness` shows it: the contract knows its state, and its ether with the next report.
    node.answers["manager.getValidator"] = (root: Hex) => record(root === pubkeyRoot(pubkeyOf(2)) ? 3 : 2, eth(32));
    node.logs.push(logOf("manager", "LeavingProven", { operatorId: 1, pubkeyRoot: pubkeyRoot(pubkeyOf(2)) }));
    await run();
    expect(node.sent).to.be.empty;
    node.answers["distribution.lastCutoffTimestamp"] = BigInt(node.timestamp);
    await run();
    expect(node.sent.map(({ functionName }) => functionName)).to.deep.equal(["requestExit"]);
  });

  it("asks by EIP-7002 when the chain has not taken it for an hour", async () => {
    const keeper = start();
    await run(keeper);
    beacon.extra[PATH] = [JSON.parse(await encodeExitFile(exitOf(2), undefined))];
    node.timestamp += 3_599;
    await run(keeper);
    expect(node.sent).to.be.empty;
    node.timestamp += 1;
    await run(keeper);
    expect(node.sent.map(({ functionName }) => functionName)).to.deep.equal(["requestExit"]);
    expect(published()).to.have.length(1);
  });

  it("gives it to every node, and goes on where none takes it", async () => {
    expect(await run(start(["http://127.0.0.1:1", beacon.url]))).not.to.include("EXIT_REFUSED");
    expect(published()).to.have.length(1);
    node.answers["validatorExits.exitDemandGwei"] = eth(40);
    expect(await run(start(["http://127.0.0.1:1"]))).to.include("EXIT_REFUSED");
    // The other validator is asked all the same.
    expect(node.sent.map(({ functionName }) => functionName)).to.deep.equal(["requestExit"]);
  });

  it("publishes nothing in a dry run, and also while gas is dear", async () => {
    const { beacon: api, execution } = {
      beacon: createBeaconApi({ url: beacon.url, attempts: 1 }),
      execution: createExecution({ urls: [node.url], network: networkByName("devnet"), pollingIntervalMs: 5 }),
    };
    const heldExits = { folder, secrets: {}, nodes: [createValidatorApi({ url: beacon.url, attempts: 1 })] };
    const options = { execution, beacon: api, deployment: fakeDeployment, account, heldExits };
    const dry = await createKeeper({ ...options, dryRun: true }).runOnce(["exit"]);
    expect(dry.actions.map(({ summary }) => summary)).to.deep.equal([
      "Publish the exit that we hold of validator 2: withdrawals need it",
    ]);
    expect(published()).to.be.empty;
    await createKeeper({ ...options, maxFeePerGasWei: 1n }).runOnce(["exit"]);
    expect(published()).to.have.length(1);
  });
});

import { expect } from "chai";
import { toHex } from "viem";

import { stringifyJson } from "../../runtime/json.ts";
import { sampleKeys } from "../chain/keys/sample-keys.ts";
import { commitmentOf } from "../../chain/keys/key-batch.ts";
import { run } from "./run.ts";
import { account, createWorld, KEY, type World } from "./world.ts";

const stake = ["stake", "--amount", "10"];
const credentials = `0x02${"00".repeat(11)}${"ab".repeat(20)}`;
const batchText = (changes: Record<string, unknown> = {}) => {
  const keys = sampleKeys(2);
  const commitment = commitmentOf({ operatorId: 1, keys });
  const file = { version: 1, network: "devnet", operatorId: 1, withdrawalCredentials: credentials };
  return stringifyJson({ ...file, amountGwei: "1000000000", commitment, keys, ...changes });
};
const submit = async (world: World, text: string) => {
  const path = await world.write("key_batch.json", text);
  return ["operator", "keys", "submit", "--batch", path];
};

type Case = {
  what: string;
  prepare?: (world: World) => void | Promise<void>;
  argv: string[] | ((world: World) => string[] | Promise<string[]>);
  env?: (world: World) => Record<string, string>;
  code: string;
  says: RegExp;
};

// What the world can be like. Each is status 1 and one line that says what to do, and nothing is sent.
const cases: Case[] = [
  {
    what: "a node of another chain",
    prepare: ({ node }) => void (node.chainId = 1),
    argv: stake,
    code: "WRONG_CHAIN",
    says: /Use an execution node of devnet \(chain 32382\).*answers chain 1/,
  },
  {
    what: "an addresses file of another network",
    argv: [...stake, "--network", "hoodi"],
    code: "WRONG_NETWORK",
    says: /Use an addresses file of hoodi/,
  },
  {
    what: "no addresses file",
    argv: ({ folder }) => [...stake, "--deployment", `${folder}/none.json`],
    code: "DEPLOYMENT_MISSING",
    says: /Deploy first, or name the addresses file.*none.json/,
  },
  {
    what: "an addresses file that is none",
    argv: async (world) => [...stake, "--deployment", await world.write("other.json", '{"chainId":1}')],
    code: "DEPLOYMENT_INVALID",
    says: /Write .*other.json again with deploy/,
  },
  {
    what: "an execution node that is not there",
    argv: [...stake, "--execution", "http://127.0.0.1:1"],
    code: "EXECUTION_UNREACHABLE",
    says: /127.0.0.1:1.*start it or name another/,
  },
  {
    what: "a beacon node that is not there",
    argv: async (world) => [...(await submit(world, batchText())), "--consensus", "http://127.0.0.1:1"],
    code: "BEACON_UNREACHABLE",
    says: /Start the beacon node at http:\/\/127.0.0.1:1 or name another/,
  },
  {
    what: "a beacon node that is syncing",
    prepare: ({ beacon }) => void (beacon.syncing = { ...beacon.syncing, is_syncing: true, sync_distance: "900" }),
    argv: (world) => submit(world, batchText()),
    code: "BEACON_NOT_READY",
    says: /is not ready: it is syncing, 900 slots behind: wait for it/,
  },
  {
    what: "a beacon node of another chain",
    prepare: ({ beacon }) => void (beacon.depositChainId = 1),
    argv: (world) => submit(world, batchText()),
    code: "WRONG_NETWORK",
    says: /Use a beacon node of devnet/,
  },
  {
    what: "no key",
    argv: stake,
    env: () => ({ ETHSTAKE_PRIVATE_KEY_FILE: "" }),
    code: "KEY_MISSING",
    says: /--private-key-file/,
  },
  {
    what: "a key file that is not there",
    argv: ({ folder }) => [...stake, "--private-key-file", `${folder}/none.txt`],
    code: "KEY_MISSING",
    says: /Make the private key file readable/,
  },
  {
    what: "a key file without a key",
    argv: async (world) => [...stake, "--private-key-file", await world.write("bad.txt", "hunter2")],
    code: "KEY_MALFORMED",
    says: /Put one private key into .*bad.txt: 64 hex digits/,
  },
  {
    what: "a malformed key in the environment",
    argv: stake,
    env: () => ({ ETHSTAKE_PRIVATE_KEY_FILE: "", ETHSTAKE_PRIVATE_KEY: "0x12" }),
    code: "CONFIG_INVALID",
    says: /ETHSTAKE_PRIVATE_KEY.*64 hex digits/,
  },
  {
    what: "no funds",
    prepare: ({ node }) => void (node.balanceWei = 10n ** 18n),
    argv: stake,
    code: "INSUFFICIENT_FUNDS",
    says: /Send ether to 0x.*it has 1 ETH and this takes 10 ETH and gas/,
  },
  {
    what: "a batch that is not there",
    argv: ({ folder }) => ["operator", "keys", "submit", "--batch", `${folder}/none.json`],
    code: "KEY_BATCH_MISSING",
    says: /Name a key batch file that can be read/,
  },
  {
    what: "a batch that is no JSON",
    argv: (world) => submit(world, "{"),
    code: "KEY_BATCH_MALFORMED",
    says: /is not JSON/,
  },
  {
    what: "a batch with a malformed key",
    argv: (world) => submit(world, batchText({ keys: [{ pubkey: "0x12", signature: "0x" }] })),
    code: "KEY_BATCH_MALFORMED",
    says: /keys.0.pubkey.*48 bytes/,
  },
  {
    what: "a batch with a bad signature",
    argv: (world) => {
      const [first, second] = sampleKeys(2);
      return submit(world, batchText({ keys: [first, { ...second, signature: first?.signature }] }));
    },
    code: "SIGNATURE_INVALID",
    says: /Make .* again: the signature of key 2 is not valid on devnet/,
  },
  {
    what: "a batch of another network",
    argv: (world) => submit(world, batchText({ network: "hoodi" })),
    code: "SIGNATURE_INVALID",
    says: /not valid on hoodi/,
  },
  {
    what: "a batch for another pool",
    prepare: ({ node }) => void (node.answers["manager.withdrawalCredentials"] = `0x${"02".repeat(32)}`),
    argv: (world) => submit(world, batchText()),
    code: "WRONG_CREDENTIALS",
    says: /again for this pool/,
  },
  {
    what: "a batch with a key that the beacon chain knows",
    prepare: ({ beacon }) => void (beacon.pendingDeposits = [sampleKeys(2)[1]?.pubkey ?? "0x"]),
    argv: (world) => submit(world, batchText()),
    code: "KEY_KNOWN",
    says: /Make a batch without 0x.*the beacon chain knows this key already/,
  },
  {
    what: "an operator of somebody else",
    prepare: ({ node }) => {
      node.refusals["registry.submitValidatorSigs"] = { errorName: "NotOperatorOwner", args: [1, account.address] };
    },
    argv: (world) => submit(world, batchText()),
    code: "CONTRACT_REVERTED",
    says: /Use the key of the owner of operator 1/,
  },
  {
    what: "a ceiling that is reached",
    prepare: ({ node }) => {
      const args = [11n * 10n ** 18n, 10n * 10n ** 18n];
      node.refusals["pool.stake"] = { errorName: "StakeCeilingReached", args };
    },
    argv: stake,
    code: "CONTRACT_REVERTED",
    says: /Stake less or after the next report: the pool would hold 11 ETH and 10 is its limit/,
  },
  {
    what: "a pause",
    prepare: ({ node }) => void (node.refusals["pool.stake"] = { errorName: "ActionPaused", args: [1, 1_800_000_000] }),
    argv: stake,
    code: "CONTRACT_REVERTED",
    says: /Try again after 2027-01-15T08:00:00Z: this is paused/,
  },
  {
    what: "a rate that has moved",
    prepare: ({ node }) => void (node.refusals["pool.stake"] = { errorName: "SharesBelowMinimum", args: [1n, 2n] }),
    argv: stake,
    code: "CONTRACT_REVERTED",
    says: /look at the rate and lower --min-shares/,
  },
  {
    what: "a ticket that does not exist",
    prepare: ({ node }) =>
      void (node.refusals["queue.claimableWei"] = { errorName: "ERC721NonexistentToken", args: [7n] }),
    argv: ["claim", "--request", "7"],
    code: "CONTRACT_REVERTED",
    says: /Name another ticket: 7/,
  },
  {
    what: "an account that owns no operator",
    argv: ["operator", "status"],
    code: "NO_OPERATOR",
    says: /Register first, or name an operator with --operator/,
  },
];

describe("trouble with the world", () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld({
      "pool.convertToShares": (amount: bigint) => amount,
      "pool.stake": 1n,
      "manager.withdrawalCredentials": credentials,
      "manager.getValidator": {
        operatorId: 0,
        status: 0,
        depositedGwei: 0n,
        requestedAt: 0,
        index: 0,
        partialGwei: 0n,
      },
      "registry.keyBatchCount": 3,
      "registry.submitValidatorSigs": undefined,
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
    });
  });
  afterEach(() => world.close());

  for (const { what, prepare, argv, env, code, says } of cases) {
    it(`${what}: one line that says what to do`, async () => {
      await prepare?.(world);
      const line = typeof argv === "function" ? await argv(world) : argv;
      const { status, stdout, stderr } = await world.run(line, env?.(world));
      expect(status).to.equal(1);
      expect(stdout).to.equal("");
      expect(stderr).to.match(/^error: [^\n]+\n$/);
      expect(stderr).to.match(says);
      expect(stderr).not.to.include(KEY);
      expect(world.node.sent).to.be.empty;
      const printed = await world.run([...line, "--json"], env?.(world));
      const { error } = JSON.parse(printed.stdout) as { error: { code: string; message: string } };
      expect(error.code).to.equal(code);
      expect(`error: ${error.message}\n`).to.equal(stderr);
    });
  }

  it("the same batch is accepted when nothing is wrong", async () => {
    const { status, stderr } = await world.run(await submit(world, batchText()));
    expect([status, stderr]).to.deep.equal([0, ""]);
    const { operatorId, keys } = { operatorId: 1, keys: sampleKeys(2) };
    expect(world.node.sent.map(({ args }) => args)).to.deep.equal([[1, 3, commitmentOf({ operatorId, keys }), 2]]);
  });

  it("nobody to confirm: nothing is sent without --yes, and a person's word counts", async () => {
    const env = {
      DEPLOYMENT_FILE: world.deploymentPath,
      EXECUTION_CLIENT_URI: world.node.url,
      ETHSTAKE_PRIVATE_KEY: toHex(BigInt(`0x${KEY}`), { size: 32 }),
    };
    const silent = await run(stake, { env });
    expect(silent.stderr).to.match(/^error: Add --yes/);
    const no = await run(stake, { env, confirm: async () => false });
    expect(no.stderr).to.match(/^error: Nothing was sent/);
    expect([silent.status, no.status, world.node.sent.length]).to.deep.equal([1, 1, 0]);
    const asked: string[] = [];
    const yes = await run(stake, { env, confirm: async (question) => asked.push(question) > 0 });
    expect([yes.status, world.node.sent.length]).to.deep.equal([0, 1]);
    expect(asked).to.deep.equal([`Stake 10 ETH for at least 9.990000 ethSTAKE to ${account.address}. Go on?`]);
  });
});

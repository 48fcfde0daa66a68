import { NETWORKS } from "../../../chain/networks.ts";
import { startServer, type TestServer } from "../../chain/support/http-server.ts";
import { GENESIS_FORK_VERSION } from "../support/deposits.ts";
import {
  attests,
  blockAtOrBefore,
  GENESIS_TIME,
  SECONDS_PER_SLOT,
  SLOTS_PER_EPOCH,
  type WorldBlock,
  type WorldChain,
} from "./chain.ts";

type Answer = Awaited<ReturnType<Parameters<typeof startServer>[0]>>;
type Request = { path: string; body: string };

/** A beacon node over HTTP; a test may put words in its mouth. */
export type BeaconStub = TestServer & {
  chain: WorldChain;
  version: string;
  /** Answers in place of the truth; undefined leaves it. */
  lie: (request: Request, truth: () => Answer) => Answer | undefined | Promise<Answer | undefined>;
};

const root = `0x${"0a".repeat(32)}`;

/** Starts a node that tells the truth about a chain. */
export async function startBeacon(chain: WorldChain, version: string): Promise<BeaconStub> {
  const state: Pick<BeaconStub, "chain" | "version" | "lie"> = { chain, version, lie: () => undefined };
  const server = await startServer(async (request) => {
    const truth = () => answer(state, request);
    return (await state.lie(request, truth)) ?? truth();
  });
  return Object.assign(state, server);
}

/** An answer in the envelope of the Beacon API. */
export function data(value: unknown, extra: Record<string, unknown> = {}): Answer {
  return { headers: { "content-type": "application/json" }, body: { ...extra, data: value } };
}

function answer({ chain, version }: Pick<BeaconStub, "chain" | "version">, { path, body }: Request): Answer {
  const [base = "", query = ""] = path.split("?");
  const parts = base.split("/");
  const id = parts.at(-1) ?? "";
  if (base.endsWith("/genesis"))
    return data({
      genesis_time: String(GENESIS_TIME),
      genesis_validators_root: root,
      genesis_fork_version: GENESIS_FORK_VERSION,
    });
  if (base.endsWith("/config/spec"))
    return data({
      PRESET_BASE: "minimal",
      SECONDS_PER_SLOT: String(SECONDS_PER_SLOT),
      SLOTS_PER_EPOCH: String(SLOTS_PER_EPOCH),
      DEPOSIT_CONTRACT_ADDRESS: NETWORKS.devnet.depositContract,
      DEPOSIT_CHAIN_ID: String(NETWORKS.devnet.chainId),
      GENESIS_FORK_VERSION,
      CAPELLA_FORK_VERSION: NETWORKS.devnet.capellaForkVersion,
    });
  if (base.endsWith("/node/syncing"))
    return data({
      head_slot: String(chain.head.slot),
      sync_distance: "0",
      is_syncing: false,
      is_optimistic: false,
      el_offline: false,
    });
  if (base === "/eth/v1/node/version") return data({ version });
  if (base.endsWith("/finality_checkpoints")) {
    const checkpoint = { epoch: String(chain.finalizedEpoch), root: finalBlock(chain).root };
    return data({ previous_justified: checkpoint, current_justified: checkpoint, finalized: checkpoint });
  }
  if (base.startsWith("/eth/v1/beacon/headers/")) return ofBlock(chain, id, (block) => headerAnswer(chain, block));
  if (base.startsWith("/eth/v2/debug/beacon/states/"))
    return ofBlock(chain, id, ({ state, fork }) => ({
      body: state,
      headers: { "content-type": "application/octet-stream", "eth-consensus-version": fork },
    }));
  if (base.startsWith("/eth/v2/beacon/blocks/"))
    return ofBlock(chain, id, (block) => data({ message: { body: bodyOf(chain, block) } }, { version: block.fork }));
  if (base.startsWith("/eth/v1/beacon/rewards/attestations/")) {
    const ids = JSON.parse(body) as string[];
    return data({
      total_rewards: ids.map((index) => ({
        validator_index: index,
        head: "1",
        target: attests(chain, Number(index), Number(id)) ? "5" : "-5",
        source: "1",
      })),
    });
  }
  return { status: 404, body: { code: 404, message: `${base} ${query}` } };
}

/** A Gloas block orders its payload on top of the one of the block before. */
function bodyOf({ blocks }: WorldChain, { fork, execution }: WorldBlock) {
  if (fork === "fulu") return { execution_payload: { block_hash: execution.hash } };
  const before = blocks.find(({ execution: { number } }) => number === execution.number - 1);
  const message = { parent_block_hash: before?.execution.hash, block_hash: execution.hash };
  return { signed_execution_payload_bid: { message } };
}

function headerAnswer(chain: WorldChain, { root: blockRoot, header, slot }: WorldBlock): Answer {
  const message = {
    slot: String(header.slot),
    proposer_index: String(header.proposerIndex),
    parent_root: header.parentRoot,
    state_root: header.stateRoot,
    body_root: header.bodyRoot,
  };
  const value = { root: blockRoot, canonical: true, header: { message } };
  return data(value, { finalized: slot <= chain.finalizedEpoch * SLOTS_PER_EPOCH, execution_optimistic: false });
}

function ofBlock(chain: WorldChain, id: string, make: (block: WorldBlock) => Answer): Answer {
  const found =
    id === "head"
      ? chain.head
      : chain.blocks.find(
          ({ slot, root: own, header }) => String(slot) === id || own === id || header.stateRoot === id,
        );
  return found === undefined ? { status: 404, body: { code: 404, message: "not found" } } : make(found);
}

function finalBlock(chain: WorldChain): WorldBlock {
  return blockAtOrBefore(chain, chain.finalizedEpoch * SLOTS_PER_EPOCH);
}

import { BeaconChain } from "@lodestar/beacon-node/chain";
import type { BeaconConfig } from "@lodestar/config";
import {
  createBeaconStateViewForHistoricalRegen,
  DataAvailabilityStatus,
  ExecutionPayloadStatus,
} from "@lodestar/state-transition";
import { fromHex } from "@lodestar/utils";

const ARCHIVE_TIMEOUT_MS = 20_000;

type StateBySlot = Awaited<ReturnType<BeaconChain["getHistoricalStateBySlot"]>>;
type StateByRoot = Awaited<ReturnType<BeaconChain["getStateByStateRoot"]>>;

/**
 * Lodestar's beacon chain that answers for every state since genesis. The stock node rebuilds old states in a
 * worker thread over a database on disk, and only those of slots that have a block.
 */
export class DevnetChain extends BeaconChain {
  override async getHistoricalStateBySlot(slot: number): Promise<StateBySlot> {
    await this.archived();
    if (slot >= this.forkChoice.getFinalizedBlock().slot) return null;
    return { state: await this.#rebuildState(slot), executionOptimistic: false, finalized: true };
  }

  override async getStateByStateRoot(
    stateRoot: string,
    options?: Parameters<BeaconChain["getStateByStateRoot"]>[1],
  ): Promise<StateByRoot> {
    if (this.forkChoice.getAllNodes().some((node) => node.stateRoot === stateRoot)) {
      return super.getStateByStateRoot(stateRoot, { ...options, allowRegen: true });
    }
    const root = fromHex(stateRoot);
    for await (const block of this.db.blockArchive.valuesStream({ gte: 0 })) {
      if (Buffer.compare(block.message.stateRoot, root) === 0) return this.getHistoricalStateBySlot(block.message.slot);
    }
    return super.getStateByStateRoot(stateRoot, options);
  }

  /** Finalised blocks move from one store to another in the background; waits until they have arrived. */
  async archived(): Promise<void> {
    const finalized = () => this.forkChoice.getFinalizedCheckpoint().rootHex;
    const deadlineMs = performance.now() + ARCHIVE_TIMEOUT_MS;
    while (this.forkChoice.forwarditerateAncestorBlocks()[0]?.blockRoot !== finalized()) {
      if (performance.now() > deadlineMs) throw new Error("Finalised blocks were not archived: see the consensus log");
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** The nearest stored state (one an epoch is kept), the blocks after it, then empty slots. */
  async #rebuildState(slot: number): Promise<Uint8Array> {
    const [stateBytes] = await this.db.stateArchive.binaries({ lte: slot, limit: 1, reverse: true });
    if (stateBytes === undefined) throw new Error(`No state is stored at or before slot ${slot}`);
    let state = createBeaconStateViewForHistoricalRegen({
      useNative: false,
      config: this.config as BeaconConfig,
      stateBytes,
    });
    for await (const block of this.db.blockArchive.valuesStream({ gt: state.slot, lte: slot })) {
      state = state.stateTransition(
        block,
        {
          verifyProposer: false,
          verifySignatures: false,
          verifyStateRoot: true,
          executionPayloadStatus: ExecutionPayloadStatus.valid,
          dataAvailabilityStatus: DataAvailabilityStatus.Available,
        },
        {},
      );
    }
    return (state.slot < slot ? state.processSlots(slot) : state).serialize();
  }
}

import { BeaconChain } from "@lodestar/beacon-node/chain";
import type { BeaconConfig } from "@lodestar/config";
import {
  createBeaconStateViewForHistoricalRegen,
  DataAvailabilityStatus,
  ExecutionPayloadStatus,
} from "@lodestar/state-transition";
import { toHex } from "@lodestar/utils";

const ARCHIVE_TIMEOUT_MS = 20_000;

type StateBySlot = Awaited<ReturnType<BeaconChain["getHistoricalStateBySlot"]>>;
type StateByRoot = Awaited<ReturnType<BeaconChain["getStateByStateRoot"]>>;

/**
 * Lodestar's beacon chain that answers for every state since genesis. The stock node rebuilds old states in a
 * worker thread over a database on disk, and only those of slots that have a block.
 */
export class DevnetChain extends BeaconChain {
  readonly #slotByStateRoot = new Map<string, number>();
  #unindexedSlot = 0;

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
    await this.#indexArchive();
    const slot = this.#slotByStateRoot.get(stateRoot.toLowerCase());
    return slot === undefined ? super.getStateByStateRoot(stateRoot, options) : this.getHistoricalStateBySlot(slot);
  }

  /** Decodes each archived block once, however many states are asked for. */
  async #indexArchive(): Promise<void> {
    for await (const { message } of this.db.blockArchive.valuesStream({ gte: this.#unindexedSlot })) {
      this.#slotByStateRoot.set(toHex(message.stateRoot), message.slot);
      this.#unindexedSlot = message.slot + 1;
    }
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

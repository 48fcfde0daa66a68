import type { Hex } from "viem";
import type { ChainPosition, DevnetStatus } from "./control/protocol.ts";

export interface DevnetOptions {
  /** Virtual: nothing moves until asked. Live: by the wall clock. */
  mode: "virtual" | "live";
  /** Validators that are active from the start; 64 unless told. */
  validatorCount?: number;
  /** Epoch up to which exits of others fill the exit queue from the start; none does unless told. */
  exitQueueUntilEpoch?: number;
  /** 12 in virtual mode, 2 in live mode unless told. */
  secondsPerSlot?: number;
  /** Ports on 127.0.0.1; 0 or nothing takes a free one. */
  executionPort?: number;
  enginePort?: number;
  beaconPort?: number;
  controlPort?: number;
  /** Unix seconds. Fixed in virtual mode unless told, so that every run makes the same chain. */
  genesisTime?: number;
  /** Where the processes write their logs; without it they go to standard error. Nothing else is ever written. */
  dataDir?: string;
  /** error (the default), warn, info, verbose or debug. */
  logLevel?: string;
  /** More accounts with ether from the start, beside those of the mnemonic. */
  prefund?: readonly { address: Hex; balanceWei: bigint }[];
}

export interface AdvanceOptions {
  slots: number;
  /** Which of these slots stay without a block: 1 is the next one. */
  skip?: readonly number[];
  /** Called after every slot. */
  onSlot?: (position: ChainPosition) => void;
}

/** Where the chain stands after the last slot, and how long it took. */
export interface AdvanceResult extends ChainPosition {
  milliseconds: number;
}

export interface ValidatorKeyOptions {
  secretKey: Uint8Array;
  feeRecipient: Hex;
}

/** A handle on a running network. */
export interface Devnet {
  readonly mode: "virtual" | "live";
  readonly executionUrl: string;
  readonly beaconUrl: string;
  readonly controlUrl: string;
  readonly chainId: number;
  readonly genesisTime: number;
  readonly secondsPerSlot: number;
  readonly slotsPerEpoch: number;
  readonly depositContract: Hex;
  /** Unix seconds: virtual time as of the last call through this handle, or the wall clock. */
  now(): number;
  /** The slot of {@link now}. */
  slot(): number;
  /** Runs slots (virtual mode only), one request a slot, so that progress can be shown. */
  advance(options: AdvanceOptions): Promise<AdvanceResult>;
  /** Keys that the devnet's validator client runs from now on, beside those of genesis. Their deposits are the caller's. */
  addValidators(validators: readonly ValidatorKeyOptions[]): Promise<void>;
  /** These validators sign nothing until they are online again. */
  setOffline(pubkeys: readonly Hex[]): Promise<void>;
  setOnline(pubkeys: readonly Hex[]): Promise<void>;
  status(): Promise<DevnetStatus>;
  /** Ends the network if this handle started it; a handle from connectDevnet only lets go. */
  stop(): Promise<void>;
}

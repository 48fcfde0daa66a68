// Every transaction is written down before it leaves, so that no crash can make it forgotten or sent twice.
import type { Address, Hex, TransactionReceipt } from "viem";

import type { RecordSigned } from "./submit.ts";

/** What became of a transaction that was written down. */
export type Outcome =
  | { kind: "mined" | "reverted"; blockNumber: bigint; gasUsed: bigint; costWei: bigint }
  /** Another of the same nonce is in a block; with the hash where that is one of ours. */
  | { kind: "replaced"; by?: Hex | undefined }
  /** The nodes would not take it, and its nonce is free. */
  | { kind: "refused" };

/** A transaction of which nothing more is known than that it may be on its way. */
export type OpenTransaction = {
  account: Address;
  nonce: number;
  hash: Hex;
  raw: Hex;
  what: string;
  /** Unix seconds. */
  recordedAt: number;
};

export type TransactionLedger = {
  /** Resolves when it survives a loss of power; throws, so that nothing leaves, while another one is open. */
  record: RecordSigned;
  /** The same for one that takes the place of those that are open with its nonce. */
  recordReplacement: RecordSigned;
  close(hash: Hex, outcome: Outcome): Promise<void>;
  /** Of all accounts, oldest nonce first. */
  open(): Promise<OpenTransaction[]>;
};

/** The outcome of a transaction that is in a block. */
export function includedOutcome({ status, blockNumber, gasUsed }: TransactionReceipt, costWei: bigint): Outcome {
  return { kind: status === "success" ? "mined" : "reverted", blockNumber, gasUsed, costWei };
}

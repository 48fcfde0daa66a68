import type { Hex } from "viem";

import type { Stage } from "../network/stage.ts";
import type { Program } from "../network/program.ts";
import type { LedgerMemory } from "../network/ledger/memory.ts";
import type { Gate } from "./gate.ts";
import type { OperatorPerson } from "./people.ts";
import type { Fees } from "./fees.ts";
import type { Outages } from "./outages.ts";
import type { Sender } from "./sender.ts";

export type KnownOperator = { operatorId: number; person: OperatorPerson; masterKey: Uint8Array; nextKey: number };
/** A validator whose key this simulation holds. */
export type OwnKey = { pubkey: Hex; secretKey: Uint8Array; operatorId: number };

/** The stage, and what the simulation knows and moves beside it. */
export type World = {
  stage: Stage;
  keeper: Program;
  gates: { beacon: Gate; execution: Gate };
  sender: Sender;
  outages: Outages;
  fees: Fees;
  memory: LedgerMemory;
  operators: KnownOperator[];
  keys: Map<Hex, OwnKey>;
  /** Ours that were slashed, and are not proven to the contracts yet. */
  toShow: Set<Hex>;
  /** Validators of others that are still theirs to use, by their number in the genesis state. */
  outsiders: number[];
  /** Oracle members that were killed, by the fault that did it. */
  withoutPower: Map<string, readonly Program[]>;
  /** Reference slots of reports that were held and then confirmed. */
  reviewed: bigint[];
  /** How often a program that had ended by itself was started again, by its name. */
  restarts: Map<string, number>;
  /** Slots without a block until this slot, every second one. */
  skipUntilSlot: number;
  /** What a scenario's steps write down for its end. */
  marks: Map<string, bigint>;
  /** Faults that could not be made, and why. */
  notes: string[];
};

import { decodeTrace, type Step } from "./trace.ts";

/** In the order in which they are told. */
export const KINDS = [
  "base and calldata",
  "cold accounts",
  "cold reads",
  "writes",
  "warm",
  "events",
  "precompiles",
  "computing",
  "refund",
] as const;
export type Kind = (typeof KINDS)[number];

/** Gas, and how many instructions it was paid for; computing is not counted. */
export type Part = { gas: number; count: number };

/** What gas was for: by contract, and there by kind. What belongs to the transaction alone is under "transaction". */
export type Breakdown = ReadonlyMap<string, ReadonlyMap<Kind, Part>>;

/** A call that runs: whose storage it works on, and what its caller did to begin it. */
type Frame = { contract: string; first: Step; call?: Step };

const TRANSACTION = "transaction";
const BASE_GAS = 21_000;
const COLD_ACCOUNT_GAS = 2600;
const COLD_SLOT_GAS = 2100;
const LAST_PRECOMPILE = 0x11n;

/**
 * Says what the gas of a transaction was for. What a call itself costs is its caller's; what runs in a `delegatecall` is
 * its proxy's.
 *
 * @param trace Of the default tracer of `debug_traceTransaction`.
 * @param nameOf Name of a contract by its address, in lower case.
 */
export function breakDown(
  trace: unknown,
  { input, to, gasUsed }: { input: Uint8Array; to: string; gasUsed: number },
  nameOf: (address: string) => string,
): Breakdown {
  const parts = new Map<string, Map<Kind, Part>>();
  let bookedGas = 0;
  const book = (contract: string, kind: Kind, gas: number, counted = 1): void => {
    const ofContract = parts.get(contract) ?? new Map<Kind, Part>();
    const part = ofContract.get(kind) ?? { gas: 0, count: 0 };
    parts.set(contract, ofContract.set(kind, { gas: part.gas + gas, count: part.count + counted }));
    bookedGas += gas;
  };
  const bookStep = (contract: string, step: Step, gas: number): void => {
    const kind = kindOf(step, gas);
    book(contract, kind, gas, kind === "computing" ? 0 : 1);
  };

  book(TRANSACTION, "base and calldata", BASE_GAS + calldataGas(input));
  const frames: Frame[] = [];
  const steps = decodeTrace(trace);
  for (const [i, step] of steps.entries()) {
    const frame = frames.at(-1) ?? { contract: nameOf(to), first: step };
    if (frames.length === 0) frames.push(frame);
    const next = steps[i + 1];
    if (next !== undefined && next.depth > step.depth) {
      const contract = step.op === "DELEGATECALL" ? frame.contract : nameOf(calleeOf(step));
      frames.push({ contract, first: next, call: step });
    } else if (next === undefined || next.depth === step.depth) {
      bookStep(frame.contract, step, next === undefined ? step.gasCost : step.gas - next.gas);
    } else {
      bookStep(frame.contract, step, step.gasCost);
      frames.pop();
      const caller = frames.at(-1);
      const ranGas = frame.first.gas - (step.gas - step.gasCost);
      if (caller && frame.call) bookStep(caller.contract, frame.call, frame.call.gas - next.gas - ranGas);
    }
  }
  if (bookedGas !== gasUsed) book(TRANSACTION, "refund", gasUsed - bookedGas);
  return parts;
}

/** What the first has more than the second. */
export function differenceOf(more: Breakdown, less: Breakdown): Breakdown {
  return new Map(
    [...more].map(([contract, parts]) => {
      const others = less.get(contract);
      const left = [...parts].map(([kind, { gas, count }]): [Kind, Part] => {
        const other = others?.get(kind) ?? { gas: 0, count: 0 };
        return [kind, { gas: gas - other.gas, count: count - other.count }];
      });
      return [contract, new Map(left)];
    }),
  );
}

/** https://eips.ethereum.org/EIPS/eip-2028 */
function calldataGas(input: Uint8Array): number {
  return input.reduce((gas, byte) => gas + (byte === 0 ? 4 : 16), 0);
}

/** What an instruction is paid for. */
function kindOf(step: Step, gas: number): Kind {
  if (step.op.startsWith("LOG")) return "events";
  if (step.op === "SSTORE") return gas >= COLD_SLOT_GAS ? "writes" : "warm";
  if (step.op === "SLOAD") return gas >= COLD_SLOT_GAS ? "cold reads" : "warm";
  const isCall = /^(CALL|STATICCALL|DELEGATECALL)$/.test(step.op);
  if (isCall && BigInt(calleeOf(step)) <= LAST_PRECOMPILE) return "precompiles";
  if (isCall || /^(EXTCODE|BALANCE)/.test(step.op)) return gas >= COLD_ACCOUNT_GAS ? "cold accounts" : "warm";
  return "computing";
}

/** Whom a call is to. */
function calleeOf({ stack }: Step): string {
  return `0x${BigInt(stack.at(-2) ?? 0)
    .toString(16)
    .padStart(40, "0")}`;
}

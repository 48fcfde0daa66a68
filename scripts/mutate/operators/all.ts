import { argumentSwap, arithmetic, boundary, condition, constant, logic, relation, twin } from "./expressions.ts";
import { answer, deletion, earlyReturn, instruction, modifierRemoval, requirement } from "./statements.ts";
import type { Operator } from "./types.ts";

/** Every way to be wrong that is tried. */
export const OPERATORS: readonly Operator[] = [
  boundary,
  relation,
  arithmetic,
  logic,
  condition,
  constant,
  argumentSwap,
  twin,
  deletion,
  requirement,
  modifierRemoval,
  answer,
  earlyReturn,
  instruction,
];

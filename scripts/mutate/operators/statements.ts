import { child, list, typeOf, word } from "../ast.ts";
import type { Operator } from "./types.ts";

const DELETABLE = [
  "ExpressionStatement",
  "EmitStatement",
  "RevertStatement",
  "YulExpressionStatement",
  "YulAssignment",
];

/** A statement that was forgotten: a check, a write, an event, a call. */
export const deletion: Operator = {
  name: "deletion",
  changes: (node, _source, above) => {
    // A loop that never steps only runs out of gas.
    if (!DELETABLE.includes(node.nodeType) || above.at(-1)?.nodeType === "ForStatement") return [];
    // Outside of assembly the semicolon stays behind, and needs an expression before it.
    return [{ node, replacement: node.nodeType.startsWith("Yul") ? "" : "0" }];
  },
};

/** A check that refuses what is right and lets pass what is wrong. */
export const requirement: Operator = {
  name: "requirement",
  changes: (node, { textOf }) => {
    const [checked] = list(node, "arguments");
    const called = child(node, "expression");
    if (node.nodeType !== "FunctionCall" || checked === undefined || called === undefined) return [];
    // A comparison that is turned around is a relation, and tried already.
    if (word(called, "name") !== "require" || checked.nodeType === "BinaryOperation") return [];
    return [{ node: checked, replacement: `!(${textOf(checked)})` }];
  },
};

/** A modifier that was forgotten. */
export const modifierRemoval: Operator = {
  name: "modifier-removal",
  changes: (node, _source, above) => {
    const owner = above.at(-1);
    const bound = node.nodeType === "ModifierInvocation" && word(node, "kind") === "modifierInvocation";
    return bound && owner?.nodeType === "FunctionDefinition" ? [{ node, replacement: "" }] : [];
  },
};

/** An answer that is nothing, or the opposite. */
export const answer: Operator = {
  name: "answer",
  changes: (node, { textOf }) => {
    const given = child(node, "expression");
    if (node.nodeType !== "Return" || given === undefined) return [];
    const nothing = nothingOf(typeOf(given), textOf(given));
    return nothing === undefined ? [] : [{ node: given, replacement: nothing }];
  },
};

/** A function that ends before it does anything. */
export const earlyReturn: Operator = {
  name: "early-return",
  changes: (node) => {
    const body = child(node, "body");
    const [first] = body === undefined ? [] : list(body, "statements");
    if (node.nodeType !== "FunctionDefinition" || word(node, "kind") === "constructor" || first === undefined)
      return [];
    const names = list(child(node, "returnParameters") ?? node, "parameters").map((one) => word(one, "name"));
    if (names.includes("")) return [];
    const [start = 0, , file = 0] = first.src.split(":").map(Number);
    const values = names.length > 1 ? ` (${names.join(", ")})` : names.map((name) => ` ${name}`).join("");
    return [{ node: { nodeType: "Before", src: `${start}:0:${file}` }, replacement: `return${values}; ` }];
  },
};

/** Another instruction in assembly. */
export const instruction: Operator = {
  name: "instruction",
  changes: (node) => {
    if (node.nodeType !== "YulFunctionCall") return [];
    const called = child(node, "functionName");
    const other = called === undefined ? undefined : INSTRUCTIONS[word(called, "name")];
    return called === undefined || other === undefined ? [] : [{ node: called, replacement: other }];
  },
};

const INSTRUCTIONS: Readonly<Record<string, string>> = {
  add: "sub",
  sub: "add",
  mul: "div",
  div: "mul",
  and: "or",
  or: "and",
  shl: "shr",
  shr: "shl",
  lt: "gt",
  gt: "lt",
  eq: "sub",
  iszero: "not",
  mstore: "mstore8",
};

function nothingOf(type: string, text: string): string | undefined {
  if (type === "bool") return `!(${text})`;
  if (/^u?int\d*$/.test(type) || type === "address" || /^bytes\d+$/.test(type))
    return text === "0" ? undefined : `${type}(0)`;
  return undefined;
}

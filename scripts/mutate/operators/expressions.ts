import { child, list, typeOf, word, type Node } from "../ast.ts";
import type { Change, Operator, Source } from "./types.ts";

const BOUNDARIES: Readonly<Record<string, string>> = { "<": "<=", "<=": "<", ">": ">=", ">=": ">" };
const OPPOSITES: Readonly<Record<string, string>> = {
  "<": ">=",
  "<=": ">",
  ">": "<=",
  ">=": "<",
  "==": "!=",
  "!=": "==",
};
const ARITHMETIC: Readonly<Record<string, string>> = {
  "+": "-",
  "-": "+",
  "*": "/",
  "/": "*",
  "%": "*",
  "&": "|",
  "|": "&",
  "^": "&",
  "<<": ">>",
  ">>": "<<",
};
const LOGIC: Readonly<Record<string, string>> = { "&&": "||", "||": "&&" };
/** Names that have a twin which rounds, picks or steps the other way. */
const TWINS: readonly [RegExp, string][] = [
  [/Down$/, "Up"],
  [/Up$/, "Down"],
  [/^min$/, "max"],
  [/^max$/, "min"],
];

/** Off by one at the edge. */
export const boundary: Operator = { name: "boundary", changes: (node, source) => swapped(node, source, BOUNDARIES) };
/** The opposite comparison. */
export const relation: Operator = { name: "relation", changes: (node, source) => swapped(node, source, OPPOSITES) };
/** Another sum, also where it is assigned. */
export const arithmetic: Operator = {
  name: "arithmetic",
  changes: (node, source) => [...swapped(node, source, ARITHMETIC), ...swappedAssignment(node, source)],
};
/** And for or. */
export const logic: Operator = { name: "logic", changes: (node, source) => swapped(node, source, LOGIC) };

/** A condition that is the opposite; of an `if` also one that always or never holds. */
export const condition: Operator = {
  name: "condition",
  changes: (node, { textOf }) => {
    if (node.nodeType === "UnaryOperation" && word(node, "operator") === "!") {
      const inner = child(node, "subExpression");
      return inner === undefined ? [] : [{ node, replacement: textOf(inner) }];
    }
    const tested = child(node, "condition");
    if (tested === undefined) return [];
    if (node.nodeType === "IfStatement") return ["true", "false"].map((replacement) => ({ node: tested, replacement }));
    return node.nodeType === "Conditional" ? [{ node: tested, replacement: `!(${textOf(tested)})` }] : [];
  },
};

/** A number that is one more, or nothing; the other truth; an empty text. */
export const constant: Operator = {
  name: "constant",
  changes: (node) => {
    if (node.nodeType === "YulLiteral") return numbersInstead(node, word(node, "value"));
    if (node.nodeType !== "Literal") return [];
    const value = word(node, "value");
    if (word(node, "kind") === "bool") return [{ node, replacement: value === "true" ? "false" : "true" }];
    if (word(node, "kind") === "number") return numbersInstead(node, value, word(node, "subdenomination"));
    return [];
  },
};

/** Two arguments of one type that are taken for each other. */
export const argumentSwap: Operator = {
  name: "argument-swap",
  changes: (node, { textOf }) => {
    if (node.nodeType !== "FunctionCall" || word(node, "kind") === "typeConversion") return [];
    const given = list(node, "arguments");
    return given.slice(1).flatMap((second, i) => {
      const first = given[i];
      if (first === undefined || typeOf(first) !== typeOf(second) || textOf(first) === textOf(second)) return [];
      return [{ node: spanning(first, second), replacement: betweenSwapped(first, second, textOf) }];
    });
  },
};

/** A call of the twin that rounds the other way. */
export const twin: Operator = {
  name: "twin",
  changes: (node) => {
    if (node.nodeType !== "MemberAccess") return [];
    const name = word(node, "memberName");
    const other = TWINS.find(([ending]) => ending.test(name));
    const place = node["memberLocation"];
    if (other === undefined || typeof place !== "string") return [];
    return [{ node: { nodeType: "Name", src: place }, replacement: name.replace(...other) }];
  },
};

function swapped(node: Node, { textOf }: Source, instead: Readonly<Record<string, string>>): Change[] {
  if (node.nodeType !== "BinaryOperation") return [];
  const other = instead[word(node, "operator")];
  const [left, right] = [child(node, "leftExpression"), child(node, "rightExpression")];
  if (other === undefined || left === undefined || right === undefined) return [];
  return [{ node, replacement: `${textOf(left)} ${other} ${textOf(right)}` }];
}

function swappedAssignment(node: Node, { textOf }: Source): Change[] {
  const operator = word(node, "operator");
  const other = ARITHMETIC[operator.slice(0, -1)];
  const [left, right] = [child(node, "leftHandSide"), child(node, "rightHandSide")];
  if (node.nodeType !== "Assignment" || operator === "=" || other === undefined) return [];
  if (left === undefined || right === undefined) return [];
  return [{ node, replacement: `${textOf(left)} ${other}= ${textOf(right)}` }];
}

function numbersInstead(node: Node, value: string, unit = ""): Change[] {
  if (!/^(0x[0-9a-fA-F]+|[0-9_]+(e[0-9]+)?)$/.test(value)) return [];
  const plain = value.replaceAll("_", "");
  const [base = "0", exponent] = plain.startsWith("0x") ? [plain] : plain.split("e");
  const now = BigInt(base) * 10n ** BigInt(exponent ?? 0);
  // The same number of digits, so that a hexadecimal literal keeps its type.
  const write = (next: bigint) =>
    base.startsWith("0x") ? `0x${next.toString(16).padStart(base.length - 2, "0")}` : `${next}`;
  return [now + 1n, 0n]
    .filter((next) => next !== now)
    .map((next) => ({ node, replacement: `${write(next)} ${unit}`.trim() }));
}

/** A stand-in for a node that reaches from one to another. */
function spanning(first: Node, second: Node): Node {
  const [from = 0] = first.src.split(":").map(Number);
  const [start = 0, length = 0, file = 0] = second.src.split(":").map(Number);
  return { nodeType: "Span", src: `${from}:${start + length - from}:${file}` };
}

/** Both in the other order, with what stands between them: commas, and names of named arguments. */
function betweenSwapped(first: Node, second: Node, textOf: (node: Node) => string): string {
  const whole = Buffer.from(textOf(spanning(first, second)));
  const [one, two] = [Buffer.from(textOf(first)), Buffer.from(textOf(second))];
  const between = whole.subarray(one.length, whole.length - two.length);
  return Buffer.concat([two, between, one]).toString();
}

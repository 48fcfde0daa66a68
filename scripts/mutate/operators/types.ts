import type { Node } from "../ast.ts";

/** Other text in place of that of a node. */
export type Change = { node: Node; replacement: string };

/** What an operator may ask of the file. */
export type Source = { textOf: (node: Node) => string };

/** One way to be wrong: answers what a programmer could have written instead of a node. */
export type Operator = {
  name: string;
  changes: (node: Node, source: Source, above: readonly Node[]) => Change[];
};

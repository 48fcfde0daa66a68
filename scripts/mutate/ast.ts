// The syntax tree as the compiler tells it, read without trusting its shape.

/** A node of the tree; what is beside these fields differs from type to type. */
export type Node = { nodeType: string; src: string; [field: string]: unknown };

/** Whether a value of the tree is a node. */
export function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "nodeType" in value && "src" in value;
}

/** All nodes directly below one, in the order of the tree. */
export function childrenOf(node: Node): Node[] {
  return Object.values(node).flatMap((value) =>
    Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : [],
  );
}

/** The node in a field. */
export function child(node: Node, field: string): Node | undefined {
  const value = node[field];
  return isNode(value) ? value : undefined;
}

/** The nodes in a field that is a list. */
export function list(node: Node, field: string): Node[] {
  const value = node[field];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** The text in a field. */
export function word(node: Node, field: string): string {
  const value = node[field];
  return typeof value === "string" ? value : "";
}

/** The number in a field, as numbers of declarations are. */
export function number(node: Node, field: string): number | undefined {
  const value = node[field];
  return typeof value === "number" ? value : undefined;
}

/** The Solidity type of an expression, `uint256` for instance. */
export function typeOf(node: Node): string {
  const types = node["typeDescriptions"];
  return typeof types === "object" && types !== null && "typeString" in types ? String(types.typeString) : "";
}

/** Where a node stands in the bytes of its file. */
export function spanOf({ src }: Node): { start: number; length: number } {
  const [start = 0, length = 0] = src.split(":").map(Number);
  return { start, length };
}

/** Goes through a tree from its root down. */
export function walk(
  root: Node,
  visit: (node: Node, above: readonly Node[]) => void,
  above: readonly Node[] = [],
): void {
  visit(root, above);
  const path = [...above, root];
  for (const node of childrenOf(root)) walk(node, visit, path);
}

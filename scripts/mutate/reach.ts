import type { ContractName } from "./code.ts";
import { list, number, walk, word, type Node } from "./ast.ts";

/** A contract with code, and every declaration that its code comes from. */
export type Reach = { name: string; file: string; declarations: ReadonlySet<number> };

/** Which declarations each contract of some files is made of: its own, inherited ones, and whatever those refer to. */
export function reachOf(trees: ReadonlyMap<string, Node>): Reach[] {
  const references = new Map<number, Set<number>>();
  const contracts: { name: string; file: string; bases: number[] }[] = [];
  const inContract = new Map<number, number[]>();
  for (const [file, tree] of trees)
    walk(tree, (node, above) => {
      const id = number(node, "id");
      if (id === undefined) return;
      if (node.nodeType === "ContractDefinition") {
        const bases = node["linearizedBaseContracts"];
        inContract.set(
          id,
          list(node, "nodes").flatMap((part) => number(part, "id") ?? []),
        );
        const concrete = word(node, "contractKind") === "contract" && node["abstract"] !== true;
        if (concrete && Array.isArray(bases)) contracts.push({ name: word(node, "name"), file, bases });
      }
      // Every node above refers to what a node refers to.
      for (const target of targetsOf(node))
        for (const upper of [node, ...above]) {
          const from = number(upper, "id");
          if (from !== undefined) references.set(from, (references.get(from) ?? new Set()).add(target));
        }
    });
  return contracts.map(({ name, file, bases }) => {
    const declarations = new Set(bases.flatMap((base) => inContract.get(base) ?? []));
    for (const id of declarations) for (const target of references.get(id) ?? []) declarations.add(target);
    return { name, file, declarations };
  });
}

/** What a node refers to by name, by an operator that a type defines, or from within assembly. */
function targetsOf(node: Node): number[] {
  const outer = node["externalReferences"];
  const inAssembly = Array.isArray(outer)
    ? outer.flatMap((one: { declaration?: unknown }) => (typeof one.declaration === "number" ? one.declaration : []))
    : [];
  return [number(node, "referencedDeclaration"), number(node, "function")].flatMap((id) => id ?? []).concat(inAssembly);
}

/**
 * The contracts that a mistake is in, the one that shows it best first: that of the same file, a double of the tests that
 * was made to reach it, the smallest.
 */
export function contractsOf(reach: readonly Reach[], mistake: { file: string; declaration: number }): ContractName[] {
  const rank = ({ file, declarations }: Reach) =>
    file === mistake.file ? 0 : file.startsWith("test/") ? 1 : 1 + declarations.size;
  return reach
    .filter(({ declarations }) => declarations.has(mistake.declaration))
    .sort((a, b) => rank(a) - rank(b))
    .map(({ file, name }) => ({ file, name }));
}

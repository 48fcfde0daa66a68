import { createHash } from "node:crypto";

import { number, spanOf, walk, word, type Node } from "./ast.ts";
import { OPERATORS } from "./operators/all.ts";

/** A file that is mutated, with its tree. */
export type SourceFile = { path: string; content: string; ast: Node };

/** The sources with one thing wrong. */
export type Mutant = {
  /** The same for the same mistake in the same function, wherever that moves. */
  id: string;
  file: string;
  line: number;
  column: number;
  /** Function, modifier or constant, as `Contract.name`. */
  where: string;
  /** Number of that declaration in the tree. */
  declaration: number;
  operator: string;
  before: string;
  after: string;
  /** The whole file as it would be. */
  content: string;
};

const DECLARATIONS = ["FunctionDefinition", "ModifierDefinition", "VariableDeclaration"];

/** Every mutant of a file. */
export function mutantsOf({ path, content, ast }: SourceFile): Mutant[] {
  // The compiler counts bytes.
  const bytes = Buffer.from(content);
  const textOf = (node: Node) => textAt(bytes, spanOf(node));
  const seen = new Map<string, number>();
  const mutants: Mutant[] = [];
  walk(ast, (node, above) => {
    const owner = declarationAround([...above, node]);
    if (owner === undefined) return;
    for (const { name: operator, changes } of OPERATORS)
      for (const { node: place, replacement } of changes(node, { textOf }, above)) {
        const before = textOf(place);
        const where = nameOf(owner, above);
        // The same words may stand in a function several times.
        const words = [path, where, operator, before, replacement].join("\0");
        const repeated = seen.get(words) ?? 0;
        seen.set(words, repeated + 1);
        const { start, length } = spanOf(place);
        const until = bytes.subarray(0, start).toString();
        mutants.push({
          id: createHash("sha256").update(`${words}\0${repeated}`).digest("hex").slice(0, 10),
          file: path,
          line: until.split("\n").length,
          column: until.length - until.lastIndexOf("\n"),
          where,
          declaration: number(owner, "id") ?? 0,
          operator,
          before,
          after: replacement,
          content: `${until}${replacement}${bytes.subarray(start + length).toString()}`,
        });
      }
  });
  return mutants;
}

/** The same few of many, for a seed. */
export function sampleOf(mutants: readonly Mutant[], count: number, seed: string): Mutant[] {
  const rank = ({ id }: Mutant) => createHash("sha256").update(`${seed} ${id}`).digest("hex");
  return [...mutants].sort((a, b) => (rank(a) < rank(b) ? -1 : 1)).slice(0, count);
}

/** The outermost declaration with code of its own: a local variable belongs to its function. */
function declarationAround(path: readonly Node[]): Node | undefined {
  return path.find(({ nodeType }) => DECLARATIONS.includes(nodeType));
}

function nameOf(owner: Node, above: readonly Node[]): string {
  const contract = above.find(({ nodeType }) => nodeType === "ContractDefinition");
  const name = word(owner, "name") || word(owner, "kind");
  return contract === undefined ? name : `${word(contract, "name")}.${name}`;
}

function textAt(bytes: Buffer, { start, length }: { start: number; length: number }): string {
  return bytes.subarray(start, start + length).toString();
}

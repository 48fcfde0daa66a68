import { EthStakeError } from "../../runtime/errors.ts";
import { compile } from "../solidity/compile.ts";
import { readSources, type Sources } from "../solidity/sources.ts";
import { isNode, type Node } from "./ast.ts";
import type { SourceFile } from "./mutants.ts";

/** The sources with their trees. Doubles of the tests are among them, as some reach code that nothing else reaches. */
export type Project = { root: string; sources: Sources; trees: ReadonlyMap<string, Node> };

const PATTERNS = ["contracts/**/*.sol", "test/contracts/harness/**/*.sol"];

/** Reads all sources and asks the compiler for their trees, without making code. */
export function readProject(root: string): Project {
  const sources = readSources(root, PATTERNS);
  const input = { language: "Solidity", sources, settings: { outputSelection: { "*": { "": ["ast"] } } } };
  const output = compile(input);
  const trees = new Map<string, Node>();
  for (const [path, { ast }] of Object.entries(output.sources)) if (isNode(ast)) trees.set(path, ast);
  return { root, sources, trees };
}

/** One file of a project. */
export function fileOf({ sources, trees }: Project, path: string): SourceFile {
  const [ast, source] = [trees.get(path), sources[path]];
  if (ast === undefined || source === undefined)
    throw new EthStakeError("UNKNOWN_SOURCE", `Name a file of contracts/ instead of ${path}`);
  return { path, content: source.content, ast };
}

import {
  getContractVersion,
  getStorageLayout,
  makeNamespacedInput,
  solcInputOutputDecoder,
  validate,
  type SolcOutput,
  type StorageLayout,
} from "@openzeppelin/upgrades-core";

import { IMPLEMENTATIONS } from "../../deploy/arguments.ts";
import { compile, SOLC_VERSION } from "../solidity/compile.ts";
import type { Sources } from "../solidity/sources.ts";

/** Every contract behind a proxy: its storage outlives its code. */
export const UPGRADEABLE: readonly string[] = Object.values(IMPLEMENTATIONS);

/** Storage layouts by contract. */
export type Layouts = Readonly<Record<string, StorageLayout>>;

/**
 * The layouts, ERC-7201 namespaces and all, that these sources give the upgradeable contracts. Compiles without making
 * code, in seconds.
 */
export function layoutsOf(sources: Sources): Layouts {
  const outputSelection = { "*": { "*": ["storageLayout"], "": ["ast"] } };
  const input = { language: "Solidity", sources, settings: { outputSelection } };
  const output = compile(input);
  standInForCode(output);
  // Namespaces are no state variables: the compiler tells their layout only in a copy of the sources where they are.
  const namespaced = compile(makeNamespacedInput(input, output, SOLC_VERSION));
  const found = validate(output, solcInputOutputDecoder(input, output), SOLC_VERSION, input, namespaced);
  return Object.fromEntries(
    UPGRADEABLE.map((name) => [
      name,
      steady(getStorageLayout(found, getContractVersion(found, fullName(output, name)))),
    ]),
  );
}

/** The library tells versions of a contract apart by their code, of which there is none: names do as well. */
function standInForCode({ contracts }: SolcOutput): void {
  for (const [file, inFile] of Object.entries(contracts))
    for (const [name, contract] of Object.entries(inFile))
      contract.evm = { bytecode: { object: Buffer.from(file + name).toString("hex"), linkReferences: {} } };
}

function fullName({ contracts }: SolcOutput, name: string): string {
  const file = Object.keys(contracts).find((path) => contracts[path]?.[name] !== undefined);
  return `${file}:${name}`;
}

/** Without what changes when nothing of the layout does: numbers of syntax nodes, and lines. */
function steady(layout: StorageLayout): StorageLayout {
  const numbers = new Map<string, number>();
  const text = JSON.stringify(layout)
    .replace(/(t_(?:struct|enum|contract|userDefinedValueType)\(\w+\))(\d+)/g, (_, type: string, id: string) => {
      if (!numbers.has(id)) numbers.set(id, numbers.size + 1);
      return `${type}${numbers.get(id)}`;
    })
    .replace(/("src":"[^":]+):\d+"/g, '$1"');
  return JSON.parse(text);
}

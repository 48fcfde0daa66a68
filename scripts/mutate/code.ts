import solc from "solc";

import { closureOf, type Sources } from "../solidity/sources.ts";

/** A contract by its file and name. */
export type ContractName = { file: string; name: string };
export type Code = { bytecode: string; deployedBytecode: string };
/** What the compiler makes of a contract: code, or what is wrong. */
export type Compiled = { code: Code } | { error: string };

// Code that does the same as that of a deployment and is made in a tenth of the time: without the intermediate language,
// where a function has too many variables for that without optimisation, else as for a deployment.
const SETTINGS = [
  { viaIR: false, optimizer: { enabled: false } },
  { viaIR: true, optimizer: { enabled: false } },
  { viaIR: true, optimizer: { enabled: true, runs: 1 } },
];
const TOO_DEEP = /stack too deep/i;

type Output = {
  errors?: { severity: string; formattedMessage: string }[];
  contracts?: Record<string, Record<string, { evm: { bytecode: Part; deployedBytecode: Part } }>>;
};
type Part = { object: string };

/** Makes the code of one contract and of nothing else. */
export function codeOf(all: Sources, contract: ContractName): Compiled {
  const sources = closureOf(all, contract.file);
  let compiled: Compiled = { error: "No settings" };
  for (const settings of SETTINGS) {
    compiled = compileWith(sources, contract, settings);
    if ("code" in compiled || !TOO_DEEP.test(compiled.error)) break;
  }
  return compiled;
}

function compileWith(sources: Sources, { file, name }: ContractName, settings: object): Compiled {
  const parts = ["evm.bytecode.object", "evm.deployedBytecode.object"];
  const outputSelection = { [file]: { [name]: parts } };
  // Without its hash of the sources the same code is the same.
  const same = { evmVersion: "prague", metadata: { appendCBOR: false } };
  const input = { language: "Solidity", sources, settings: { ...same, ...settings, outputSelection } };
  const output: Output = JSON.parse(solc.compile(JSON.stringify(input)));
  const error = output.errors?.find(({ severity }) => severity === "error");
  if (error !== undefined) return { error: error.formattedMessage };
  const evm = output.contracts?.[file]?.[name]?.evm;
  if (evm === undefined) return { error: `The compiler made no code of ${file}:${name}` };
  return { code: { bytecode: `0x${evm.bytecode.object}`, deployedBytecode: `0x${evm.deployedBytecode.object}` } };
}

import { readFile } from "node:fs/promises";

import { getAddress, isAddress, zeroAddress, type Address } from "viem";
import { z } from "zod";

import type { Execution } from "../chain/execution/client.ts";
import { decodeJson } from "../runtime/decode-json.ts";
import { EthStakeError } from "../runtime/errors.ts";

/** A multisig that exists, or owners for a new Safe. Only a devnet makes its own. */
export type Multisig = { address: Address } | { owners: readonly Address[]; threshold: number };

/** Who decides: nobody else has any permission when the deployment is done. */
export type People = {
  /** Proposes to the timelock; releases locks. */
  administrator: Multisig;
  /** Pauses, locks bonds, suspends oracle members, cancels what the administrator scheduled. */
  guardian: Multisig;
  /** First oracle committee. */
  committee: { members: readonly Address[]; quorum: number };
};

const address = z
  .string()
  .refine((text) => isAddress(text) && text !== zeroAddress, "is not an address")
  .transform((text): Address => getAddress(text));
const multisig = z.union([
  z.strictObject({ address }),
  z.strictObject({ owners: z.array(address).min(1), threshold: z.int().positive() }),
]);
const peopleSchema = z.strictObject({
  administrator: multisig,
  guardian: multisig,
  committee: z.strictObject({ members: z.array(address).min(1).max(64), quorum: z.int().positive() }),
});

/** Reads and checks the file that names the people of a deployment. */
export async function loadPeople(path: string): Promise<People> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new EthStakeError(
      "PEOPLE_MISSING",
      `Write the file of people first (docs/deployment.md): cannot read ${path}`,
      {
        cause,
      },
    );
  });
  return decodeJson(
    peopleSchema,
    text,
    (problem) => new EthStakeError("PEOPLE_INVALID", `Correct ${path} (docs/deployment.md): ${problem}`),
  );
}

/** Members in the ascending order that a committee wants, each once; the quorum more than half of them. */
export function sortedMembers({ members, quorum }: People["committee"]): Address[] {
  const sorted = [...new Map(members.map((member) => [member.toLowerCase(), member])).entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, member]) => member);
  if (sorted.length !== members.length)
    throw new EthStakeError("PEOPLE_INVALID", "Name every committee member once", { details: { members } });
  if (quorum * 2 <= sorted.length || quorum > sorted.length)
    throw new EthStakeError(
      "PEOPLE_INVALID",
      `Choose a quorum above half of the ${sorted.length} members and at most all of them, instead of ${quorum}`,
    );
  return sorted;
}

/** Refuses multisigs without code, one multisig for both tasks, and new Safes anywhere but on a devnet. */
export async function checkPeople(people: People, execution: Execution, network: string): Promise<void> {
  sortedMembers(people.committee);
  const { administrator, guardian } = people;
  for (const [name, multisig] of Object.entries({ administrator, guardian })) {
    if ("address" in multisig) await requireCode(name, multisig.address, execution);
    else requireOwners(name, multisig, network);
  }
  if ("address" in administrator && "address" in guardian && administrator.address === guardian.address)
    throw new EthStakeError("PEOPLE_INVALID", "Name two multisigs: the guardian is there to stop the administrator");
}

async function requireCode(name: string, address: Address, { client, chain }: Execution): Promise<void> {
  const code = await client.getCode({ address });
  if (code !== undefined && code !== "0x") return;
  throw new EthStakeError(
    "MULTISIG_MISSING",
    `Deploy the ${name}'s multisig on ${chain.name} first: ${address} has no code there`,
    { details: { name, address } },
  );
}

function requireOwners(name: string, safe: { owners: readonly Address[]; threshold: number }, network: string): void {
  if (network !== "devnet")
    throw new EthStakeError(
      "PEOPLE_INVALID",
      `Give the address of the ${name}'s multisig: only a devnet makes its own`,
    );
  if (safe.threshold > safe.owners.length)
    throw new EthStakeError("PEOPLE_INVALID", `Lower the threshold of the ${name}'s Safe to its number of owners`);
}

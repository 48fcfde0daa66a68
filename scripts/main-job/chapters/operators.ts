import { readFile, cp } from "node:fs/promises";
import { join } from "node:path";

import type { create as createKeystore } from "@chainsafe/bls-keystore";
import { decrypt } from "@chainsafe/bls-keystore";
import { z } from "zod";

import { ethstake } from "../../network/commands.ts";
import { operators, type OperatorPerson } from "../people.ts";
import type { Stage } from "../../network/stage.ts";

const generated = z.object({
  pubkeys: z.array(z.string()),
  keystorePaths: z.array(z.string()),
  batches: z.array(z.object({ path: z.string() })),
});
const registered = z.object({ operatorId: z.number() });
const PASSWORD = "correct horse battery staple";

/** Where operators leave key batches for their keeper. */
export function batchFolder({ folder }: Pick<Stage, "folder">): string {
  return join(folder, "key-batches");
}

/** Operators register with bonds, make keys, load them into their validator clients and commit to them. */
export async function registerOperators(stage: Stage): Promise<void> {
  for (const operator of operators) {
    const { operatorId } = registered.parse(
      await ethstake(stage, operator, [
        "operator",
        "register",
        "--name",
        operator.name,
        "--clients",
        operator.clients,
        "--bond",
        operator.bondEther,
      ]),
    );
    stage.timeline.say(
      `${operator.name} registered as operator ${operatorId} with a bond of ${operator.bondEther} ETH`,
    );
    await makeKeys(stage, operator, operatorId);
  }
}

async function makeKeys(stage: Stage, operator: OperatorPerson, operatorId: number): Promise<void> {
  const folder = join(stage.folder, `operator-${operatorId}`);
  const made = generated.parse(
    await ethstake(
      stage,
      operator,
      [
        "operator",
        "keys",
        "generate",
        "--operator",
        String(operatorId),
        "--num_validators",
        String(operator.keyCount),
        "--pbkdf2",
        "--folder",
        folder,
      ],
      { ETHSTAKE_MNEMONIC: operator.mnemonic, ETHSTAKE_KEYSTORE_PASSWORD: PASSWORD },
    ),
  );
  await loadKeystores(stage, made.keystorePaths);
  for (const { path } of made.batches) {
    await ethstake(stage, operator, ["operator", "keys", "submit", "--batch", path]);
    await cp(path, join(batchFolder(stage), path.split("/").at(-1) ?? ""), { recursive: true });
  }
  stage.timeline.say(`${operator.name} made ${made.pubkeys.length} keys and committed to them, unseen`);
}

/** What an operator does by hand: import the keystores into its validator client, with the pool's fee recipient. */
async function loadKeystores({ net, deployment }: Stage, paths: readonly string[]): Promise<void> {
  const secretKeys = await Promise.all(
    paths.map(async (path) => {
      const keystore = JSON.parse(await readFile(path, "utf8")) as Awaited<ReturnType<typeof createKeystore>>;
      return decrypt(keystore, PASSWORD);
    }),
  );
  const feeRecipient = deployment.contracts.executionVault;
  await net.addValidators(secretKeys.map((secretKey) => ({ secretKey, feeRecipient })));
}

import { readFile } from "node:fs/promises";

import type { Address, Hex, LocalAccount } from "viem";
import { privateKeyToAccount } from "viem/accounts";

import { connectRemoteSigner } from "../../chain/execution/remote-signer.ts";
import { decryptExecutionKeystore } from "../../chain/keys/execution-keystore.ts";
import { EthStakeError } from "../../runtime/errors.ts";

/** Where the key of a member is. */
export type MemberKey =
  | { kind: "private-key"; privateKey: Hex }
  | { kind: "keystore"; file: string; password: string }
  | { kind: "remote"; url: string; address: Address };

/** The account of a member; undefined without a key, when nothing is signed. */
export async function loadMemberAccount(key: MemberKey | undefined): Promise<LocalAccount | undefined> {
  if (key === undefined) return undefined;
  if (key.kind === "private-key") return privateKeyToAccount(key.privateKey);
  if (key.kind === "remote") return connectRemoteSigner(key.url, key.address);
  const text = await readFile(key.file, "utf8").catch((cause: unknown) => {
    throw new EthStakeError("KEYSTORE_MISSING", `Make the keystore that ORACLE_KEYSTORE names readable: ${key.file}`, {
      cause,
    });
  });
  return privateKeyToAccount(await decryptExecutionKeystore(text, key.password));
}

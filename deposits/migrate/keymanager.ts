// A validator client as its keymanager API shows it: https://ethereum.github.io/keymanager-APIs
import { getAddress, isAddress, type Address, type Hex } from "viem";
import { z } from "zod";

import { pubkey } from "../../chain/beacon/codecs.ts";
import { decodeJson } from "../../runtime/decode-json.ts";
import { EthStakeError, abortedError } from "../../runtime/errors.ts";
import { originOf } from "../../runtime/redact.ts";

export type DeletedKey = { status: "deleted" | "not_active" | "not_found" | "error"; message: string };
export type ImportedKey = { status: "imported" | "duplicate" | "error"; message: string };

export type Keymanager = {
  /** Scheme and host. */
  readonly client: string;
  /** All keys that it signs with, its own and those of remote signers. */
  listKeys(): Promise<Hex[]>;
  /** Stops signing with keys for good; answers what they signed (EIP-3076). Safe to call again. */
  deleteKeys(pubkeys: readonly Hex[]): Promise<{ results: DeletedKey[]; protection: string }>;
  /** Signs with the keys from now on, as far as the protection lets it. */
  importKeys(keys: { keystores: readonly string[]; password: string; protection: string }): Promise<ImportedKey[]>;
  /** Undefined when the client has none for the key, or knows no such thing. */
  feeRecipient(key: Hex): Promise<Address | undefined>;
  setFeeRecipient(key: Hex, recipient: Address): Promise<void>;
};

export type KeymanagerOptions = { url: string; token: string; signal?: AbortSignal | undefined; timeoutMs?: number };

const message = z.string().default("");
const listAnswer = z.object({ data: z.array(z.object({ validating_pubkey: pubkey })) });
const remoteAnswer = z.object({ data: z.array(z.object({ pubkey })) });
const deleteAnswer = z.object({
  data: z.array(z.object({ status: z.enum(["deleted", "not_active", "not_found", "error"]), message })),
  slashing_protection: z.string(),
});
const importAnswer = z.object({
  data: z.array(z.object({ status: z.enum(["imported", "duplicate", "error"]), message })),
});
const feeRecipientAnswer = z.object({
  data: z.object({
    ethaddress: z
      .string()
      .refine((text) => isAddress(text), "is not an address")
      .transform((text): Address => getAddress(text)),
  }),
});

/** Importing derives a key per keystore: clients take long to answer. */
const TIMEOUT_MS = 600_000;

/** Connects to a validator client. The token is never shown. */
export function createKeymanager(options: KeymanagerOptions): Keymanager {
  const client = originOf(options.url);
  const ask = <T>(schema: z.ZodType<T>, method: string, path: string, body?: unknown) =>
    request(options, client, method, path, body).then((text) =>
      decodeJson(schema, text, (problem) => badAnswer(client, path, problem)),
    );
  /** A client without this part of the API has nothing of it. */
  const askIfAny = <T>(schema: z.ZodType<T>, path: string): Promise<T | undefined> =>
    ask(schema, "GET", path).catch((error: unknown) => {
      if (error instanceof EthStakeError && error.code === "KEYMANAGER_UNSUPPORTED") return undefined;
      throw error;
    });
  return {
    client,
    listKeys: async () => {
      const local = await ask(listAnswer, "GET", "/eth/v1/keystores");
      const remote = await askIfAny(remoteAnswer, "/eth/v1/remotekeys");
      return [...local.data.map((key) => key.validating_pubkey), ...(remote?.data ?? []).map((key) => key.pubkey)];
    },
    deleteKeys: async (pubkeys) => {
      const answer = await ask(deleteAnswer, "DELETE", "/eth/v1/keystores", { pubkeys });
      return { results: answer.data, protection: answer.slashing_protection };
    },
    importKeys: async ({ keystores, password, protection }) => {
      const passwords = keystores.map(() => password);
      const body = { keystores, passwords, slashing_protection: protection };
      return (await ask(importAnswer, "POST", "/eth/v1/keystores", body)).data;
    },
    feeRecipient: async (key) =>
      (await askIfAny(feeRecipientAnswer, `/eth/v1/validator/${key}/feerecipient`))?.data.ethaddress,
    setFeeRecipient: async (key, recipient) => {
      await request(options, client, "POST", `/eth/v1/validator/${key}/feerecipient`, { ethaddress: recipient });
    },
  };
}

async function request(
  { url, token, signal, timeoutMs = TIMEOUT_MS }: KeymanagerOptions,
  client: string,
  method: string,
  path: string,
  body: unknown,
): Promise<string> {
  const limits = [AbortSignal.timeout(timeoutMs), ...(signal === undefined ? [] : [signal])];
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${url.replace(/\/+$/, "")}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, accept: "application/json", "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.any(limits),
    });
    text = await response.text();
  } catch (cause) {
    if (signal?.aborted) throw abortedError(signal);
    throw new EthStakeError(
      "KEYMANAGER_UNREACHABLE",
      `Start the validator client at ${client} with its keymanager API`,
      {
        cause,
        retryable: true,
      },
    );
  }
  if (response.ok) return text;
  const details = { client, path, status: response.status };
  if (response.status === 401 || response.status === 403)
    throw new EthStakeError("KEYMANAGER_TOKEN", `Give the API token of ${client}: it refuses this one`, { details });
  if ([404, 405, 501].includes(response.status))
    throw new EthStakeError("KEYMANAGER_UNSUPPORTED", `${client} does not have ${path}`, { details });
  throw new EthStakeError("KEYMANAGER_FAILED", `Look at the log of ${client}: it answers ${response.status}`, {
    details,
  });
}

function badAnswer(client: string, path: string, problem: string): EthStakeError {
  return new EthStakeError(
    "KEYMANAGER_BAD_ANSWER",
    `Use a client that follows the keymanager API: ${client} does not`,
    {
      details: { client, path, problem },
    },
  );
}

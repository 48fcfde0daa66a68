import type { Hex } from "viem";

import { pubkeyOfKeystore } from "../../../deposits/keystore.ts";
import { startServer, type TestServer } from "../../chain/support/http-server.ts";

/** A validator client's keymanager API, in memory, with what can go wrong with it. */
export type KeymanagerStub = TestServer & {
  keys: Set<Hex>;
  remoteKeys: Set<Hex>;
  feeRecipients: Map<string, string>;
  /** What it gives with deleted keys. */
  protection: string;
  /** What it was given with imported keys. */
  importedProtection: string[];
  /** Deleted, it says, and goes on. */
  keepsKeys: boolean;
  /** Answers these statuses instead of its own. */
  importStatus: string | undefined;
  deleteStatus: string | undefined;
  /** Called when keys were deleted. */
  onDelete: () => void;
  onImport: () => void;
};

export const TOKEN = "api-token-0x1234";

/** Starts the client. */
export async function startKeymanager(keys: readonly Hex[], protection = ""): Promise<KeymanagerStub> {
  const state = {
    keys: new Set(keys),
    remoteKeys: new Set<Hex>(),
    feeRecipients: new Map<string, string>(),
    protection,
    importedProtection: [] as string[],
    keepsKeys: false,
    importStatus: undefined as string | undefined,
    deleteStatus: undefined as string | undefined,
    onDelete: () => undefined as void,
    onImport: () => undefined as void,
  };
  const answerOf = (method: string, path: string, text: string): { status?: number; body?: unknown } => {
    const body = text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
    if (path === "/eth/v1/remotekeys") return { body: { data: [...state.remoteKeys].map((pubkey) => ({ pubkey })) } };
    const feeRecipient = /^\/eth\/v1\/validator\/(0x[0-9a-f]+)\/feerecipient$/.exec(path)?.[1];
    if (feeRecipient !== undefined) {
      if (method === "POST") {
        state.feeRecipients.set(feeRecipient, String(body["ethaddress"]));
        return { status: 202 };
      }
      const ethaddress = state.feeRecipients.get(feeRecipient);
      return ethaddress === undefined ? { status: 404, body: {} } : { body: { data: { ethaddress } } };
    }
    if (path !== "/eth/v1/keystores") return { status: 404, body: {} };
    if (method === "GET") return { body: { data: [...state.keys].map((key) => ({ validating_pubkey: key })) } };
    if (method === "DELETE") {
      const data = (body["pubkeys"] as Hex[]).map((key) => {
        const status = state.deleteStatus ?? (state.keys.has(key) ? "deleted" : "not_active");
        if (!state.keepsKeys) state.keys.delete(key);
        return { status, message: "" };
      });
      state.onDelete();
      return { body: { data, slashing_protection: state.protection } };
    }
    state.importedProtection.push(String(body["slashing_protection"]));
    const data = (body["keystores"] as string[]).map((keystore) => {
      const key = pubkeyOfKeystore(keystore);
      const status = state.importStatus ?? (state.keys.has(key) ? "duplicate" : "imported");
      if (status === "imported") state.keys.add(key);
      return { status };
    });
    state.onImport();
    return { body: { data } };
  };
  const server = await startServer(({ method, path, body }) => answerOf(method, path, body));
  return Object.assign(state, server);
}

import type { EthereumClient } from "@ethereumjs/client/dist/esm/src/client.js";

/** A JSON-RPC method: the parameters as they came, the result as it goes out. */
export type RpcMethod = (params: unknown[]) => Promise<unknown>;

/** Makes a method out of the running client. */
export type RpcMethodMaker = (client: EthereumClient) => RpcMethod;

export const INVALID_PARAMS = -32602;
export const SERVER_ERROR = -32000;
export const EXECUTION_REVERTED = 3;

/** An error with the code and data that the JSON-RPC server sends on. */
export class RpcError extends Error {
  readonly code: number;
  readonly data: string | undefined;

  constructor(code: number, message: string, data?: string) {
    super(message);
    this.code = code;
    this.data = data;
  }

  /** What goes over the wire: the message of an Error is not enumerable. */
  toJSON(): { code: number; message: string; data?: string } {
    const { code, message, data } = this;
    return { code, message, ...(data === undefined ? {} : { data }) };
  }
}

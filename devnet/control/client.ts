import { Agent, request as httpRequest } from "node:http";
import type { z } from "zod";
import { EthStakeError } from "../../runtime/errors.ts";
import { controlError } from "./protocol.ts";

/** Sends one request to the control API and decodes the answer. */
export type ControlClient = <T extends z.ZodType>(
  method: "GET" | "POST",
  path: string,
  body: unknown,
  answer: T,
) => Promise<z.infer<T>>;

/**
 * A client of the control API. It uses node:http because fetch gives up on a response after five minutes, and
 * somebody may well advance a thousand slots in one request.
 */
export function createControlClient(controlUrl: string): ControlClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return async (method, path, body, answer) => {
    const { status, text } = await send(agent, method, new URL(path, controlUrl), body);
    const json: unknown = JSON.parse(text);
    if (status === 200) return answer.parse(json);
    const error = controlError.safeParse(json).data ?? { code: "DEVNET_FAILED", message: text };
    throw new EthStakeError(error.code, error.message);
  };
}

function send(agent: Agent, method: string, url: URL, body: unknown): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const unreachable = (cause: Error) =>
      reject(
        new EthStakeError("DEVNET_UNREACHABLE", `No devnet answers at ${url.origin}: is it still running?`, { cause }),
      );
    const outgoing = httpRequest(
      url,
      { method, agent, headers: { "content-type": "application/json" } },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => (text += chunk));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
        response.on("error", unreachable);
      },
    );
    outgoing.on("error", unreachable);
    outgoing.end(method === "POST" ? JSON.stringify(body) : undefined);
  });
}

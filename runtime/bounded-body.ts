import { EthStakeError } from "./errors.ts";

/** Reads the body of a request or an answer as text, but never more of it than is allowed: BODY_TOO_LARGE. */
export async function readBoundedText(chunks: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > maxBytes)
      throw new EthStakeError("BODY_TOO_LARGE", `Send at most ${maxBytes} bytes`, { details: { maxBytes } });
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString("utf8");
}

/** Parses JSON that somebody else sent: BODY_INVALID when it is none. */
export function parseForeignJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new EthStakeError("BODY_INVALID", "Send JSON: the body is not", { cause });
  }
}

import { EthStakeError } from "../../runtime/errors.ts";

/** Reads a body as text, but never more of it than was allowed for. */
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

/** Parses JSON of somebody else. */
export function parseForeignJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new EthStakeError("BODY_INVALID", "Send JSON: the body is not", { cause });
  }
}

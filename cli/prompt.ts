import type { Readable, Writable } from "node:stream";

import { abortedError } from "../runtime/errors.ts";

/** A terminal that can be told not to show what is typed. */
export type Terminal = Readable & { setRawMode(raw: boolean): unknown };

const [CTRL_C, CTRL_D, BACKSPACE, ENTER, LINE_FEED, DELETE] = [0x03, 0x04, 0x08, 0x0d, 0x0a, 0x7f];

/**
 * Asks for a secret without showing it: not the characters, and not how many there are. What was typed is kept in bytes
 * that are overwritten; the answer itself is a string, which nobody can overwrite.
 */
export function askHidden(
  question: string,
  { input, output, signal }: { input: Terminal; output: Writable; signal?: AbortSignal | undefined },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const typed: number[] = [];
    const end = (settle: () => void) => {
      input.off("data", onData);
      signal?.removeEventListener("abort", onAbort);
      input.setRawMode(false);
      input.pause();
      output.write("\n");
      settle();
      typed.fill(0);
    };
    const onAbort = () => end(() => reject(abortedError(signal)));
    const onData = (chunk: Buffer) => {
      for (const byte of chunk) {
        if (byte === CTRL_C) return end(() => reject(abortedError()));
        if (byte === ENTER || byte === LINE_FEED || byte === CTRL_D) {
          chunk.fill(0);
          return end(() => resolve(textOf(typed)));
        }
        if (byte === BACKSPACE || byte === DELETE) removeLast(typed);
        else typed.push(byte);
      }
      chunk.fill(0);
    };
    output.write(`${question}: `);
    input.setRawMode(true);
    input.on("data", onData);
    input.resume();
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

function textOf(bytes: readonly number[]): string {
  const buffer = Buffer.from(bytes);
  try {
    return buffer.toString("utf8");
  } finally {
    buffer.fill(0);
  }
}

/** Removes a character: in UTF-8, all bytes after the first begin with the bits 10. */
function removeLast(bytes: number[]): void {
  while ((bytes.pop() ?? 0) >> 6 === 0b10);
}

// Where the bytes of one field go while a state streams by.
import { EthStakeError } from "../../runtime/errors.ts";

/** Takes bytes in the order in which they come, in pieces of any length. The pieces are not kept. */
export type ByteSink = { write(bytes: Uint8Array): void };

/** Cuts a stream into blocks of a fixed length; `flush` hands over what is left, which is shorter. */
export function createBlockSink(blockSize: number, onBlock: (block: Uint8Array) => void): ByteSink & { flush(): void } {
  const block = new Uint8Array(blockSize);
  let filled = 0;
  return {
    write: (bytes) => {
      for (let at = 0; at < bytes.length; ) {
        // A whole block that lies in one piece is handed over where it is.
        if (filled === 0 && bytes.length - at >= blockSize) {
          onBlock(bytes.subarray(at, at + blockSize));
          at += blockSize;
          continue;
        }
        const part = bytes.subarray(at, at + blockSize - filled);
        block.set(part, filled);
        filled += part.length;
        at += part.length;
        if (filled < blockSize) continue;
        onBlock(block);
        filled = 0;
      }
    },
    flush: () => {
      if (filled > 0) onBlock(block.subarray(0, filled));
      filled = 0;
    },
  };
}

/** What is set aside before a byte has come; a node may claim any length. */
const MAX_AHEAD = 2 ** 26;

/** Keeps everything. The length is given where it is known, so that nothing is copied twice. */
export function createKeepingSink(length = 4_096): ByteSink & { bytes(): Uint8Array } {
  let kept = new Uint8Array(Math.min(length, MAX_AHEAD));
  let filled = 0;
  return {
    write: (bytes) => {
      if (filled + bytes.length > kept.length) {
        const larger = new Uint8Array(Math.max(2 * kept.length, filled + bytes.length));
        larger.set(kept.subarray(0, filled));
        kept = larger;
      }
      kept.set(bytes, filled);
      filled += bytes.length;
    },
    bytes: () => kept.subarray(0, filled),
  };
}

/** What every reader of a state throws when the bytes are not one. */
export function malformed(problem: string, cause?: unknown): EthStakeError {
  return new EthStakeError("STATE_MALFORMED", `Use another beacon node: the state it serves is malformed, ${problem}`, {
    cause,
    details: { problem },
  });
}

import { hexToBytes, isHex, size, type Hex } from "viem";

import { EthStakeError } from "../runtime/errors.ts";

/** The bytes of hex that must have exactly this length; viem's own `size` pads what is too short. */
export function bytesOfSize(hex: Hex, length: number): Uint8Array {
  if (!isHex(hex) || size(hex) !== length)
    throw new EthStakeError("BYTES_LENGTH", `Give ${length} bytes of hex instead of ${String(hex).slice(0, 20)}`, {
      details: { want: length, got: String(hex).length },
    });
  return hexToBytes(hex);
}

import { z } from "zod";
import { EthStakeError } from "../runtime/errors.ts";
import { createControlClient } from "./control/client.ts";
import { chainPosition, devnetStatus, type ChainPosition } from "./control/protocol.ts";
import type { AdvanceResult, Devnet } from "./devnet.ts";

/**
 * A handle on a devnet that runs already, by the address of its control API.
 *
 * @example const devnet = await connectDevnet("http://127.0.0.1:15053");
 */
export async function connectDevnet(controlUrl: string): Promise<Devnet> {
  const control = createControlClient(controlUrl);
  const first = await control("GET", "/status", undefined, devnetStatus);
  const { mode, genesisTime, secondsPerSlot } = first;
  let last: ChainPosition = first;
  const nothing = z.object({});

  const now = () => (mode === "virtual" ? last.now : Math.floor(Date.now() / 1000));
  const runOne = async (withBlock: boolean) => {
    last = await control("POST", "/advance", { slots: 1, skip: withBlock ? [] : [1] }, chainPosition);
  };
  return {
    mode,
    controlUrl,
    genesisTime,
    secondsPerSlot,
    executionUrl: first.executionUrl,
    beaconUrl: first.beaconUrl,
    chainId: first.chainId,
    slotsPerEpoch: first.slotsPerEpoch,
    depositContract: first.depositContract,
    now,
    slot: () => (mode === "virtual" ? last.slot : Math.max(0, Math.floor((now() - genesisTime) / secondsPerSlot))),
    advance: async ({ slots, skip = [], onSlot }): Promise<AdvanceResult> => {
      if (!Number.isInteger(slots) || slots < 1) {
        throw new EthStakeError("DEVNET_BAD_ADVANCE", `Advance a whole number of slots, at least one, not ${slots}`);
      }
      const startMs = performance.now();
      for (let number = 1; number <= slots; number++) {
        await runOne(!skip.includes(number));
        onSlot?.(last);
      }
      return { ...last, milliseconds: Math.round(performance.now() - startMs) };
    },
    addValidators: async (validators) => {
      const body = validators.map(({ secretKey, feeRecipient }) => ({
        secretKey: `0x${Buffer.from(secretKey).toString("hex")}`,
        feeRecipient,
      }));
      await control("POST", "/validators", { validators: body }, nothing);
    },
    setOffline: async (pubkeys) => void (await control("POST", "/offline", { pubkeys }, nothing)),
    setOnline: async (pubkeys) => void (await control("POST", "/online", { pubkeys }, nothing)),
    status: async () => {
      const status = await control("GET", "/status", undefined, devnetStatus);
      last = status;
      return status;
    },
    stop: async () => {},
  };
}

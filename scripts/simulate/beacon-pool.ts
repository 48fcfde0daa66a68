import { createValidatorApi } from "../../chain/beacon/validator-api.ts";
import { createBeaconHttp } from "../../chain/beacon/http.ts";
import type { BeaconBlockHeader } from "../../chain/beacon/types.ts";
import { networkByName } from "../../chain/networks.ts";
import { signExit } from "../../chain/exits/exit.ts";
import type { Stage } from "../network/stage.ts";
import { signHeader, type SignedHeader } from "./validator-key.ts";
import { SLOTS_PER_EPOCH } from "./plan/days.ts";

/** Fulu of the minimal configuration, at which the devnet begins. */
const FULU_VERSION = "0x06000001";
const SOME_ROOT = `0x${"11".repeat(32)}` as const;
const OTHER_ROOT = `0x${"22".repeat(32)}` as const;

/** Has a validator sign two blocks of one slot, and gives the proof to the node. */
export async function proveTwoProposals(
  { net, beacon }: Stage,
  validator: { index: number; secretKey: Uint8Array },
): Promise<void> {
  const { genesisValidatorsRoot } = await beacon.genesis();
  const fork = { version: FULU_VERSION, genesisValidatorsRoot } as const;
  const header = (bodyRoot: typeof SOME_ROOT | typeof OTHER_ROOT): SignedHeader => {
    const message: BeaconBlockHeader = {
      slot: net.slot(),
      proposerIndex: validator.index,
      parentRoot: SOME_ROOT,
      stateRoot: SOME_ROOT,
      bodyRoot,
    };
    return signHeader(validator.secretKey, message, fork);
  };
  const http = createBeaconHttp({ url: net.beaconUrl });
  await http.post("/eth/v1/beacon/pool/proposer_slashings", {
    signed_header_1: inJson(header(SOME_ROOT)),
    signed_header_2: inJson(header(OTHER_ROOT)),
  });
}

/** Has a validator leave of its own will. */
export async function leave(
  { net, beacon }: Stage,
  { index, secretKey }: { index: number; secretKey: Uint8Array },
): Promise<void> {
  const { genesisValidatorsRoot } = await beacon.genesis();
  const { capellaForkVersion } = networkByName("devnet");
  const epoch = Math.floor(net.slot() / SLOTS_PER_EPOCH);
  const exit = signExit(secretKey, { epoch, validatorIndex: index }, { capellaForkVersion, genesisValidatorsRoot });
  await createValidatorApi({ url: net.beaconUrl }).publishVoluntaryExit(exit);
}

function inJson({ message, signature }: SignedHeader) {
  return {
    message: {
      slot: String(message.slot),
      proposer_index: String(message.proposerIndex),
      parent_root: message.parentRoot,
      state_root: message.stateRoot,
      body_root: message.bodyRoot,
    },
    signature,
  };
}

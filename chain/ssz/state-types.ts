// The sizes of BeaconState depend on the preset, and Lodestar's types fix the preset when they are imported. So they are
// imported here alone, late, once the preset is known (PRESET_BASE of /eth/v1/config/spec). A process has one preset for
// its whole life. A process that runs Lodestar itself (devnet/) sets LODESTAR_PRESET at its start, which agrees with this.
import "./hasher.ts";

import type { ssz } from "@lodestar/types";

import { EthStakeError } from "../../runtime/errors.ts";
import type { Preset } from "../networks.ts";

type LodestarSsz = typeof ssz;
export type ElectraStateType = LodestarSsz["electra"]["BeaconState"];
export type FuluStateType = LodestarSsz["fulu"]["BeaconState"];
export type GloasStateType = LodestarSsz["gloas"]["BeaconState"];
/** A state of any fork that is read. */
export type ProvableStateType = ElectraStateType | FuluStateType | GloasStateType;
export type StateTypes = { electra: ElectraStateType; fulu: FuluStateType; gloas: GloasStateType };

/** Forks whose states are read. */
export const STATE_FORKS = ["electra", "fulu", "gloas"] as const;
export type StateFork = (typeof STATE_FORKS)[number];

/** Imports the types of a preset; the second call with another preset in one process is refused. */
export async function loadStateTypes(preset: Preset): Promise<StateTypes> {
  const { setActivePreset, PresetName } = await import("@lodestar/params/setPreset");
  try {
    setActivePreset(PresetName[preset]);
  } catch {
    // Already fixed, by an earlier call or by LODESTAR_PRESET; whether to what we need is checked below.
  }
  const { ACTIVE_PRESET } = await import("@lodestar/params");
  if (ACTIVE_PRESET !== PresetName[preset])
    throw new EthStakeError("PRESET_CONFLICT", `Start a new process for a network of the ${preset} preset`, {
      details: { want: preset, got: ACTIVE_PRESET },
    });
  const lodestar = await import("@lodestar/types");
  const { electra, fulu, gloas } = lodestar.ssz;
  return { electra: electra.BeaconState, fulu: fulu.BeaconState, gloas: gloas.BeaconState };
}

/** The fork of a state, as the node names it; refuses forks whose layout this version does not know. */
export function asStateFork(fork: string): StateFork {
  const found = STATE_FORKS.find((name) => name === fork);
  if (found !== undefined) return found;
  throw new EthStakeError(
    "FORK_UNSUPPORTED",
    `Update ethstake: it reads states of ${STATE_FORKS.join(", ")}, not ${fork}`,
    {
      details: { fork },
    },
  );
}

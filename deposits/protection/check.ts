import type { Hex } from "viem";

import type { Interchange, KeyHistory, SignedAttestation } from "./interchange.ts";

export type ProtectionProblem = { code: string; pubkey: Hex | undefined; problem: string };

/** What a file is expected to be. */
export type ExpectedProtection = {
  genesisValidatorsRoot?: Hex | undefined;
  /** Each of them must be there, with something that it signed. */
  pubkeys?: readonly Hex[] | undefined;
};

/** Everything that makes a protection file wrong, empty for a key, or proof of a slashable offence. */
export function checkInterchange(
  { genesisValidatorsRoot, keys }: Interchange,
  expected: ExpectedProtection = {},
): ProtectionProblem[] {
  const wanted = expected.genesisValidatorsRoot;
  return [
    ...(wanted !== undefined && wanted.toLowerCase() !== genesisValidatorsRoot
      ? [{ code: "WRONG_NETWORK", pubkey: undefined, problem: `it is of the network ${genesisValidatorsRoot}` }]
      : []),
    ...(keys.length === 0 ? [{ code: "PROTECTION_EMPTY", pubkey: undefined, problem: "it holds no key" }] : []),
    ...(expected.pubkeys ?? []).flatMap((pubkey) => missing(pubkey, keys)),
    ...keys.flatMap(checkHistory),
  ];
}

function missing(pubkey: Hex, keys: readonly KeyHistory[]): ProtectionProblem[] {
  const history = keys.find((key) => key.pubkey === pubkey);
  if (history === undefined) return [{ code: "KEY_UNPROTECTED", pubkey, problem: "the key is not in it" }];
  if (history.blocks.length + history.attestations.length > 0) return [];
  return [{ code: "PROTECTION_EMPTY", pubkey, problem: "nothing that the key signed is in it" }];
}

function checkHistory({ pubkey, blocks, attestations }: KeyHistory): ProtectionProblem[] {
  const told = (code: string, problem: string) => [{ code, pubkey, problem }];
  const slots = Map.groupBy(blocks, ({ slot }) => slot);
  const targets = Map.groupBy(attestations, ({ targetEpoch }) => targetEpoch);
  return [
    ...attestations
      .filter(({ sourceEpoch, targetEpoch }) => sourceEpoch > targetEpoch)
      .flatMap(({ sourceEpoch, targetEpoch }) =>
        told("PROTECTION_MALFORMED", `a vote goes backwards, from epoch ${sourceEpoch} to ${targetEpoch}`),
      ),
    ...[...slots].flatMap(([slot, same]) =>
      differ(same) ? told("DOUBLE_PROPOSAL", `two blocks of slot ${slot}`) : [],
    ),
    ...[...targets].flatMap(([epoch, same]) =>
      differ(same) ? told("DOUBLE_VOTE", `two votes for epoch ${epoch}`) : [],
    ),
    ...findSurround(attestations).flatMap(([outer, inner]) =>
      told("SURROUND_VOTE", `the vote ${spanOf(outer)} surrounds the vote ${spanOf(inner)}`),
    ),
  ];
}

/** Two roots that are known and not the same: without them nothing can be said. */
function differ(records: readonly { signingRoot: Hex | undefined }[]): boolean {
  return new Set(records.flatMap(({ signingRoot }) => signingRoot ?? [])).size > 1;
}

/** The first pair of votes of which one surrounds the other; in the order of sources, one look at each is enough. */
function findSurround(votes: readonly SignedAttestation[]): [SignedAttestation, SignedAttestation][] {
  const inOrder = votes.toSorted((a, b) =>
    a.sourceEpoch === b.sourceEpoch ? Number(a.targetEpoch - b.targetEpoch) : Number(a.sourceEpoch - b.sourceEpoch),
  );
  let widest: SignedAttestation | undefined;
  let candidate: SignedAttestation | undefined;
  for (const vote of inOrder) {
    // Only votes with a lower source can surround; those with the same one wait until the source moves on.
    if (candidate !== undefined && vote.sourceEpoch > candidate.sourceEpoch) {
      if (widest === undefined || candidate.targetEpoch > widest.targetEpoch) widest = candidate;
      candidate = undefined;
    }
    if (widest !== undefined && widest.targetEpoch > vote.targetEpoch) return [[widest, vote]];
    if (candidate === undefined || vote.targetEpoch > candidate.targetEpoch) candidate = vote;
  }
  return [];
}

function spanOf({ sourceEpoch, targetEpoch }: SignedAttestation): string {
  return `${sourceEpoch} to ${targetEpoch}`;
}

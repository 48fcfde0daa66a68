import type { SignedVoluntaryExit } from "../../chain/beacon/validator-api.ts";
import type { Reason } from "../job.ts";
import type { KeeperPolicy } from "../policy.ts";
import type { AnchorPoint } from "../proofs/anchor.ts";
import type { ExitCandidate, ExitSnapshot } from "./read.ts";

type Policy = Pick<KeeperPolicy, "exitWaitSeconds">;
type Time = Pick<ExitSnapshot, "now">;

/** Why whole validators leave. */
export type Because = "demand" | "deactivated";
/** A signed exit that goes to beacon nodes: no transaction, and no gas. */
export type PublishIntent = {
  kind: "publish";
  /** "again": the node has forgotten it. */
  because: Because | "again";
  point: AnchorPoint;
  indices: [number];
  exit: SignedVoluntaryExit;
};

/** A node that has forgotten an exit is told again after ten slots. */
const AGAIN_AFTER_SECONDS = 120;

/** Whether nodes have an exit of it that the chain may still take: it is asked for nothing else meanwhile. */
export function isPublished(
  { leaving, publishedAt }: Pick<ExitCandidate, "leaving" | "publishedAt">,
  { now }: Time,
  { exitWaitSeconds }: Policy,
): boolean {
  return !leaving && publishedAt !== undefined && now < publishedAt + exitWaitSeconds;
}

/** Ether that leaves by exits of which the contract does not know yet. It still counts it as wanted. */
export function onItsWayGwei(candidates: readonly ExitCandidate[], time: Time, policy: Policy): bigint {
  return candidates
    .filter((it) => it.unbooked || isPublished(it, time, policy))
    .reduce((sum, { effectiveBalanceGwei }) => sum + effectiveBalanceGwei, 0n);
}

/**
 * Who leaves by a signed exit that we hold, and who has to be asked by EIP-7002. One that was published for longer than the
 * chain should need is asked; and so is one that was asked before, since the contract keeps book of that.
 */
export function chooseWays<T extends ExitCandidate>(list: readonly T[]): { publish: T[]; request: T[] } {
  const canPublish = ({ heldExit, publishedAt, status }: T) =>
    heldExit !== undefined && publishedAt === undefined && status === "active";
  return { publish: list.filter(canPublish), request: list.filter((it) => !canPublish(it)) };
}

/** Published exits that the node does not have any more, and no block either. */
export function forgottenExits(snapshot: ExitSnapshot, policy: Policy): ExitCandidate[] {
  return snapshot.candidates.filter(
    (it) =>
      isPublished(it, snapshot, policy) &&
      !it.waitsAtNode &&
      it.heldExit !== undefined &&
      snapshot.now >= (it.publishedAt ?? 0) + AGAIN_AFTER_SECONDS,
  );
}

/** One intent for each exit that goes to the nodes: what is wrong with one keeps no other back. */
export function publishIntents(
  list: readonly ExitCandidate[],
  because: PublishIntent["because"],
  { point }: Pick<ExitSnapshot, "point">,
): PublishIntent[] {
  return list.flatMap(({ index, heldExit }) =>
    heldExit === undefined ? [] : [{ kind: "publish", because, point, indices: [index], exit: heldExit }],
  );
}

/** Which exits are on their way, and until when they are waited for. */
export function publishedReasons(snapshot: ExitSnapshot, policy: Policy): Reason[] {
  const waiting = snapshot.candidates.filter((it) => isPublished(it, snapshot, policy));
  if (waiting.length === 0) return [];
  const indices = waiting.map(({ index }) => index);
  const until = Math.min(...waiting.map(({ publishedAt }) => (publishedAt ?? 0) + policy.exitWaitSeconds));
  const message = `Exits of validators ${indices.join(", ")} are published: what the chain does not take is asked for by EIP-7002 from ${new Date(until * 1000).toISOString()} on`;
  return [{ code: "EXITS_PUBLISHED", message, details: { indices, until } }];
}

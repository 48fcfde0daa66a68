// From a report to a settlement: sign, wait for others, submit in turn, vote when the exchange fails.
import { packSignatures } from "../../chain/report/signatures.ts";
import { reportTypedData } from "../../chain/report/typed-data.ts";
import { EthStakeError, toEthStakeError } from "../../runtime/errors.ts";
import type { Logger } from "../../runtime/logger.ts";
import { turnOf } from "../decide/frames.ts";
import { storedFrame, type FrameWork } from "../frame-work.ts";
import type { MemberOptions, Signer } from "../member.ts";
import type { Committee } from "../read/committee.ts";
import { pushSignature } from "./exchange.ts";

/** Signs the report, once. That it was signed is on disk before anybody sees the signature. */
export async function signOnce(options: MemberOptions, { account }: Signer, work: FrameWork): Promise<void> {
  const { frames, peers, chainId, logger } = options;
  const { committee, pool, id } = work;
  if (pool.has(account.address)) return;
  if (!committee.members.includes(account.address))
    throw new EthStakeError("NOT_A_MEMBER", `Use the key of a member: ${account.address} is not in the committee`, {
      details: { committee: committee.address, account: account.address },
    });
  await frames.claim(work, id.reportHash);
  const signature = await account.signTypedData(reportTypedData({ chainId, committee: committee.address }, id));
  const frame = storedFrame(work);
  await frames.save({ ...frame, signatures: [...frame.signatures, { member: account.address, signature }] });
  await pool.add(signature);
  logger.info("Report signed", { refSlot: work.refSlot, reportHash: id.reportHash });
  await pushSignature(peers, work, signature, logger);
}

/** Whether enough members agree, by what is known here; when it is late, also by votes on chain. */
export async function isAgreed(options: MemberOptions, { sender }: Signer, work: FrameWork): Promise<boolean> {
  if (countedSignatures(work, work.committee).length >= work.committee.quorum) return true;
  if (!(await isLate(options, work))) return false;
  work.committee = await options.chain.committee(work.refSlot);
  return sender.isAgreed(work.committee.address, work.id, pack(work, work.committee));
}

/** Submits when it is this member's turn and nobody else has. */
export async function settleInTurn(options: MemberOptions, signer: Signer, work: FrameWork): Promise<void> {
  const { chain, grid, turnSeconds, logger } = options;
  const { account, sender } = signer;
  const now = await chain.chainTime();
  work.agreedAt ??= now;
  const { members } = work.committee;
  const turn = turnOf(grid, work.refSlot, members.indexOf(account.address), members.length);
  if (now < work.agreedAt + turn * turnSeconds || now < work.retryAt) return;

  const isOpen = async () => (await chain.lastRefSlot()) === work.previousRefSlot;
  if (!(await isOpen()) || (await sender.hasPending())) return;
  work.retryAt = now + turnSeconds;
  // A guardian may have suspended a member since: its signature would make the settlement revert.
  work.committee = await chain.committee(work.refSlot);
  const { broken, reviewReason } = await sender.foresee(work.report);
  const review = broken.find(({ errorName }) => errorName === "ReviewNotOver");
  if (review !== undefined && broken.length === 1) return noteReview(work, review.reason, logger);
  work.isReviewing = false;
  // Settled by another member between these looks: no mistake of anybody.
  if (broken.length > 0 && !(await isOpen())) return;
  if (broken.length > 0)
    throw new EthStakeError("REPORT_IMPLAUSIBLE", `Nothing is sent, the contract would refuse: ${broken[0]?.reason}`, {
      details: { refSlot: work.refSlot, broken },
      retryable: true,
    });
  try {
    const hash = await sender.settle(work.report, pack(work, work.committee));
    const { refSlot } = work;
    if (reviewReason === undefined) logger.info("Frame settled", { refSlot, hash });
    else
      logger.warn("Report held for review: confirm or drop it", { code: "REPORT_HELD", refSlot, hash, reviewReason });
  } catch (error) {
    if (await isOpen()) throw error;
    logger.info("Another member settled the frame first", {
      refSlot: work.refSlot,
      code: toEthStakeError(error).code,
    });
  }
}

// Not an error: people decide, and the frame is tried again each turn until they have.
function noteReview(work: FrameWork, reason: string, logger: Logger): void {
  const say = work.isReviewing ? logger.debug : logger.warn;
  work.isReviewing = true;
  say("Nothing is sent: a report waits for review", { code: "REPORT_IN_REVIEW", refSlot: work.refSlot, reason });
}

/** Votes on chain, once for each report, when signatures did not come together for too long. */
export async function voteWhenLate(options: MemberOptions, { sender }: Signer, work: FrameWork): Promise<void> {
  const { chain, logger } = options;
  if (!(await isLate(options, work)) || (await chain.chainTime()) < work.retryAt) return;
  const vote = await sender.lastVote(work.committee.address);
  // A vote for the same frame may be for the report that was built before a late settlement: that one counts no more.
  const isCast = vote.refSlot === work.id.refSlot && work.digest.startsWith(vote.digestPrefix);
  if (isCast || vote.refSlot > work.id.refSlot || (await sender.hasPending())) return;
  work.retryAt = (await chain.chainTime()) + options.turnSeconds;
  const hash = await sender.vote(work.committee.address, work.id);
  logger.warn("Voted on chain, since too few signatures came", { refSlot: work.refSlot, hash });
}

async function isLate({ chain, voteAfterSeconds }: MemberOptions, { builtAt }: FrameWork): Promise<boolean> {
  return (await chain.chainTime()) >= builtAt + voteAfterSeconds;
}

function countedSignatures({ pool }: FrameWork, { active }: Committee) {
  return pool.all().filter(({ member }) => active.includes(member));
}

function pack(work: FrameWork, committee: Committee) {
  return packSignatures(countedSignatures(work, committee).map(({ member, signature }) => [member, signature]));
}

// Looks at everything that a member needs, and says of each what to mend.
import { iOracleCommitteeAbi } from "../../chain/abi/IOracleCommittee.ts";
import { REPORT_VERSION } from "../../chain/report/report.ts";
import { formatWei } from "../../chain/units.ts";
import { toEthStakeError } from "../../runtime/errors.ts";
import type { LocalAccount } from "viem";
import type { OracleConfig } from "../config.ts";
import type { OracleContext } from "../connect.ts";
import { readCutoff } from "../read/cutoff.ts";
import { readReferenceBlock } from "../read/reference.ts";
import type { ReadyView } from "../read/sources.ts";
import { readState } from "../read/states.ts";

/** One thing that was looked at. */
export type Finding = { what: string; ok: boolean; text: string };

/** A settlement with a thousand losses and breaches costs less at 50 gwei. */
const MIN_BALANCE_WEI = 10n ** 17n;

/** Checks the set-up of a member, everything one after the other; whatever fails is a finding. */
export async function checkSetUp(
  context: OracleContext,
  config: OracleConfig,
  account: LocalAccount | undefined,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const look = async (what: string, ask: () => Promise<string>) => {
    try {
      findings.push({ what, ok: true, text: await ask() });
    } catch (error) {
      const { code, message } = toEthStakeError(error);
      findings.push({ what, ok: false, text: `${message} (${code})` });
    }
  };
  const views: ReadyView[] = [];
  await look("nodes", async () => {
    views.push(...(await context.sources.ready()));
    return `${views.length} pairs are in order`;
  });
  for (const { node, kind, ok, code } of context.sources.status())
    findings.push({ what: `${kind} node`, ok, text: ok ? node : `${node} is not in order: ${code}` });
  findings.push(diversityOf(views, config));
  for (const view of views) {
    await look(`${view.name}: final block`, async () => {
      const { finalized } = await view.beacon.finalityCheckpoints("head");
      const { blockNumber } = await readCutoff(view, finalized);
      await view.protocol.client.getBalance({
        address: view.deployment.contracts.pool,
        blockNumber: BigInt(blockNumber),
      });
      return `execution block ${blockNumber}, with its state`;
    });
    await look(`${view.name}: state`, async () => {
      const { finalized } = await view.beacon.finalityCheckpoints("head");
      const { header } = await view.beacon.header(finalized.root);
      const block = await readReferenceBlock(view, header.slot);
      const state = await readState(view, block, []);
      const verified = view.verifyStates ? "verified" : "not verified: ORACLE_VERIFY_STATES is false";
      return `slot ${state.slot}, ${state.validators.count} validators, ${verified}`;
    });
  }
  await look("contracts", async () => {
    const lastRefSlot = await context.chain.lastRefSlot();
    return `last settled slot ${lastRefSlot}, frames of ${context.grid.slotsPerFrame} slots, reports of version ${REPORT_VERSION}`;
  });
  await look("member", () => checkMember(context, account));
  for (const peer of context.peers)
    await look(`peer ${peer.name}`, async () => {
      const report = await peer.report(await context.chain.lastRefSlot());
      return report === undefined ? "answers, and has nothing for the last frame" : "answers";
    });
  return findings;
}

function diversityOf(views: readonly ReadyView[], { singleNode }: OracleConfig): Finding {
  const clients = [...new Set(views.map(({ consensusClient }) => consensusClient))];
  const executions = new Set(views.map(({ executionNode }) => executionNode));
  const ok = singleNode || (clients.length > 1 && executions.size > 1);
  const text = `${clients.join(", ") || "no client"}; ${executions.size} execution nodes`;
  if (singleNode) return { what: "agreement", ok, text: `one node is believed (ORACLE_SINGLE_NODE): ${text}` };
  return { what: "agreement", ok, text: ok ? text : `two clients and two execution nodes are needed: ${text}` };
}

async function checkMember({ protocol, chain }: OracleContext, account: LocalAccount | undefined): Promise<string> {
  if (account === undefined) return "no key: reports are built and not signed";
  const { address, members, quorum } = await chain.committee(await chain.lastRefSlot());
  const isActive = await protocol.client.readContract({
    address,
    abi: iOracleCommitteeAbi,
    functionName: "isActiveMember",
    args: [account.address],
  });
  if (!isActive)
    throw new Error(`Ask for ${account.address} to be made a member: committee ${address} does not count it`);
  const balanceWei = await protocol.client.getBalance({ address: account.address });
  if (balanceWei < MIN_BALANCE_WEI)
    throw new Error(`Send ether to ${account.address}: ${formatWei(balanceWei, 4)} ETH may not pay for a settlement`);
  return `${account.address}, one of ${members.length}, ${quorum} needed, ${formatWei(balanceWei, 4)} ETH`;
}

import { hashTypedData, type Address, type Hex } from "viem";

import type { ReportId } from "./report.ts";

/** Which committee on which chain: a signature for one counts for no other. */
export type CommitteeDomain = { chainId: number; committee: Address };

const types = {
  Report: [
    { name: "refSlot", type: "uint64" },
    { name: "blockRoot", type: "bytes32" },
    { name: "cutoffTimestamp", type: "uint64" },
    { name: "version", type: "uint32" },
    { name: "reportHash", type: "bytes32" },
  ],
} as const;

/**
 * The EIP-712 data of a report, as wallets and viem sign it.
 *
 * @example
 * const signature = await account.signTypedData(reportTypedData(domain, reportIdOf(report)));
 */
export function reportTypedData({ chainId, committee }: CommitteeDomain, id: ReportId) {
  return {
    domain: { name: "ethSTAKE OracleCommittee", version: "1", chainId, verifyingContract: committee },
    types,
    primaryType: "Report" as const,
    message: id,
  };
}

/** The hash that members sign; `OracleCommittee.digestOf` answers the same. */
export function reportDigest(domain: CommitteeDomain, id: ReportId): Hex {
  return hashTypedData(reportTypedData(domain, id));
}

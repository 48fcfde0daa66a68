import type { NetworkConnection } from "hardhat/types/network";

import { NETWORKS } from "../../../chain/networks.ts";
import type { ChainFacts } from "../../../deploy/chain.ts";
import {
  installConsolidationRequests,
  installDepositContract,
  installWithdrawalRequests,
} from "../../support/system-contracts.ts";

/** Age of the chain when a test begins: twenty frames of a devnet and five slots. */
const AGE_SLOTS = 20 * 64 + 5;

/** A chain as contracts need it: genesis in the past, with the deposit contract and the withdrawal request contract. */
export async function prepareChain({ networkHelpers }: NetworkConnection<"l1">): Promise<ChainFacts> {
  await installDepositContract(networkHelpers);
  await installWithdrawalRequests(networkHelpers);
  await installConsolidationRequests(networkHelpers);
  const { depositContract, secondsPerSlot, genesisForkVersion, chainId } = NETWORKS.devnet;
  const now = await networkHelpers.time.latest();
  return {
    chainId,
    genesisTime: now - AGE_SLOTS * secondsPerSlot,
    secondsPerSlot,
    genesisForkVersion,
    depositContract,
  };
}

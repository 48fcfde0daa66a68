// The reviewed list of all functions that anybody can reach from outside, with who may call them. A function that is
// inherited unseen, renamed or added without a thought is not on it (INC-13).

/** Who may call: anybody, a contract of the protocol, a role of deploy/roles.ts, or nobody any more. */
export type Caller = "anyone" | "once" | "authority" | ContractName | RoleOfList;
type ContractName = "pool" | "token" | "registry" | "manager" | "distribution" | "vaults or queue";
type RoleOfList = "PARAMETERS" | "UPGRADES" | "GUARDIAN";

export type EntryPoints = {
  /** Functions that change nothing. */
  reads: readonly string[];
  /** Functions that change something, with who may call them. */
  writes: Readonly<Record<string, Caller>>;
  /** A plain transfer of ether. */
  receives: boolean;
};

const PROXY = {
  reads: ["UPGRADE_INTERFACE_VERSION()", "proxiableUUID()"],
  writes: { "upgradeToAndCall(address,bytes)": "UPGRADES" },
} as const;
const MANAGED = {
  reads: [...PROXY.reads, "authority()", "isConsumingScheduledOp()"],
  writes: { ...PROXY.writes, "setAuthority(address)": "authority" },
} as const;

export const ENTRY_POINTS = {
  EthStake: {
    reads: [
      "DOMAIN_SEPARATOR()",
      "POOL()",
      "allowance(address,address)",
      "balanceOf(address)",
      "decimals()",
      "eip712Domain()",
      "name()",
      "nonces(address)",
      "supportsInterface(bytes4)",
      "symbol()",
      "totalSupply()",
    ],
    writes: {
      "approve(address,uint256)": "anyone",
      "approveAndCall(address,uint256)": "anyone",
      "approveAndCall(address,uint256,bytes)": "anyone",
      "burnFrom(address,uint256)": "pool",
      "mint(address,uint256)": "pool",
      "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)": "anyone",
      "transfer(address,uint256)": "anyone",
      "transferAndCall(address,uint256)": "anyone",
      "transferAndCall(address,uint256,bytes)": "anyone",
      "transferFrom(address,address,uint256)": "anyone",
      "transferFromAndCall(address,address,uint256)": "anyone",
      "transferFromAndCall(address,address,uint256,bytes)": "anyone",
    },
    receives: false,
  },
  StakingPool: {
    reads: [
      ...MANAGED.reads,
      "MAX_PAUSE()",
      "PAUSE_COOLDOWN()",
      "bufferedWei()",
      "circulatingShares()",
      "consensusGwei()",
      "convertToAssets(uint256)",
      "convertToShares(uint256)",
      "depositableWei()",
      "depositedGwei()",
      "depositedGweiAt(uint64)",
      "ethPerShare()",
      "inFlightGwei()",
      "limits()",
      "pausedUntil(uint8)",
      "settledDepositsGwei()",
      "stakeCeilingWei()",
      "staleAfter()",
      "totalPooledEther()",
      "totalShares()",
    ],
    writes: {
      ...MANAGED.writes,
      "distributeRewards((uint64,uint64,uint256,uint256,uint256,uint64))": "distribution",
      "finalizeWithdrawals(uint64,uint256)": "distribution",
      "initialize((address,(uint96,uint96,uint32),uint64))": "once",
      "onTransferReceived(address,address,uint256,bytes)": "token",
      "pause(uint8,uint40)": "GUARDIAN",
      "receiveEther()": "vaults or queue",
      "setLimits((uint96,uint96,uint32))": "PARAMETERS",
      "slashOperator(uint32,uint256)": "distribution",
      "stake(address,uint256)": "anyone",
      "stakeBond()": "registry",
      "takeForDeposits(uint64)": "manager",
      "unpause(uint8)": "GUARDIAN",
      "withdraw(uint256,address,uint256)": "anyone",
      "withdrawWithPermit(uint256,address,uint256,uint256,uint8,bytes32,bytes32)": "anyone",
    },
    receives: true,
  },
  WithdrawalQueue: {
    reads: [
      ...MANAGED.reads,
      "POOL()",
      "balanceOf(address)",
      "checkpointCount()",
      "checkpointHint(uint256)",
      "claimReceiver(uint256)",
      "claimableWei(uint256)",
      "finalizationHint(uint256,uint256,uint64)",
      "finalizedShares()",
      "getApproved(uint256)",
      "getCheckpoint(uint256)",
      "getRequest(uint256)",
      "isApprovedForAll(address,address)",
      "lastRequestId()",
      "name()",
      "ownerOf(uint256)",
      "parameters()",
      "queueStatus(uint256)",
      "queuedShares()",
      "supportsInterface(bytes4)",
      "surplusWei()",
      "symbol()",
      "thirdPartyClaims(address)",
      "tokenURI(uint256)",
      "unfinalizedEtherWei()",
    ],
    writes: {
      ...MANAGED.writes,
      "approve(address,uint256)": "anyone",
      "claim(uint256,uint256)": "anyone",
      "finalize(uint256,uint256,uint64,uint256)": "pool",
      "initialize(address,(uint32,uint96,uint96))": "once",
      "receiveEther()": "pool",
      "request(address,address,uint256,uint256)": "pool",
      "safeTransferFrom(address,address,uint256)": "anyone",
      "safeTransferFrom(address,address,uint256,bytes)": "anyone",
      "setApprovalForAll(address,bool)": "anyone",
      "setClaimReceiver(uint256,address)": "anyone",
      "setParameters((uint32,uint96,uint96))": "PARAMETERS",
      "setThirdPartyClaims(bool)": "anyone",
      "sweepSurplus()": "pool",
      "transferFrom(address,address,uint256)": "anyone",
    },
    receives: false,
  },
  RebasingEthStake: {
    reads: [
      "DOMAIN_SEPARATOR()",
      "POOL()",
      "TOKEN()",
      "allowance(address,address)",
      "balanceOf(address)",
      "decimals()",
      "eip712Domain()",
      "name()",
      "nonces(address)",
      "sharesOf(address)",
      "symbol()",
      "totalShares()",
      "totalSupply()",
    ],
    writes: {
      "approve(address,uint256)": "anyone",
      "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)": "anyone",
      "transfer(address,uint256)": "anyone",
      "transferFrom(address,address,uint256)": "anyone",
      "transferShares(address,uint256)": "anyone",
      "unwrap(uint256)": "anyone",
      "unwrapShares(uint256)": "anyone",
      "wrap(uint256)": "anyone",
    },
    receives: false,
  },
  AsyncRedeem: {
    reads: [
      "asset()",
      "claimableRedeemRequest(uint256,address)",
      "convertToAssets(uint256)",
      "convertToShares(uint256)",
      "isOperator(address,address)",
      "maxRedeem(address)",
      "pendingRedeemRequest(uint256,address)",
      "previewRedeem(uint256)",
      "share()",
      "supportsInterface(bytes4)",
      "totalAssets()",
    ],
    writes: {
      "redeem(uint256,address,address)": "anyone",
      "requestRedeem(uint256,address,address)": "anyone",
      "setOperator(address,bool)": "anyone",
    },
    receives: true,
  },
  WithdrawalVault: {
    reads: ["MANAGER()", "POOL()", "collectedWei()", "withdrawalRequestFeeWei()"],
    writes: { "collect(uint256)": "pool", "requestWithdrawal(bytes,uint64)": "manager" },
    receives: false,
  },
  ExecutionRewardsVault: {
    reads: ["POOL()", "collectedWei()"],
    writes: { "collect(uint256)": "pool" },
    receives: true,
  },
  ProxySeed: {
    reads: [...PROXY.reads, "DEPLOYER()", "reserve()"],
    // By its deployer, once; see test/contracts/proxy-seed.
    writes: { "upgradeToAndCall(address,bytes)": "once" },
    receives: false,
  },
} as const satisfies Record<string, EntryPoints>;

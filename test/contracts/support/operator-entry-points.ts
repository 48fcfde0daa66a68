// The part of the reviewed list that operators, keepers and the oracle call; see entry-points.ts.
import { AUTHORIZED, MANAGED, type EntryPoints } from "./entry-point-types.ts";

const PROOF = "(bytes,bytes32[])";
const ANCHOR = "(uint64,(uint64,uint64,bytes32,bytes32,bytes32))";
const HINT = "((bytes32,bytes32),(bytes32,bytes32),(bytes32,bytes32))";
const BREACH = "(uint32,uint32,uint32,uint32,uint64)";
const THEFT = "(uint32,uint64,uint128)";
const LOSS = "(uint32,uint128)";
const REPORT = `(uint64,uint64,uint64,bytes32,bytes32,uint64,uint64,uint128,uint128,bytes32,uint128,${LOSS}[],${BREACH}[],${THEFT}[],bytes32[])`;
const REPORT_ID = "(uint64,bytes32,uint64,uint32,bytes32)";
const REGISTRY_PARAMETERS =
  "(uint72,uint72,uint16,uint16,uint64,uint32,uint32,uint32,uint32,uint64,uint16,uint8,uint96,uint72)";
const MANAGER_PARAMETERS = "(uint16,uint16,uint16,uint32,uint64,uint32,uint16,uint64)";
const DISTRIBUTION_PARAMETERS = "(uint16,uint32,uint16,uint32,uint16,uint16,uint16,uint96)";

export const OPERATOR_ENTRY_POINTS = {
  OperatorRegistry: {
    reads: [
      ...MANAGED.reads,
      "capacityGwei(uint32)",
      "clientFundedGwei(bytes4)",
      "exitDeadlinePassed(uint32)",
      "freeBondWei(uint32)",
      "fundedGwei()",
      "getKeyBatch(uint32,uint32)",
      "getLock(uint256)",
      "getOperator(uint32)",
      "keyBatchCount(uint32)",
      "lockCount()",
      "nextLock()",
      "operatorCount()",
      "parameters()",
      "requiredBondWei(uint32)",
    ],
    writes: {
      ...MANAGED.writes,
      "addBond(uint32)": "anyone",
      "addFunded(uint32,uint64)": "manager",
      "addUnproven(uint32,uint32)": "manager",
      "drawLoss(uint32,uint256)": "distribution",
      "emergencySlash(uint32)": "GUARDIAN",
      [`initialize(address,${REGISTRY_PARAMETERS})`]: "once",
      "markFaulty(uint32)": "manager",
      "markProven(uint32,uint32)": "manager",
      "markSlashed(uint32,bytes32,uint256)": "manager",
      "payDebt(uint32,uint256)": "distribution",
      "registerOperator(string,address,bytes4)": "anyone",
      "releaseLock(uint256)": "APPEALS",
      [`reportDowntime(${BREACH}[])`]: "distribution",
      [`reportTheft(${THEFT}[])`]: "distribution",
      "requestBondWithdrawal(uint32,uint96)": "owner",
      "revealKeys(uint32,uint32,bytes,bytes,bytes26)": "manager",
      "resumeOperator(uint32)": "APPEALS",
      "setClientPair(uint32,bytes4)": "owner",
      [`setParameters(${REGISTRY_PARAMETERS})`]: "PARAMETERS",
      "setPaymentAddress(uint32,address)": "owner",
      "submitValidatorSigs(uint32,uint32,bytes26,uint8)": "owner",
      "subtractFunded(uint32,uint64)": "manager",
      "takeMaturedLocks(uint256)": "distribution",
      "withdrawBond(uint32)": "owner",
    },
    receives: false,
  },
  ValidatorManager: {
    reads: [
      ...MANAGED.reads,
      "capacityGwei(uint32)",
      "consolidation(bytes32)",
      "depositDomain()",
      "getValidator(bytes32)",
      "lastSlashingAt()",
      "parameters()",
      "requestedGwei()",
      "turn()",
      "unprovenCount()",
      "withdrawalCredentials()",
    ],
    writes: {
      ...MANAGED.writes,
      "advanceTurn(uint256)": "anyone",
      [`fund(uint32,${ANCHOR},${PROOF},uint64[])`]: "anyone",
      [`initialize(address,${MANAGER_PARAMETERS})`]: "once",
      [`predeposit(uint32,uint32,bytes,bytes,bytes26,${HINT}[])`]: "anyone",
      [`proveCredentials(${ANCHOR},${PROOF})`]: "anyone",
      [`proveLeaving(${ANCHOR},${PROOF})`]: "anyone",
      [`proveSlashed(${ANCHOR},${PROOF})`]: "anyone",
      "sendConsolidation(bytes32,bytes,bytes32,bytes)": "exits",
      "sendExit(bytes32,bytes,uint64)": "exits",
      "sendPartialWithdrawal(bytes32,bytes,uint64,uint64)": "exits",
      [`setParameters(${MANAGER_PARAMETERS})`]: "PARAMETERS",
      "settleExits(bytes32[])": "distribution",
      "takeConsolidationBack(bytes32)": "exits",
    },
    // From the pool alone; see test/contracts/validator-manager.
    receives: true,
  },
  ValidatorExits: {
    reads: ["exitDemandGwei()"],
    writes: {
      [`cancelConsolidation(${ANCHOR},${PROOF})`]: "anyone",
      [`requestConsolidation(${ANCHOR},${PROOF},bytes32,uint256)`]: "anyone",
      [`requestExit(${ANCHOR},${PROOF},uint256)`]: "anyone",
      [`requestPartialWithdrawal(${ANCHOR},${PROOF},uint64[],uint256)`]: "anyone",
    },
    receives: false,
  },
  BeaconProofs: {
    reads: ["layouts()", `verifyBalance(${ANCHOR},(uint40,bytes32,bytes32[]))`, `verifyValidators(${ANCHOR},${PROOF})`],
    writes: {},
    receives: false,
  },
  DepositVerifier: {
    reads: [
      `verify(bytes,bytes,${HINT},bytes32,uint64,bytes32)`,
      `verifyBatch(bytes,bytes,${HINT}[],bytes32,uint64,bytes32)`,
    ],
    writes: {},
    receives: false,
  },
  RewardDistribution: {
    reads: [
      ...MANAGED.reads,
      "REVIEW_SECONDS()",
      "claimableRoot()",
      "claimedShares(uint32)",
      "collectedWei()",
      "committeeFor(uint64)",
      "cumulativeFeeShares()",
      "exitingGwei()",
      "framesPerPeriod()",
      "genesisTime()",
      "heldReport()",
      "lastCutoffTimestamp()",
      "lastRefSlot()",
      "parameters()",
      "pendingRoot()",
      "secondsPerSlot()",
      "slotsPerFrame()",
    ],
    writes: {
      ...MANAGED.writes,
      "claimRewards(uint32,uint256,bytes32[])": "anyone",
      [`confirmReport(${REPORT},uint256)`]: "REVIEW",
      "dropReport()": "REVIEW",
      "finalizeStale(uint256)": "anyone",
      [`initialize((address,${DISTRIBUTION_PARAMETERS},address,uint64))`]: "once",
      "noteLock()": "registry",
      "setCommittee(address,uint64)": "COMMITTEE",
      [`setParameters(${DISTRIBUTION_PARAMETERS})`]: "PARAMETERS",
      [`settleRewards(${REPORT},bytes,uint256)`]: "anyone",
    },
    receives: false,
  },
  OracleCommittee: {
    reads: [
      ...AUTHORIZED.reads,
      `digestOf(${REPORT_ID})`,
      "eip712Domain()",
      "isActiveMember(address)",
      `isAgreed(${REPORT_ID},bytes)`,
      "members()",
      "quorum()",
      "voteOf(address)",
    ],
    writes: {
      ...AUTHORIZED.writes,
      "reinstate(address)": "COMMITTEE",
      "suspend(address)": "GUARDIAN",
      [`vote(${REPORT_ID})`]: "member",
    },
    receives: false,
  },
} as const satisfies Record<string, EntryPoints>;

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";

import {IEthStake} from "../../../contracts/interfaces/IEthStake.sol";
import {IOperatorRegistry} from "../../../contracts/interfaces/IOperatorRegistry.sol";
import {IOracleCommittee} from "../../../contracts/interfaces/IOracleCommittee.sol";
import {IRewardDistribution} from "../../../contracts/interfaces/IRewardDistribution.sol";
import {IStakingPool} from "../../../contracts/interfaces/IStakingPool.sol";
import {IValidatorExits} from "../../../contracts/interfaces/IValidatorExits.sol";
import {IValidatorManager} from "../../../contracts/interfaces/IValidatorManager.sol";
import {IVault, IWithdrawalVault} from "../../../contracts/interfaces/IVaults.sol";
import {IWithdrawalQueue} from "../../../contracts/interfaces/IWithdrawalQueue.sol";
import {StateLayouts} from "../../../contracts/types/BeaconTypes.sol";
import {RegistryAddresses, RegistryChain, RegistryParameters} from "../../../contracts/types/OperatorTypes.sol";
import {PoolAddresses, PoolInit, PoolLimits} from "../../../contracts/types/PoolTypes.sol";
import {QueueAddresses, QueueParameters} from "../../../contracts/types/QueueTypes.sol";
import {
    DistributionAddresses,
    DistributionChain,
    DistributionInit,
    DistributionParameters
} from "../../../contracts/types/ReportTypes.sol";
import {
    ExitAddresses,
    ExitChain,
    ManagerAddresses,
    ManagerChain,
    ManagerParameters
} from "../../../contracts/types/ValidatorTypes.sol";
import {Chain} from "./Chain.sol";
import {DepositKeys} from "./DepositKeys.sol";
import {TestBase} from "./Vm.sol";

/// @notice The whole protocol.
struct Protocol {
    IAccessManager accessManager;
    IEthStake token;
    IStakingPool pool;
    IWithdrawalQueue queue;
    IOperatorRegistry registry;
    IValidatorManager manager;
    IRewardDistribution distribution;
    IOracleCommittee committee;
    IWithdrawalVault withdrawalVault;
    IVault executionRewardsVault;
    IValidatorExits exits;
    address coverFund;
}

// What the implementations have beside their interfaces.

interface ISeed {
    function reserve() external;

    function upgradeToAndCall(address implementation, bytes calldata data) external payable;
}

interface IPoolStart {
    function initialize(PoolInit calldata init) external payable;
}

interface IQueueStart {
    function initialize(address authority, QueueParameters calldata parameters) external;
}

interface IRegistryStart {
    function initialize(address authority, RegistryParameters calldata parameters) external;
}

interface IManagerStart {
    function initialize(address authority, ManagerParameters calldata parameters) external;
}

interface IDistributionStart {
    function initialize(DistributionInit calldata init) external;
}

/// @title Deploys everything in the order of deploy/, with the numbers of a devnet
/// @notice Proxies on a seed first, since the contracts hold each other's addresses as immutables; then what is beside
/// them; then implementation and initialiser in one call. All roles are one: whoever `grantAdmin` names.
/// @dev Bytecode comes out of the artifacts, so that a change of a test does not compile the protocol again.
contract Deployment is TestBase {
    struct Built {
        string contractName;
        bytes arguments;
    }

    uint256 internal constant LOCKED_WEI = 1 ether;
    uint256 internal constant QUORUM = 2;

    Protocol internal _p;
    address internal _seed;
    /// @dev What stands behind each proxy, and what it was built with.
    mapping(address proxy => Built) private _built;

    constructor(address depositContract, address[] memory members) payable {
        address authority = _create("AccessManager", abi.encode(address(this)));
        _p.accessManager = IAccessManager(authority);
        _seed = _create("ProxySeed", "");
        _p.pool = IStakingPool(_proxy());
        _p.queue = IWithdrawalQueue(_proxy());
        _p.registry = IOperatorRegistry(_proxy());
        _p.manager = IValidatorManager(_proxy());
        _p.distribution = IRewardDistribution(_proxy());

        _p.token = IEthStake(_create("EthStake", abi.encode(_p.pool)));
        _p.executionRewardsVault = IVault(_create("ExecutionRewardsVault", abi.encode(_p.pool)));
        // The deposit signatures name the vault, so its code is put at the address that they name. It has no storage yet.
        vm.etch(DepositKeys.WITHDRAWAL_VAULT, _create("WithdrawalVault", abi.encode(_p.pool, _p.manager)).code);
        _p.withdrawalVault = IWithdrawalVault(DepositKeys.WITHDRAWAL_VAULT);
        _p.coverFund = _create("CoverFund", abi.encode(_p.token, _p.pool));
        _p.committee = IOracleCommittee(_create("OracleCommittee", abi.encode(authority, members, QUORUM)));

        _startPool(authority);
        _startQueue(authority);
        _startRegistry(authority);
        _startManager(authority, depositContract);
        _startDistribution(authority);
    }

    /// @notice Where everything is.
    function protocol() external view returns (Protocol memory) {
        return _p;
    }

    /// @notice Lets an account do what only people may do, at once.
    function grantAdmin(address account) external {
        _p.accessManager.grantRole(0, account, 0);
    }

    /// @notice Puts the same code at another address behind a proxy.
    function upgrade(uint256 which) external {
        address[5] memory proxies = [
            address(_p.pool),
            address(_p.queue),
            address(_p.registry),
            address(_p.manager),
            address(_p.distribution)
        ];
        address proxy = proxies[which % 5];
        Built memory built = _built[proxy];
        ISeed(proxy).upgradeToAndCall(_create(built.contractName, built.arguments), "");
    }

    function _startPool(address authority) private {
        PoolAddresses memory a = PoolAddresses({
            token: address(_p.token),
            queue: address(_p.queue),
            registry: address(_p.registry),
            manager: address(_p.manager),
            distribution: address(_p.distribution),
            withdrawalVault: address(_p.withdrawalVault),
            executionRewardsVault: address(_p.executionRewardsVault),
            coverFund: _p.coverFund
        });
        PoolInit memory init = PoolInit({
            authority: authority,
            limits: PoolLimits(100_000 ether, 100_000 ether, uint32(10 * Chain.FRAME_SECONDS)),
            refSlotTimestamp: Chain.timeOf(Chain.START_REF_SLOT)
        });
        _start(address(_p.pool), "StakingPool", abi.encode(a), abi.encodeCall(IPoolStart.initialize, (init)));
    }

    function _startQueue(address authority) private {
        QueueAddresses memory a = QueueAddresses({
            pool: address(_p.pool),
            manager: address(_p.manager),
            distribution: address(_p.distribution),
            withdrawalVault: address(_p.withdrawalVault),
            executionRewardsVault: address(_p.executionRewardsVault)
        });
        QueueParameters memory parameters = QueueParameters(uint32(Chain.FRAME_SECONDS / 2), 0.01 ether, 1000 ether);
        bytes memory data = abi.encodeCall(IQueueStart.initialize, (authority, parameters));
        _start(address(_p.queue), "WithdrawalQueue", abi.encode(a), data);
    }

    function _startRegistry(address authority) private {
        RegistryAddresses memory a = RegistryAddresses({
            token: address(_p.token),
            pool: address(_p.pool),
            manager: address(_p.manager),
            distribution: address(_p.distribution),
            coverFund: _p.coverFund
        });
        RegistryChain memory chain = RegistryChain(
            Chain.GENESIS_TIME,
            Chain.SECONDS_PER_SLOT,
            Chain.SLOTS_PER_FRAME,
            Chain.FRAMES_PER_PERIOD
        );
        RegistryParameters memory parameters = RegistryParameters({
            faultPenaltyWei: 0.5 ether,
            bondMarginWei: 0.1 ether,
            bondRateBps: 400,
            clientCapBps: 3300,
            clientCapFloorGwei: 100_000e9,
            minBatchAgeSeconds: uint32(5 * Chain.SECONDS_PER_SLOT),
            appealWindowSeconds: uint32(Chain.FRAME_SECONDS),
            bondExitDelaySeconds: uint32(4 * Chain.FRAME_SECONDS),
            exitDeadlineSeconds: uint32(Chain.FRAME_SECONDS),
            downtimePenaltyWeiPerEthEpoch: 200_000 gwei,
            maxDowntimeLockBps: 1000,
            strikesToDeactivate: 3,
            maxPeriodLockWei: 100 ether,
            theftPenaltyWei: 1 ether
        });
        bytes memory data = abi.encodeCall(IRegistryStart.initialize, (authority, parameters));
        _start(address(_p.registry), "OperatorRegistry", abi.encode(a, chain), data);
    }

    function _startManager(address authority, address depositContract) private {
        StateLayouts memory layouts = StateLayouts(0, type(uint64).max, type(uint64).max);
        address proofs = _create("BeaconProofs", abi.encode(Chain.GENESIS_TIME, Chain.SECONDS_PER_SLOT, layouts));
        _p.exits = IValidatorExits(_create("ValidatorExits", abi.encode(_exitAddresses(proofs), ExitChain(8, 1))));
        ManagerAddresses memory a = ManagerAddresses({
            pool: address(_p.pool),
            registry: address(_p.registry),
            distribution: address(_p.distribution),
            validatorExits: address(_p.exits),
            withdrawalVault: address(_p.withdrawalVault),
            depositContract: depositContract,
            beaconProofs: proofs,
            depositVerifier: _create("DepositVerifier", "")
        });
        ManagerChain memory chain = ManagerChain(Chain.SECONDS_PER_SLOT, DepositKeys.GENESIS_FORK_VERSION);
        ManagerParameters memory parameters = ManagerParameters({
            maxStock: 64,
            maxStockPerOperator: 32,
            maxOperatorShareBps: 10_000,
            maxProofAgeSeconds: 1 hours,
            minPartialGwei: 1e9,
            exitRetrySeconds: 32 * uint32(Chain.SECONDS_PER_SLOT),
            slashedLockBps: 200,
            turnGwei: 320e9
        });
        bytes memory data = abi.encodeCall(IManagerStart.initialize, (authority, parameters));
        _start(address(_p.manager), "ValidatorManager", abi.encode(a, chain), data);
    }

    function _exitAddresses(address proofs) private view returns (ExitAddresses memory) {
        return
            ExitAddresses({
                pool: address(_p.pool),
                queue: address(_p.queue),
                registry: address(_p.registry),
                manager: address(_p.manager),
                withdrawalVault: address(_p.withdrawalVault),
                executionRewardsVault: address(_p.executionRewardsVault),
                beaconProofs: proofs
            });
    }

    function _startDistribution(address authority) private {
        DistributionAddresses memory a = DistributionAddresses({
            token: address(_p.token),
            pool: address(_p.pool),
            queue: address(_p.queue),
            registry: address(_p.registry),
            manager: address(_p.manager),
            withdrawalVault: address(_p.withdrawalVault),
            executionRewardsVault: address(_p.executionRewardsVault),
            coverFund: _p.coverFund
        });
        DistributionChain memory chain = DistributionChain(
            Chain.GENESIS_TIME,
            Chain.SECONDS_PER_SLOT,
            Chain.SLOTS_PER_FRAME,
            Chain.FRAMES_PER_PERIOD
        );
        DistributionInit memory init = DistributionInit({
            authority: authority,
            parameters: DistributionParameters({
                operatorFeeBps: 500,
                maxYearlyGrowthBps: 1_000_000,
                maxLossBps: 500,
                claimDelaySeconds: 300,
                maxCoverBps: 5_000,
                staleFrames: 2,
                staleHaircutBps: 700,
                staleDailyWei: 20 ether
            }),
            committee: address(_p.committee),
            lastRefSlot: Chain.START_REF_SLOT
        });
        bytes memory data = abi.encodeCall(IDistributionStart.initialize, (init));
        _start(address(_p.distribution), "RewardDistribution", abi.encode(a, chain), data);
    }

    function _proxy() private returns (address) {
        return _create("ERC1967Proxy", abi.encode(_seed, abi.encodeCall(ISeed.reserve, ())));
    }

    function _start(address proxy, string memory contractName, bytes memory arguments, bytes memory data) private {
        _built[proxy] = Built(contractName, arguments);
        uint256 valueWei = proxy == address(_p.pool) ? LOCKED_WEI : 0;
        ISeed(proxy).upgradeToAndCall{value: valueWei}(_create(contractName, arguments), data);
    }

    function _create(string memory contractName, bytes memory arguments) private returns (address made) {
        bytes memory code = bytes.concat(vm.getCode(contractName), arguments);
        assembly ("memory-safe") {
            made := create(0, add(code, 0x20), mload(code))
        }
        require(made != address(0), contractName);
    }
}

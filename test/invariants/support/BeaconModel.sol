// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDepositContract} from "../../../contracts/interfaces/IDepositContract.sol";
import {Ssz} from "../../../contracts/proofs/Ssz.sol";
import {DepositKeys} from "./DepositKeys.sol";
import {Findings} from "./Findings.sol";
import {KeyBook} from "./KeyBook.sol";
import {TestBase} from "./Vm.sol";

/// @notice A validator on the beacon chain, as far as it concerns the pool.
/// @param visible Its first deposit was processed, so that it has a record that can be proven.
/// @param foreign Its first deposit named somebody else's credentials: our ether there is lost.
/// @param shown A proof of our credentials was handed to the contracts.
/// @param receivedGwei All that the pool deposited for it.
/// @param pendingGwei Deposits, the pool's and gifts, that wait to be processed.
/// @param balanceGwei Its balance.
/// @param partialGwei Partial withdrawals that wait.
/// @param moveAsked A consolidation was asked for, which the chain has neither begun nor ignored.
/// @param moving It leaves for another validator, `movesTo`, and not for the vault.
struct ModelValidator {
    bool visible;
    bool foreign;
    bool shown;
    bool slashed;
    bool exitAsked;
    bool exiting;
    bool exited;
    uint64 receivedGwei;
    uint64 pendingGwei;
    uint64 balanceGwei;
    uint64 partialGwei;
    bool moveAsked;
    bool moving;
    uint256 movesTo;
}

/// @title The beacon chain in integers, and its deposit contract
/// @notice Takes every deposit that the contracts send, as the real one would, and checks what a deposit must be.
contract BeaconModel is IDepositContract, TestBase {
    uint64 internal constant PREDEPOSIT_GWEI = 1e9;
    uint64 internal constant MIN_ACTIVATION_GWEI = 32e9;
    uint64 internal constant MAX_BALANCE_GWEI = 2048e9;
    uint64 internal constant SLASHING_PENALTY_DIVISOR = 128;

    Findings private immutable FINDINGS;
    address private immutable VAULT = DepositKeys.WITHDRAWAL_VAULT;

    mapping(uint256 key => ModelValidator) private _validators;
    mapping(bytes32 pubkeyRoot => uint256 keyPlusOne) private _keyOf;

    /// @notice All deposits of the pool, in Gwei.
    uint64 public depositedGwei;
    /// @notice All ether that the vaults ever received, in wei.
    uint256 public withdrawalReceiptsWei;
    uint256 public executionReceiptsWei;
    /// @notice All losses of an operator's validators, in Gwei.
    mapping(uint32 operatorId => uint64) public lossGwei;
    /// @notice Validators whose final withdrawal was paid.
    bytes32[] public exits;

    constructor(Findings findings) {
        FINDINGS = findings;
        for (uint256 key = 0; key < DepositKeys.COUNT; ++key) _keyOf[KeyBook.root(key)] = key + 1;
    }

    // ---------------------------------------------------------------- Read

    function validator(uint256 key) external view returns (ModelValidator memory) {
        return _validators[key];
    }

    /// @notice What a report counts as ours: balances and pending deposits, in Gwei.
    function consensusGwei() external view returns (uint64 sum) {
        for (uint256 key = 0; key < DepositKeys.COUNT; ++key) {
            ModelValidator storage v = _validators[key];
            if (!v.foreign) sum += v.balanceGwei + v.pendingGwei;
        }
    }

    /// @notice What is on its way out, in Gwei.
    function exitingGwei() external view returns (uint64 sum) {
        for (uint256 key = 0; key < DepositKeys.COUNT; ++key) {
            ModelValidator storage v = _validators[key];
            sum += v.exiting ? v.balanceGwei : v.partialGwei;
        }
    }

    function exitCount() external view returns (uint256) {
        return exits.length;
    }

    // ---------------------------------------------------------------- Deposit

    /// @inheritdoc IDepositContract
    function deposit(
        bytes calldata pubkey,
        bytes calldata withdrawalCredentials,
        bytes calldata signature,
        bytes32 depositDataRoot
    ) external payable {
        uint64 amountGwei = uint64(msg.value / 1 gwei);
        bytes32 credentials = bytes32(withdrawalCredentials);
        require(msg.value == uint256(amountGwei) * 1 gwei && amountGwei >= PREDEPOSIT_GWEI, "deposit amount");
        require(
            depositDataRoot == Ssz.depositDataRoot(pubkey, credentials, amountGwei, signature),
            "deposit data root"
        );
        uint256 key = keyOf(Ssz.pubkeyRoot(pubkey));
        if (credentials != bytes32((uint256(2) << 248) | uint160(VAULT))) FINDINGS.add("INV-18", "foreign credentials");
        _check(_validators[key], key, amountGwei, signature);

        depositedGwei += amountGwei;
        ModelValidator storage v = _validators[key];
        v.receivedGwei += amountGwei;
        v.pendingGwei += amountGwei;
        if (v.foreign) lossGwei[KeyBook.operatorOf(key)] += amountGwei;
    }

    function _check(ModelValidator storage v, uint256 key, uint64 amountGwei, bytes calldata signature) private {
        if (v.receivedGwei == 0) {
            bool signed =
                key != DepositKeys.WRONGLY_SIGNED && keccak256(signature) == keccak256(KeyBook.signature(key));
            if (!signed) FINDINGS.add("INV-18", "a first deposit with a wrong signature");
            if (amountGwei != PREDEPOSIT_GWEI) FINDINGS.add("INV-06", "a first deposit of more than 1 ETH");
        } else {
            if (!v.shown) FINDINGS.add("INV-06", "a top-up before the proof");
            if (v.foreign) FINDINGS.add("INV-06", "a top-up with foreign credentials");
            if (v.slashed || v.exiting || v.exited) FINDINGS.add("INV-07", "a top-up of a validator that leaves");
            if (v.receivedGwei + amountGwei > MAX_BALANCE_GWEI) FINDINGS.add("INV-07", "above 2048 ETH");
        }
    }

    /// @notice Somebody deposits for a key before the pool does, with credentials of their own.
    function frontRun(uint256 key) external {
        if (_validators[key].receivedGwei == 0) _validators[key].foreign = true;
    }

    /// @notice Somebody deposits for a validator of ours.
    function inject(uint256 key, uint64 amountGwei) external {
        if (_validators[key].visible) _validators[key].pendingGwei += amountGwei;
    }

    /// @notice The chain processes the pending deposits of a validator.
    function processDeposits(uint256 key) external {
        ModelValidator storage v = _validators[key];
        if (v.pendingGwei == 0) return;
        v.balanceGwei += v.pendingGwei;
        v.pendingGwei = 0;
        v.visible = true;
    }

    /// @notice The handler of keepers says whether a proof of our credentials is with the contracts.
    function setShown(uint256 key, bool shown) external {
        _validators[key].shown = shown;
    }

    // ---------------------------------------------------------------- Balances

    function earns(uint256 key) public view returns (bool) {
        ModelValidator storage v = _validators[key];
        return !v.foreign && !v.exited && !v.slashed && v.balanceGwei >= MIN_ACTIVATION_GWEI;
    }

    function earn(uint256 key, uint64 amountGwei) external {
        if (earns(key)) _validators[key].balanceGwei += amountGwei;
    }

    function penalise(uint256 key, uint64 amountGwei) external {
        if (earns(key)) _lose(key, amountGwei);
    }

    /// @notice The initial penalty; later ones come as further penalties.
    function slash(uint256 key) external {
        if (!earns(key)) return;
        _validators[key].slashed = true;
        _validators[key].exiting = true;
        // The chain does not consolidate a slashed validator.
        (_validators[key].moveAsked, _validators[key].moving) = (false, false);
        _lose(key, _validators[key].balanceGwei / SLASHING_PENALTY_DIVISOR);
    }

    function _lose(uint256 key, uint64 amountGwei) private {
        _validators[key].balanceGwei -= amountGwei;
        lossGwei[KeyBook.operatorOf(key)] += amountGwei;
    }

    // ---------------------------------------------------------------- Withdraw

    /// @notice A request out of EIP-7002; the chain ignores what it cannot do, silently.
    function requestWithdrawal(address source, bytes calldata pubkey, uint64 amountGwei) external {
        ModelValidator storage v = _validators[keyOf(Ssz.pubkeyRoot(pubkey))];
        if (source != VAULT || v.foreign || !v.visible || v.exiting || v.exited) {
            FINDINGS.add("INC-35", "a request was sent that the chain ignores");
            return;
        }
        if (amountGwei != 0) v.partialGwei += amountGwei;
        else if (v.partialGwei == 0) v.exitAsked = true;
    }

    /// @notice A request out of EIP-7251; the chain ignores what it cannot do, silently.
    function requestConsolidation(address source, bytes calldata pubkey, bytes calldata targetPubkey) external {
        ModelValidator storage v = _validators[keyOf(Ssz.pubkeyRoot(pubkey))];
        uint256 targetKey = keyOf(Ssz.pubkeyRoot(targetPubkey));
        if (source != VAULT || !_canMove(v) || !_canMove(_validators[targetKey])) {
            FINDINGS.add("INC-35", "a consolidation was asked for that the chain ignores");
            return;
        }
        if (v.partialGwei == 0) (v.moveAsked, v.movesTo) = (true, targetKey);
    }

    function _canMove(ModelValidator storage v) private view returns (bool) {
        return !v.foreign && v.visible && !v.slashed && !v.exiting && !v.exited;
    }

    /// @notice The chain begins a consolidation that was asked for.
    function beginConsolidation(uint256 key) external {
        ModelValidator storage v = _validators[key];
        if (!v.moveAsked || v.exiting) return;
        (v.moveAsked, v.moving, v.exiting) = (false, true, true);
    }

    /// @notice The chain has no room for a consolidation that was asked for.
    function ignoreConsolidation(uint256 key) external {
        _validators[key].moveAsked = false;
    }

    /// @notice The operator's own signed exit, or the start of one that was asked for.
    function beginExit(uint256 key) external {
        if (!earns(key)) return;
        _validators[key].exiting = true;
        _validators[key].moveAsked = false;
    }

    function wasExitAsked(uint256 key) external view returns (bool) {
        return _validators[key].exitAsked;
    }

    /// @notice Pays what waits: a partial withdrawal, or all of a validator that has left.
    function payOut(uint256 key) external {
        ModelValidator storage v = _validators[key];
        if (v.foreign) return;
        uint64 amountGwei;
        if (v.exiting) {
            amountGwei = v.balanceGwei;
            if (!v.exited) exits.push(KeyBook.root(key));
            v.exited = true;
        } else if (v.balanceGwei > MIN_ACTIVATION_GWEI) {
            uint64 mostGwei = v.balanceGwei - MIN_ACTIVATION_GWEI;
            amountGwei = v.partialGwei < mostGwei ? v.partialGwei : mostGwei;
        }
        v.partialGwei = 0;
        v.balanceGwei -= amountGwei;
        if (v.moving) {
            // To another validator of ours, and from there, if that has left, to the vault.
            _validators[v.movesTo].balanceGwei += amountGwei;
            return;
        }
        receiveAtVault(uint256(amountGwei) * 1 gwei);
    }

    /// @notice Ether appears in the vault, as withdrawals do: without a call.
    function receiveAtVault(uint256 amountWei) public {
        withdrawalReceiptsWei += amountWei;
        _force(VAULT, amountWei);
    }

    /// @notice The caller has put ether into the vault of execution rewards.
    function noteExecutionReceipt(uint256 amountWei) external {
        executionReceiptsWei += amountWei;
    }

    /// @notice The number of a key.
    function keyOf(bytes32 pubkeyRoot) public view returns (uint256) {
        require(_keyOf[pubkeyRoot] != 0, "unknown key");
        return _keyOf[pubkeyRoot] - 1;
    }
}

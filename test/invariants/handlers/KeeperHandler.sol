// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IValidatorExits} from "../../../contracts/interfaces/IValidatorExits.sol";
import {IValidatorManager} from "../../../contracts/interfaces/IValidatorManager.sol";
import {BeaconAnchor, ValidatorMultiproof} from "../../../contracts/types/BeaconTypes.sol";
import {SignatureHint} from "../../../contracts/types/DepositTypes.sol";
import {BondLock, LockCause, Operator, OperatorStatus} from "../../../contracts/types/OperatorTypes.sol";
import {PAUSE_DEPOSIT, REPORT_PENDING} from "../../../contracts/types/PoolTypes.sol";
import {Validator, ValidatorStatus} from "../../../contracts/types/ValidatorTypes.sol";
import {ModelValidator} from "../support/BeaconModel.sol";
import {BeaconBlocks} from "../support/BeaconBlocks.sol";
import {DepositKeys} from "../support/DepositKeys.sol";
import {KeyBook} from "../support/KeyBook.sol";
import {World} from "../support/World.sol";
import {Handler} from "./Handler.sol";

/// @title Anyone who begins, proves, funds and exits validators
contract KeeperHandler is Handler {
    uint256 private constant PREDEPOSIT_BOND_WEI = 1.6 ether;
    uint256 private constant FAULT_BOND_WEI = 1.5 ether;
    uint256 private constant RAY = 1e27;
    uint64 private constant PREDEPOSIT_GWEI = 1e9;
    uint64 private constant MOST_FUNDED_GWEI = 2016e9;
    /// @dev Above what a request costs.
    uint256 private constant FEE_WEI = 10;

    BeaconBlocks private immutable BLOCKS;
    address private immutable KEEPER = vm.addr(0x5EE9E5);

    /// @notice The rate, with 27 decimals, at which an operator's bond was last found to be enough.
    mapping(uint32 operatorId => uint256) public coveredAtRay;

    constructor(World world) Handler(world) {
        BLOCKS = world.BLOCKS();
    }

    // ---------------------------------------------------------------- Predeposit

    function predeposit(uint32 operator, uint32 batch, uint256 count) external userCall {
        uint32 id = uint32(operator % KeyBook.OPERATORS) + 1;
        uint32 batches = p.registry.keyBatchCount(id);
        if (batches == 0) return;
        batch %= batches;
        (, uint40 submittedAt, uint8 remaining) = p.registry.getKeyBatch(id, batch);
        if (remaining == 0) return;
        count = _bound(count, 1, remaining);
        uint256 place = KeyBook.BATCH_SIZE - remaining;
        uint256 fresh = _freshKeys(id, batch, place, count);
        bool want =
            block.timestamp >= submittedAt + p.registry.parameters().minBatchAgeSeconds &&
                p.registry.getOperator(id).status == OperatorStatus.Active &&
                (fresh == 0 || _mayPredeposit(id, fresh));

        bytes memory data = _predepositCall(id, batch, place, count);
        (bool ok, bytes memory answer) = _as(KEEPER, address(p.manager), data);
        _requireAs(want, ok, answer, "predeposit");
        if (!ok || fresh == 0) return;

        GHOST.deploy(uint64(fresh) * PREDEPOSIT_GWEI);
        _checkCover(id);
    }

    function _mayPredeposit(uint32 id, uint256 count) private view returns (bool) {
        return
            p.registry.freeBondWei(id) >= p.registry.requiredBondWei(id) + count * PREDEPOSIT_BOND_WEI &&
            GHOST.depositableWei() >= count * 1 ether &&
            !_paused(PAUSE_DEPOSIT) &&
            !_paused(REPORT_PENDING);
    }

    /// @dev Keys of the batch that will get a deposit: new, and well signed.
    function _freshKeys(uint32 id, uint32 batch, uint256 place, uint256 count) private view returns (uint256 fresh) {
        for (uint256 i = 0; i < count; ++i) {
            uint256 key = KeyBook.keyAt(id, batch, place + i);
            if (BEACON.validator(key).receivedGwei == 0 && key != DepositKeys.WRONGLY_SIGNED) ++fresh;
        }
    }

    function _predepositCall(
        uint32 id,
        uint32 batch,
        uint256 place,
        uint256 count
    ) private pure returns (bytes memory) {
        bytes memory pubkeys;
        bytes memory signatures;
        SignatureHint[] memory hints = new SignatureHint[](count);
        for (uint256 i = 0; i < count; ++i) {
            uint256 key = KeyBook.keyAt(id, batch, place + i);
            pubkeys = bytes.concat(pubkeys, KeyBook.pubkey(key));
            signatures = bytes.concat(signatures, KeyBook.signature(key));
            hints[i] = KeyBook.hint(key);
        }
        bytes26 tail = KeyBook.tail(id, batch, place + count);
        return abi.encodeCall(IValidatorManager.predeposit, (id, batch, pubkeys, signatures, tail, hints));
    }

    function _checkCover(uint32 id) private {
        if (p.registry.freeBondWei(id) < p.registry.getOperator(id).unprovenCount * PREDEPOSIT_BOND_WEI) {
            FINDINGS.add("INV-06", "a predeposit without bond for it");
        }
        coveredAtRay[id] = (GHOST.pooledWei() * RAY) / GHOST.totalShares();
    }

    // ---------------------------------------------------------------- Prove

    function prove(uint256 key, uint64 slotsAgo) external userCall {
        key %= DepositKeys.COUNT;
        ModelValidator memory v = BEACON.validator(key);
        if (!v.visible) return;
        bool first = _record(key).status == ValidatorStatus.Predeposited;
        (BeaconAnchor memory anchor, ValidatorMultiproof memory proof) = _proof(key, slotsAgo);
        uint256 locks = p.registry.lockCount();
        Operator memory operator = p.registry.getOperator(KeyBook.operatorOf(key));

        bytes memory data = abi.encodeCall(IValidatorManager.proveCredentials, (anchor, proof));
        (bool ok, bytes memory answer) = _as(KEEPER, address(p.manager), data);
        _requireAs(true, ok, answer, "proof");

        if (first && v.foreign) _checkFault(key, locks, operator.bondShares - operator.lockedShares);
        else if (first) BEACON.setShown(key, true);
    }

    /// @dev A validator that leaves takes no ether and holds up nobody's turn.
    function proveLeaving(uint256 key, uint64 slotsAgo) external userCall {
        key %= DepositKeys.COUNT;
        ModelValidator memory v = BEACON.validator(key);
        ValidatorStatus status = _record(key).status;
        if (!v.visible || status == ValidatorStatus.None) return;
        (BeaconAnchor memory anchor, ValidatorMultiproof memory proof) = _proof(key, slotsAgo);
        bool want = (v.slashed || v.exiting) && (status == ValidatorStatus.Active || status == ValidatorStatus.Exiting);

        bytes memory data = abi.encodeCall(IValidatorManager.proveLeaving, (anchor, proof));
        (bool ok, bytes memory answer) = _as(KEEPER, address(p.manager), data);
        _requireAs(want, ok, answer, "proof of leaving");
    }

    /// @dev Locks bond for what a slashing may cost, or all that is free, and stops the operator; each validator once.
    function proveSlashed(uint256 key, uint64 slotsAgo) external userCall {
        key %= DepositKeys.COUNT;
        ModelValidator memory v = BEACON.validator(key);
        ValidatorStatus status = _record(key).status;
        if (!v.visible || status == ValidatorStatus.None) return;
        bool first = status == ValidatorStatus.Active || status == ValidatorStatus.Exiting;
        bool want = v.slashed && status != ValidatorStatus.Predeposited;
        uint32 id = KeyBook.operatorOf(key);
        Operator memory before = p.registry.getOperator(id);
        (BeaconAnchor memory anchor, ValidatorMultiproof memory proof) = _proof(key, slotsAgo);

        bytes memory data = abi.encodeCall(IValidatorManager.proveSlashed, (anchor, proof));
        (bool ok, bytes memory answer) = _as(KEEPER, address(p.manager), data);
        _requireAs(want, ok, answer, "proof of a slashing");

        if (ok) _checkSlashing(id, before, first ? v.balanceGwei : 0);
    }

    function _checkSlashing(uint32 id, Operator memory before, uint256 balanceGwei) private {
        Operator memory operator = p.registry.getOperator(id);
        uint256 lossWei = (balanceGwei * 1 gwei * p.manager.parameters().slashedLockBps) / 10_000;
        uint256 locked = operator.lockedShares - before.lockedShares;
        bool enough = GHOST.worthWei(locked) + 2 >= lossWei || operator.lockedShares == operator.bondShares;
        if (!enough || (balanceGwei == 0 && locked != 0)) {
            FINDINGS.add("INV-12", "a proven slashing locked too little, or twice");
        }
        if (balanceGwei != 0 && operator.status == OperatorStatus.Active) {
            FINDINGS.add("INV-07", "an operator with a slashed validator goes on");
        }
    }

    function advanceTurn(uint8 limit) external userCall {
        p.manager.advanceTurn(limit);
    }

    /// @dev The lock must hold the penalty and the lost ether, or all free bond.
    function _checkFault(uint256 key, uint256 locks, uint256 freeShares) private {
        if (_record(key).status != ValidatorStatus.Faulty) FINDINGS.add("INV-06", "foreign credentials were accepted");
        BondLock memory lock;
        if (p.registry.lockCount() == locks + 1) lock = p.registry.getLock(locks);
        uint256 shares = uint256(lock.penaltyShares) + lock.lossShares;
        bool enough = GHOST.worthWei(shares) + 2 >= FAULT_BOND_WEI || shares == freeShares;
        if (lock.cause != LockCause.Credentials || !enough) {
            FINDINGS.add("INV-06", "bond was not locked for a predeposit that was lost");
        }
    }

    // ---------------------------------------------------------------- Fund

    function fund(uint256 key, uint64 amountGwei, uint64 slotsAgo) external userCall {
        key %= DepositKeys.COUNT;
        amountGwei = uint64(_bound(amountGwei, 31e9, 300e9));
        ModelValidator memory v = BEACON.validator(key);
        if (!v.visible) return;
        Validator memory before = _record(key);
        bool first = before.status == ValidatorStatus.Predeposited;
        bool want =
            (first || before.status == ValidatorStatus.Active) &&
                !v.foreign &&
                !v.slashed &&
                !v.exiting &&
                _isItsTurn(before.operatorId, amountGwei) &&
                _mayFund(before, amountGwei, first);

        BEACON.setShown(key, !v.foreign && (first || v.shown));
        (bool ok, bytes memory answer) = _as(KEEPER, address(p.manager), _fundCall(key, amountGwei, slotsAgo));
        _requireAs(want, ok, answer, "funding");
        if (!ok) {
            BEACON.setShown(key, v.shown);
            return;
        }

        GHOST.deploy(amountGwei);
        if (p.registry.freeBondWei(before.operatorId) < p.registry.requiredBondWei(before.operatorId)) {
            FINDINGS.add("INV-06", "a top-up without bond for it");
        }
    }

    /// @dev With two operators: it has the turn, or the other one, if it comes first, has no capacity.
    function _isItsTurn(uint32 id, uint64 amountGwei) private view returns (bool) {
        (uint32 turnId, uint64 leftGwei) = p.manager.turn();
        if (turnId == id) return amountGwei <= leftGwei;
        uint32 other = 3 - id;
        // From 0, 1 and 3 on the first operator comes first.
        bool otherFirst = turnId == 2 ? other == 2 : other == 1;
        bool waits = otherFirst && p.manager.capacityGwei(other) >= 31e9;
        return !waits && amountGwei <= p.manager.parameters().turnGwei;
    }

    /// @dev What depends on the operator and the pool.
    function _mayFund(Validator memory v, uint64 amountGwei, bool first) private view returns (bool) {
        Operator memory operator = p.registry.getOperator(v.operatorId);
        uint256 fundedGwei = uint256(operator.fundedGwei) + amountGwei + (first ? PREDEPOSIT_GWEI : 0);
        uint256 unproven = operator.unprovenCount - (first ? 1 : 0);
        uint256 requiredWei = unproven * PREDEPOSIT_BOND_WEI + (fundedGwei * 1 gwei * 400) / 10_000;
        return
            operator.status == OperatorStatus.Active &&
            v.depositedGwei + amountGwei >= 32e9 &&
            v.depositedGwei + amountGwei <= MOST_FUNDED_GWEI &&
            p.registry.freeBondWei(v.operatorId) >= requiredWei &&
            fundedGwei <= GHOST.pooledWei() / 1 gwei &&
            GHOST.depositableWei() >= uint256(amountGwei) * 1 gwei &&
            !_paused(PAUSE_DEPOSIT) &&
            !_paused(REPORT_PENDING);
    }

    /// @dev A record that says something else than the chain: whatever it says, it must be refused.
    function forge(uint256 key, uint256 kind, uint64 amountGwei) external userCall {
        key %= DepositKeys.COUNT;
        (BeaconAnchor memory anchor, ValidatorMultiproof memory proof) = _proof(key, 1);
        kind %= 4;
        // A bit of the credentials, of the slashed flag, of the exit epoch; or another state.
        if (kind == 0) proof.records[84] ^= 0x01;
        else if (kind == 1) proof.records[93] ^= 0x01;
        else if (kind == 2) proof.records[110] ^= 0x01;
        else proof.siblings[46] = keccak256("another state");

        amountGwei = uint64(_bound(amountGwei, 31e9, 64e9));
        (bool ok, ) = _as(KEEPER, address(p.manager), _fundData(key, amountGwei, anchor, proof));
        if (ok) FINDINGS.add("INV-06", "a forged proof was accepted");
    }

    function _fundCall(uint256 key, uint64 amountGwei, uint64 slotsAgo) private returns (bytes memory) {
        (BeaconAnchor memory anchor, ValidatorMultiproof memory proof) = _proof(key, slotsAgo);
        return _fundData(key, amountGwei, anchor, proof);
    }

    function _fundData(
        uint256 key,
        uint64 amountGwei,
        BeaconAnchor memory anchor,
        ValidatorMultiproof memory proof
    ) private pure returns (bytes memory) {
        uint64[] memory amounts = new uint64[](1);
        amounts[0] = amountGwei;
        return abi.encodeCall(IValidatorManager.fund, (KeyBook.operatorOf(key), anchor, proof, amounts));
    }

    // ---------------------------------------------------------------- Exit

    /// @dev By anyone, so only when it is needed; or by the operator. All of a validator's ether, or a part.
    function request(uint256 key, bool all, uint64 amountGwei, bool byOperator) external userCall {
        key %= DepositKeys.COUNT;
        if (all) _requestExit(key, byOperator);
        else _requestPartial(key, amountGwei, byOperator);
    }

    function _requestExit(uint256 key, bool byOperator) private {
        (BeaconAnchor memory anchor, ValidatorMultiproof memory proof) = _proof(key, 1);
        bytes memory data = abi.encodeCall(IValidatorExits.requestExit, (anchor, proof, FEE_WEI));
        (bool ok, ) = _pay(_sender(key, byOperator), address(p.exits), FEE_WEI, data);
        if (ok && _record(key).status != ValidatorStatus.Exiting) FINDINGS.add("INV-07", "an exit was not booked");
    }

    function _requestPartial(uint256 key, uint64 amountGwei, bool byOperator) private {
        uint64[] memory amounts = new uint64[](1);
        amounts[0] = uint64(_bound(amountGwei, 1e9, 64e9));
        (BeaconAnchor memory anchor, ValidatorMultiproof memory proof) = _proof(key, 1);
        bytes memory data = abi.encodeCall(IValidatorExits.requestPartialWithdrawal, (anchor, proof, amounts, FEE_WEI));
        _pay(_sender(key, byOperator), address(p.exits), FEE_WEI, data);
    }

    function _sender(uint256 key, bool byOperator) private view returns (address) {
        return byOperator ? WORLD.operatorOwner(KeyBook.operatorOf(key)) : KEEPER;
    }

    // ---------------------------------------------------------------- Facts

    function _proof(uint256 key, uint64 slotsAgo) private returns (BeaconAnchor memory, ValidatorMultiproof memory) {
        return BLOCKS.prove(key, uint64(_bound(slotsAgo, 1, 32)));
    }

    function _record(uint256 key) private view returns (Validator memory) {
        return p.manager.getValidator(KeyBook.root(key));
    }
}

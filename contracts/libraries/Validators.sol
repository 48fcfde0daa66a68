// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IValidatorManager} from "../interfaces/IValidatorManager.sol";
import {Ssz} from "../proofs/Ssz.sol";
import {ValidatorRecords} from "../types/ValidatorRecords.sol";
import {ManagerParameters, Validator, ValidatorStatus} from "../types/ValidatorTypes.sol";
import {BeaconRules} from "./BeaconRules.sol";
import {FundingTurns} from "./FundingTurns.sol";

/// @title The validators, and what a change of one means for the others
/// @notice An Active validator has room for more ether; its operator is funded as long as there is some.
///
/// Ether that moves from one validator to another (EIP-7251) stays on one operator's validators all the time, so its bond
/// stays too:
///
///     asked for     the source's ether is booked at the target, where it takes room; the source leaves
///     source gone   its ether is the target's: nothing is freed
///     target gone   what it holds itself is freed; what still moves is freed with its source
///     taken back    the source has it again
library Validators {
    using BeaconRules for bytes;
    using FundingTurns for FundingTurns.Turns;
    using ValidatorRecords for bytes;

    uint8 private constant SKIPPED_KNOWN = 1;
    uint8 private constant SKIPPED_SIGNATURE = 2;

    /// @dev What an unproven validator holds.
    uint64 internal constant PREDEPOSIT_GWEI = 1e9;

    struct Book {
        /// Validators that are Predeposited.
        uint32 unprovenCount;
        /// When a slashing was last proven, in seconds.
        uint40 lastSlashingAt;
        mapping(bytes32 pubkeyRoot => Validator) records;
        /// Where the ether of a validator moves to. A source is never a target, so no chain of them can form.
        mapping(bytes32 sourceRoot => bytes32 targetRoot) targets;
        /// What moves to a validator; part of its `depositedGwei`.
        mapping(bytes32 targetRoot => uint64 amountGwei) incomingGwei;
        FundingTurns.Turns turns;
    }

    /// @dev Validators of one operator that stand side by side in a proof and are proven in it: booked together.
    struct Run {
        uint32 operatorId;
        uint32 proven;
        uint32 active;
    }

    // ---------------------------------------------------------------- Look up

    /// @notice A validator that the protocol has deposited for.
    function known(Book storage book, bytes32 root) internal view returns (Validator storage validator) {
        validator = book.records[root];
        require(
            validator.status != ValidatorStatus.None,
            IValidatorManager.WrongStatus(root, uint8(ValidatorStatus.None))
        );
    }

    /// @notice Reverts unless the validator is Active.
    function requireActive(Validator storage validator, bytes32 root) internal view {
        ValidatorStatus status = validator.status;
        require(status == ValidatorStatus.Active, IValidatorManager.WrongStatus(root, uint8(status)));
    }

    /// @notice Reverts unless a validator with so much ether becomes active, and has headroom for rewards.
    function requireFits(bytes32 root, uint64 amountGwei) internal pure {
        require(
            amountGwei >= BeaconRules.MIN_ACTIVATION_GWEI && amountGwei <= BeaconRules.MAX_FUNDED_GWEI,
            IValidatorManager.FundingOutOfBounds(
                root,
                amountGwei,
                BeaconRules.MIN_ACTIVATION_GWEI,
                BeaconRules.MAX_FUNDED_GWEI
            )
        );
    }

    /// @notice What an Active validator can still take, in Gwei.
    function roomGwei(Validator storage validator) internal view returns (uint64) {
        return BeaconRules.MAX_FUNDED_GWEI - validator.depositedGwei;
    }

    // ---------------------------------------------------------------- Begin and prove

    /// @notice Makes the record of a key that gets its first ether; passes over one that is known or not well signed.
    /// @return root Of the key; zero when it is passed over.
    function begin(
        Book storage book,
        uint32 operatorId,
        uint32 batchId,
        bytes calldata pubkey,
        bool signed
    ) internal returns (bytes32 root) {
        root = Ssz.pubkeyRoot(pubkey);
        Validator storage validator = book.records[root];
        bool isKnown = validator.status != ValidatorStatus.None;
        if (isKnown || !signed) {
            uint8 reason = isKnown ? SKIPPED_KNOWN : SKIPPED_SIGNATURE;
            emit IValidatorManager.KeySkipped(operatorId, root, batchId, reason);
            return 0;
        }

        validator.operatorId = operatorId;
        validator.status = ValidatorStatus.Predeposited;
        validator.depositedGwei = PREDEPOSIT_GWEI;

        emit IValidatorManager.Predeposited(operatorId, root, batchId, pubkey);
    }

    /// @notice Counts predeposited validators; reverts when there are too many, of the operator or in all.
    /// @param ofOperator Those of the operator, with the added ones.
    function addStock(
        Book storage book,
        uint32 operatorId,
        uint32 ofOperator,
        uint32 added,
        ManagerParameters storage p
    ) internal {
        uint32 inAll = book.unprovenCount + added;
        require(
            ofOperator <= p.maxStockPerOperator,
            IValidatorManager.StockFull(operatorId, ofOperator, p.maxStockPerOperator)
        );
        require(inAll <= p.maxStock, IValidatorManager.StockFull(operatorId, inAll, p.maxStock));

        book.unprovenCount = inAll;
    }

    /// @notice Books what a verified record says of a Predeposited validator, but for what `bookRun` books of many.
    /// @return ours Whether its credentials are.
    function prove(
        Validator storage validator,
        bytes32 root,
        bytes calldata record,
        bytes32 credentials,
        Run memory run
    ) internal returns (bool ours) {
        uint32 operatorId = validator.operatorId;
        uint40 index = record.index();
        validator.index = index;
        if (record.withdrawalCredentials() != credentials) {
            validator.status = ValidatorStatus.Faulty;
            emit IValidatorManager.CredentialsForeign(operatorId, root, record.withdrawalCredentials());
            return false;
        }

        bool leaving = record.isLeaving();
        validator.status = leaving ? ValidatorStatus.Exiting : ValidatorStatus.Active;
        run.proven += 1;
        if (!leaving) run.active += 1;

        emit IValidatorManager.CredentialsProven(operatorId, root, index);
        if (leaving) emit IValidatorManager.LeavingProven(operatorId, root);
        return true;
    }

    /// @notice Books proven validators of one operator.
    function bookRun(Book storage book, Run memory run) internal {
        book.unprovenCount -= run.proven;
        if (run.active != 0) {
            uint64 addedGwei = run.active * (BeaconRules.MAX_FUNDED_GWEI - PREDEPOSIT_GWEI);
            book.turns.moveRoom(run.operatorId, addedGwei, 0);
        }
    }

    /// @notice Books a top-up of an Active validator, after all that a verified record can show.
    function allot(Validator storage validator, bytes32 root, bytes calldata record, uint64 amountGwei) internal {
        requireActive(validator, root);
        require(!record.isLeaving(), IValidatorManager.Leaving(root));
        uint64 afterGwei = validator.depositedGwei + amountGwei;
        requireFits(root, afterGwei);

        validator.depositedGwei = afterGwei;

        emit IValidatorManager.Funded(validator.operatorId, root, amountGwei, afterGwei);
    }

    // ---------------------------------------------------------------- Leave

    /// @notice Gives a validator another status than Active, in which it takes no ether.
    function leave(Book storage book, Validator storage validator, ValidatorStatus status) internal {
        if (validator.status == ValidatorStatus.Active) {
            book.turns.moveRoom(validator.operatorId, 0, roomGwei(validator));
        }
        validator.status = status;
    }

    /// @notice Books that a verified record shows an Active validator leaving.
    function showLeaving(Book storage book, bytes32 root, bytes calldata record) internal {
        Validator storage validator = known(book, root);
        require(record.isLeaving(), IValidatorManager.NotLeaving(root));
        // One that is known to be leaving already is no reason to fail the others.
        if (validator.status == ValidatorStatus.Exiting) return;
        requireActive(validator, root);

        leave(book, validator, ValidatorStatus.Exiting);

        emit IValidatorManager.LeavingProven(validator.operatorId, root);
    }

    /// @notice Books a slashing, if it was not proven before and the validator is not gone.
    function slash(Book storage book, bytes32 root) internal returns (bool first) {
        Validator storage validator = known(book, root);
        ValidatorStatus status = validator.status;
        require(status != ValidatorStatus.Predeposited, IValidatorManager.WrongStatus(root, uint8(status)));
        if (status != ValidatorStatus.Active && status != ValidatorStatus.Exiting) return false;

        leave(book, validator, ValidatorStatus.Slashed);
        // The chain does not consolidate a slashed validator: its ether comes to the vault by itself.
        takeBack(book, root);
        book.lastSlashingAt = uint40(block.timestamp);
        return true;
    }

    /// @notice Books that a validator was asked to leave.
    function exit(Book storage book, bytes32 root, uint64 balanceGwei) internal {
        Validator storage validator = book.records[root];
        leave(book, validator, ValidatorStatus.Exiting);
        validator.requestedAt = uint40(block.timestamp);
        validator.partialGwei = 0;

        emit IValidatorManager.ExitRequested(validator.operatorId, root, balanceGwei);
    }

    /// @notice Books that a validator was asked for a part of its ether, and what it was asked for in all.
    function withdraw(Book storage book, bytes32 root, uint64 amountGwei, uint64 waitingGwei) internal {
        Validator storage validator = book.records[root];
        validator.requestedAt = uint40(block.timestamp);
        validator.partialGwei = waitingGwei;

        emit IValidatorManager.PartialWithdrawalRequested(validator.operatorId, root, amountGwei);
    }

    /// @notice Books the final withdrawal of a proven validator.
    /// @return freedGwei Principal that needs no bond any more, in Gwei.
    function settle(Book storage book, bytes32 root) internal returns (uint64 freedGwei) {
        Validator storage validator = book.records[root];
        uint64 amountGwei = validator.depositedGwei;
        leave(book, validator, ValidatorStatus.Exited);
        bytes32 targetRoot = _close(book, root, amountGwei);

        if (targetRoot == 0) return amountGwei - book.incomingGwei[root];
        return book.records[targetRoot].status == ValidatorStatus.Exited ? amountGwei : 0;
    }

    // ---------------------------------------------------------------- Consolidate

    /// @notice Books that the ether of an Active validator moves to another one, Active too.
    function consolidate(Book storage book, bytes32 sourceRoot, bytes32 targetRoot) internal {
        Validator storage source = book.records[sourceRoot];
        Validator storage target = book.records[targetRoot];
        uint64 amountGwei = source.depositedGwei;
        uint64 incoming = book.incomingGwei[sourceRoot];
        require(incoming == 0, IValidatorManager.ConsolidationIncoming(sourceRoot, incoming));
        requireFits(targetRoot, target.depositedGwei + amountGwei);

        book.targets[sourceRoot] = targetRoot;
        book.incomingGwei[targetRoot] += amountGwei;
        leave(book, source, ValidatorStatus.Exiting);
        source.requestedAt = uint40(block.timestamp);
        target.depositedGwei += amountGwei;
        book.turns.moveRoom(target.operatorId, 0, amountGwei);

        emit IValidatorManager.ConsolidationRequested(target.operatorId, sourceRoot, targetRoot, amountGwei);
    }

    /// @notice Books that a validator's ether stays where it is, if it was to move.
    function takeBack(Book storage book, bytes32 sourceRoot) internal {
        uint64 amountGwei = book.records[sourceRoot].depositedGwei;
        bytes32 targetRoot = _close(book, sourceRoot, amountGwei);
        if (targetRoot == 0) return;
        Validator storage target = book.records[targetRoot];

        target.depositedGwei -= amountGwei;
        if (target.status == ValidatorStatus.Active) book.turns.moveRoom(target.operatorId, amountGwei, 0);

        emit IValidatorManager.ConsolidationCancelled(target.operatorId, sourceRoot, targetRoot, amountGwei);
    }

    /// @notice Gives a validator that did not leave after all its room back.
    function stay(Book storage book, bytes32 root) internal {
        Validator storage validator = book.records[root];
        validator.status = ValidatorStatus.Active;
        validator.requestedAt = 0;
        book.turns.moveRoom(validator.operatorId, roomGwei(validator), 0);
    }

    function _close(Book storage book, bytes32 sourceRoot, uint64 amountGwei) private returns (bytes32 targetRoot) {
        targetRoot = book.targets[sourceRoot];
        if (targetRoot == 0) return 0;

        delete book.targets[sourceRoot];
        book.incomingGwei[targetRoot] -= amountGwei;
    }
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IOperatorRegistry} from "../interfaces/IOperatorRegistry.sol";
import {Breach, Operator, OperatorStatus, Theft} from "../types/OperatorTypes.sol";
import {StrikeHistory, strikeWord} from "../types/StrikeHistory.sol";
import {Bond} from "./BondBook.sol";
import {ClientDiversity, ClientLedger} from "./ClientDiversity.sol";

/// @notice An operator, as it is stored.
/// @param deactivatedAt When it was deactivated, in seconds.
/// @param fundedGwei Ether of stakers on its proven validators, in Gwei.
/// @param theftsJudgedTo Slot behind its last theft.
struct OperatorRecord {
    address owner;
    bytes4 clientPair;
    OperatorStatus status;
    uint40 deactivatedAt;
    // ---- slot
    address paymentAddress;
    uint32 unprovenCount;
    uint64 fundedGwei;
    // ---- slots
    Bond bond;
    // ---- slot
    StrikeHistory strikes;
    uint64 theftsJudgedTo;
    // ---- slot
    string name;
}

/// @title The standing of an operator: what it may do, and what it has done
library OperatorBook {
    using ClientDiversity for ClientLedger;
    using ClientDiversity for bytes4;

    uint256 private constant MAX_NAME_BYTES = 64;

    /// @notice Fills the record of a new operator, who is the caller.
    function register(
        OperatorRecord storage operator,
        uint32 operatorId,
        string calldata name,
        address paymentAddress,
        bytes4 clientPair
    ) internal {
        uint256 length = bytes(name).length;
        require(length != 0 && length <= MAX_NAME_BYTES, IOperatorRegistry.NameLength(length));

        operator.owner = msg.sender;
        operator.status = OperatorStatus.Active;
        operator.name = name;
        setPaymentAddress(operator, paymentAddress);
        setClientPair(operator, clientPair);

        emit IOperatorRegistry.OperatorRegistered(operatorId, msg.sender, paymentAddress, clientPair, name);
    }

    /// @notice Says who is paid.
    function setPaymentAddress(OperatorRecord storage operator, address paymentAddress) internal {
        require(paymentAddress != address(0), IOperatorRegistry.ZeroAddress());
        operator.paymentAddress = paymentAddress;
    }

    /// @notice Says which clients it runs.
    function setClientPair(OperatorRecord storage operator, bytes4 clientPair) internal {
        require(clientPair.isPair(), IOperatorRegistry.ClientPairInvalid(clientPair));
        operator.clientPair = clientPair;
    }

    /// @notice Says that it runs other clients: its ether counts for them.
    function moveClients(OperatorRecord storage operator, ClientLedger storage clients, bytes4 clientPair) internal {
        uint64 amountGwei = operator.fundedGwei;
        unfund(operator, clients, amountGwei);
        setClientPair(operator, clientPair);
        fund(operator, clients, amountGwei);
    }

    /// @notice Books ether of stakers that begins to work on its proven validators.
    function fund(OperatorRecord storage operator, ClientLedger storage clients, uint64 amountGwei) internal {
        operator.fundedGwei += amountGwei;
        clients.add(operator.clientPair, amountGwei);
    }

    /// @notice Books ether of stakers that is back.
    function unfund(OperatorRecord storage operator, ClientLedger storage clients, uint64 amountGwei) internal {
        operator.fundedGwei -= amountGwei;
        clients.subtract(operator.clientPair, amountGwei);
    }

    /// @notice Reverts unless the operator may get keys and ether.
    function requireActive(OperatorRecord storage operator, uint32 operatorId) internal view {
        require(operator.status == OperatorStatus.Active, IOperatorRegistry.OperatorNotActive(operatorId));
    }

    /// @notice Halts an active operator. One that is deactivated stays so: its validators must leave all the same.
    function halt(OperatorRecord storage operator, uint32 operatorId) internal {
        if (operator.status != OperatorStatus.Active) return;

        operator.status = OperatorStatus.Halted;

        emit IOperatorRegistry.OperatorHalted(operatorId);
    }

    /// @notice Makes a halted operator active again.
    function resume(OperatorRecord storage operator, uint32 operatorId) internal {
        require(operator.status == OperatorStatus.Halted, IOperatorRegistry.OperatorNotHalted(operatorId));

        operator.status = OperatorStatus.Active;

        emit IOperatorRegistry.OperatorResumed(operatorId);
    }

    /// @notice Deactivates an operator that has too many strikes.
    /// @param exitDeadlineSeconds Time until anyone may exit its validators.
    function judge(
        OperatorRecord storage operator,
        uint32 operatorId,
        uint256 strikesToDeactivate,
        uint32 exitDeadlineSeconds
    ) internal {
        if (operator.status == OperatorStatus.Deactivated || operator.strikes.count() < strikesToDeactivate) return;

        operator.status = OperatorStatus.Deactivated;
        operator.deactivatedAt = uint40(block.timestamp);

        emit IOperatorRegistry.OperatorDeactivated(operatorId, uint64(block.timestamp) + exitDeadlineSeconds);
    }

    /// @notice Sets a strike. A period counts once.
    /// @return The bitmap of the last 32 periods.
    function strike(OperatorRecord storage operator, Breach calldata b) internal returns (uint32) {
        StrikeHistory before = operator.strikes;
        require(before.isNewer(b.period), IOperatorRegistry.PeriodAlreadyJudged(b.operatorId, b.period));
        StrikeHistory strikes = before.add(b.period);
        operator.strikes = strikes;
        return strikeWord(strikes);
    }

    /// @notice Remembers a theft. A slot counts once.
    function noteTheft(OperatorRecord storage operator, Theft calldata t) internal {
        require(t.slot >= operator.theftsJudgedTo, IOperatorRegistry.TheftAlreadyJudged(t.operatorId, t.slot));
        operator.theftsJudgedTo = t.slot + 1;
    }

    /// @notice Whether anyone may exit its validators.
    function mustExit(OperatorRecord storage operator, uint256 exitDeadlineSeconds) internal view returns (bool) {
        uint256 deadline = operator.deactivatedAt + exitDeadlineSeconds;
        return operator.status == OperatorStatus.Deactivated && block.timestamp >= deadline;
    }

    /// @notice The operator, as the reader sees it.
    function snapshot(OperatorRecord storage o) internal view returns (Operator memory) {
        return
            Operator({
                owner: o.owner,
                paymentAddress: o.paymentAddress,
                clientPair: o.clientPair,
                status: o.status,
                bondShares: o.bond.shares,
                lockedShares: o.bond.locked,
                debtShares: o.bond.debt,
                fundedGwei: o.fundedGwei,
                unprovenCount: o.unprovenCount,
                strikeHistory: strikeWord(o.strikes),
                lastPeriod: o.strikes.lastPeriod(),
                deactivatedAt: o.deactivatedAt,
                withdrawalShares: o.bond.withdrawal,
                withdrawalAt: o.bond.withdrawalAt,
                withdrawalRefSlot: o.bond.withdrawalRefSlot,
                name: o.name
            });
    }
}

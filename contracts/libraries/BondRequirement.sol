// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {RegistryParameters} from "../types/OperatorTypes.sol";
import {OperatorRecord} from "./OperatorBook.sol";

/// @title How much bond an operator needs
/// @notice
///
///     required = unproven validators * (1 ETH + fault penalty + margin) + rate * funded ether + debt
library BondRequirement {
    uint256 private constant BPS = 10_000;
    uint256 private constant PREDEPOSIT_WEI = 1 ether;

    /// @notice What a validator needs until its credentials are proven: its ether, the penalty, and a margin.
    function unprovenWei(RegistryParameters storage p) internal view returns (uint256) {
        return PREDEPOSIT_WEI + uint256(p.faultPenaltyWei) + p.bondMarginWei;
    }

    /// @notice All that the operator needs, in wei, rounded up.
    /// @param debtWei What it owes.
    function requiredWei(
        OperatorRecord storage operator,
        RegistryParameters storage p,
        uint256 debtWei
    ) internal view returns (uint256) {
        uint256 fundedWei = uint256(operator.fundedGwei) * 1 gwei;
        return operator.unprovenCount * unprovenWei(p) + Math.ceilDiv(fundedWei * p.bondRateBps, BPS) + debtWei;
    }

    /// @notice Ether that may be funded on top, in Gwei: the most for which `requiredWei` is at most the bond.
    /// @param freeWei Bond that covers validators. Nothing where there is a debt, so the debt need not be told.
    function roomGwei(
        OperatorRecord storage operator,
        RegistryParameters storage p,
        uint256 freeWei
    ) internal view returns (uint256) {
        uint256 spareWei = Math.saturatingSub(freeWei, operator.unprovenCount * unprovenWei(p));
        return Math.saturatingSub((spareWei * BPS) / p.bondRateBps / 1 gwei, operator.fundedGwei);
    }
}

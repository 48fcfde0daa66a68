// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PoolAccounting, packAccounting} from "../types/PoolAccounting.sol";
import {Rebase} from "../types/PoolTypes.sol";
import {PoolWindow} from "../types/PoolWindow.sol";
import {ShareMath} from "./ShareMath.sol";

/// @title What a settlement makes of the pool's totals
library Rebasing {
    /// @notice Books a report: the ether that came, the balance that was reported, the deposits that it contained, and
    /// the fee as new shares.
    /// @param a The totals before.
    /// @param w The window that the last report opened.
    /// @param receivedWei Ether that came into the buffer.
    /// @param flags Flags to go on with.
    /// @return The totals after.
    /// @return feeShares Shares that are worth the fee at the rate after, rounded down.
    function rebase(
        PoolAccounting a,
        PoolWindow w,
        Rebase calldata r,
        uint256 receivedWei,
        uint8 flags
    ) internal pure returns (PoolAccounting, uint256 feeShares) {
        uint256 newBufferedWei = a.bufferedWei() + receivedWei;
        uint256 inFlightGwei = a.deployedGwei() - w.consensusGwei();
        uint256 newInFlightGwei = inFlightGwei - (r.settledDepositsGwei - w.settledDepositsGwei());
        uint256 newDeployedGwei = r.consensusGwei + newInFlightGwei;
        uint256 pooledWei = newBufferedWei + newDeployedGwei * 1 gwei;
        // Priced at the rate after the fee, so that the new shares are worth the fee and no more.
        feeShares = ShareMath.toSharesDown(r.feeWei, a.totalShares(), pooledWei - r.feeWei);
        return (packAccounting(newBufferedWei, newDeployedGwei, a.totalShares() + feeShares, flags), feeShares);
    }
}

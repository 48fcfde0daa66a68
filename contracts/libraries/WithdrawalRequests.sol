// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title EIP-7002: withdrawal requests from the execution layer
/// @dev https://eips.ethereum.org/EIPS/eip-7002
library WithdrawalRequests {
    /// @dev The system contract; the same address on every network.
    address internal constant WITHDRAWAL_REQUESTS = 0x00000961Ef480Eb55e80D19ad83579A64c007002;

    /// @notice The withdrawal request contract did not answer its fee, or refused a request.
    error WithdrawalRequestFailed();

    /// @notice Fee of one request now, in wei. It grows with every request of a block.
    function feeWei() internal view returns (uint256) {
        (bool ok, bytes memory answer) = WITHDRAWAL_REQUESTS.staticcall("");
        require(ok && answer.length == 32, WithdrawalRequestFailed());
        return abi.decode(answer, (uint256));
    }

    /// @notice Queues a request; the source is this contract.
    /// @param amountGwei Zero for a full exit.
    function send(bytes calldata pubkey, uint64 amountGwei, uint256 requestFeeWei) internal {
        require(pubkey.length == 48, WithdrawalRequestFailed());
        // The system contract takes 48 + 8 bytes, the amount in big endian, and answers nothing.
        (bool ok, ) = WITHDRAWAL_REQUESTS.call{value: requestFeeWei}(abi.encodePacked(pubkey, amountGwei));
        require(ok, WithdrawalRequestFailed());
    }
}

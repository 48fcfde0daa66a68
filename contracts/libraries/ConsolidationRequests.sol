// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title EIP-7251: consolidation requests from the execution layer
/// @dev https://eips.ethereum.org/EIPS/eip-7251
library ConsolidationRequests {
    /// @dev The system contract; the same address on every network.
    address internal constant CONSOLIDATION_REQUESTS = 0x0000BBdDc7CE488642fb579F8B00f3a590007251;

    /// @notice The consolidation request contract did not answer its fee, or refused a request.
    error ConsolidationRequestFailed();

    /// @notice Fee of one request now, in wei. It grows with every request of a block.
    function feeWei() internal view returns (uint256) {
        (bool ok, bytes memory answer) = CONSOLIDATION_REQUESTS.staticcall("");
        require(ok && answer.length == 32, ConsolidationRequestFailed());
        return abi.decode(answer, (uint256));
    }

    /// @notice Queues a request; both validators must have this contract in their credentials.
    function send(bytes calldata sourcePubkey, bytes calldata targetPubkey, uint256 requestFeeWei) internal {
        require(sourcePubkey.length == 48 && targetPubkey.length == 48, ConsolidationRequestFailed());
        // The system contract takes 48 + 48 bytes and answers nothing.
        (bool ok, ) = CONSOLIDATION_REQUESTS.call{value: requestFeeWei}(bytes.concat(sourcePubkey, targetPubkey));
        require(ok, ConsolidationRequestFailed());
    }
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SignatureHint} from "../types/DepositTypes.sol";

/// @title Deposit signatures, verified as the beacon chain verifies them
/// @notice A first deposit with a wrong signature is lost, so none is sent before its signature was verified here. Open
/// to all, without state, without an owner.
///
/// Three outcomes are kept apart. `true`: the beacon chain accepts the signatures. `false`: it refuses one, for the
/// pairing precompile, given well-formed points of the right groups, answered no, or the 48 or 96 bytes are no encoding
/// of a point at all. Everything else reverts: a hint that is wrong, and a precompile that failed, be it for a point
/// off its curve or out of its group, or for want of gas. So no choice of gas or hints, and no fault of a precompile,
/// makes a good signature look bad.
interface IDepositVerifier {
    /// @notice No keys, or lists that do not belong together. Lengths of keys and signatures are in bytes.
    error ListsMismatch(uint256 pubkeyBytes, uint256 signatureBytes, uint256 hintCount);
    /// @notice The hint is the other square root: its sign is not the one that the encoding names.
    error SignMismatch(bool got, bool want);
    /// @notice The hint is zero, which is no point's Y.
    error HintIsZero();

    /// @notice Whether the beacon chain accepts `signature` for a first deposit of `pubkey`.
    /// @param pubkey Compressed public key, 48 bytes.
    /// @param signature Compressed signature, 96 bytes.
    /// @param hint The Y coordinates that the compressed encodings leave out.
    /// @param withdrawalCredentials Credentials of the deposit.
    /// @param amountGwei Amount of the deposit, in Gwei.
    /// @param domain Signing domain of deposits on the chain.
    function verify(
        bytes calldata pubkey,
        bytes calldata signature,
        SignatureHint calldata hint,
        bytes32 withdrawalCredentials,
        uint64 amountGwei,
        bytes32 domain
    ) external view returns (bool);

    /// @notice Whether the beacon chain accepts all of these signatures, for less than three quarters of the gas. A
    /// `false` does not say which one is wrong: `verify` does. The parameters are those of `verify`, one after the
    /// other.
    function verifyBatch(
        bytes calldata pubkeys,
        bytes calldata signatures,
        SignatureHint[] calldata hints,
        bytes32 withdrawalCredentials,
        uint64 amountGwei,
        bytes32 domain
    ) external view returns (bool);
}

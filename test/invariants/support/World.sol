// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BeaconBlocks} from "./BeaconBlocks.sol";
import {BeaconModel} from "./BeaconModel.sol";
import {Chain} from "./Chain.sol";
import {ConsolidationRequestsDouble} from "./ConsolidationRequestsDouble.sol";
import {Deployment, Protocol} from "./Deployment.sol";
import {Findings} from "./Findings.sol";
import {GhostPool} from "./GhostPool.sol";
import {HostilePayee} from "./HostilePayee.sol";
import {KeyBook} from "./KeyBook.sol";
import {TestBase} from "./Vm.sol";
import {WithdrawalRequestsDouble} from "./WithdrawalRequestsDouble.sol";

/// @title Everything that the handlers share: the protocol, the chain around it, the model, and who takes part
contract World is TestBase {
    uint256 public constant STAKERS = 4;
    uint256 public constant MEMBERS = 3;
    uint256 private constant LOCKED_WEI = 1 ether;

    Findings public immutable FINDINGS;
    BeaconModel public immutable BEACON;
    BeaconBlocks public immutable BLOCKS;
    GhostPool public immutable GHOST;
    Deployment public immutable DEPLOYMENT;

    /// @dev Private keys of the committee, in ascending order of address.
    uint256[] private _memberKeys;
    Protocol private _p;
    HostilePayee private _payee;

    constructor() {
        vm.warp(Chain.START_TIME);
        FINDINGS = new Findings();
        BEACON = new BeaconModel(FINDINGS);
        BLOCKS = new BeaconBlocks(BEACON);
        GHOST = new GhostPool();
        vm.etch(Chain.WITHDRAWAL_REQUESTS, address(new WithdrawalRequestsDouble(BEACON)).code);
        vm.etch(Chain.CONSOLIDATION_REQUESTS, address(new ConsolidationRequestsDouble(BEACON)).code);
        vm.deal(address(this), LOCKED_WEI);
        DEPLOYMENT = new Deployment{value: LOCKED_WEI}(address(BEACON), _members());
        _p = DEPLOYMENT.protocol();
        _payee = new HostilePayee(FINDINGS, GHOST, _p.token, _p.pool, _p.queue);
        GHOST.lock(address(_p.token), LOCKED_WEI);
    }

    function protocol() external view returns (Protocol memory) {
        return _p;
    }

    // ---------------------------------------------------------------- People

    /// @notice Somebody with code, who may be paid and own tickets.
    function payee() external view returns (HostilePayee) {
        return _payee;
    }

    function stakerKey(uint256 i) public pure returns (uint256) {
        return 0x57A4E0 + (i % STAKERS);
    }

    function staker(uint256 i) public pure returns (address) {
        return vm.addr(stakerKey(i));
    }

    function operatorOwner(uint32 operatorId) external pure returns (address) {
        return vm.addr(0x0BE000 + operatorId);
    }

    function paymentAddress(uint32 operatorId) public pure returns (address) {
        return vm.addr(0xBA9000 + operatorId);
    }

    /// @notice The private key of a member of the committee, in ascending order of address.
    function memberKey(uint256 i) external view returns (uint256) {
        return _memberKeys[i % MEMBERS];
    }

    /// @notice Everybody who can hold shares.
    function holders() external view returns (address[] memory all) {
        all = new address[](STAKERS + KeyBook.OPERATORS + 6);
        uint256 at;
        for (uint256 i = 0; i < STAKERS; ++i) all[at++] = staker(i);
        for (uint32 id = 1; id <= KeyBook.OPERATORS; ++id) all[at++] = paymentAddress(id);
        all[at++] = address(_p.token);
        all[at++] = address(_p.registry);
        all[at++] = address(_p.distribution);
        all[at++] = address(_p.pool);
        all[at++] = address(_p.queue);
        all[at++] = _p.coverFund;
    }

    function _members() private returns (address[] memory sorted) {
        for (uint256 i = 0; i < MEMBERS; ++i) _memberKeys.push(0x0AC1E0 + i);
        for (uint256 i = 1; i < MEMBERS; ++i) {
            for (uint256 j = i; j > 0 && vm.addr(_memberKeys[j]) < vm.addr(_memberKeys[j - 1]); --j) {
                (_memberKeys[j], _memberKeys[j - 1]) = (_memberKeys[j - 1], _memberKeys[j]);
            }
        }
        sorted = new address[](MEMBERS);
        for (uint256 i = 0; i < MEMBERS; ++i) sorted[i] = vm.addr(_memberKeys[i]);
    }
}

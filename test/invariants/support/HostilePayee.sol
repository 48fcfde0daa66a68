// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC1363Receiver} from "@openzeppelin/contracts/interfaces/IERC1363Receiver.sol";

import {IEthStake} from "../../../contracts/interfaces/IEthStake.sol";
import {IStakingPool} from "../../../contracts/interfaces/IStakingPool.sol";
import {IWithdrawalQueue} from "../../../contracts/interfaces/IWithdrawalQueue.sol";
import {Findings} from "./Findings.sol";
import {GhostPool} from "./GhostPool.sol";

/// @title Somebody with code: takes ether, refuses it, eats all gas, or calls back while it is paid
/// @notice Whenever it is called it looks at the rate: no call out of the contracts may see one between two states.
contract HostilePayee is IERC1363Receiver {
    uint256 internal constant REFUSE = 1;
    uint256 internal constant EAT_GAS = 2;
    uint256 internal constant CALL_BACK = 3;

    Findings private immutable FINDINGS;
    GhostPool private immutable GHOST;
    IEthStake private immutable TOKEN;
    IStakingPool private immutable POOL;
    IWithdrawalQueue private immutable QUEUE;

    /// @notice What it does next; anything else than the above is to take the ether.
    uint256 public mode;
    /// @notice The ticket that it is paid for.
    uint256 public requestId;
    /// @notice How often it was called.
    uint256 public calls;

    constructor(Findings findings, GhostPool ghost, IEthStake token, IStakingPool pool, IWithdrawalQueue queue) {
        FINDINGS = findings;
        GHOST = ghost;
        TOKEN = token;
        POOL = pool;
        QUEUE = queue;
    }

    function expect(uint256 mode_, uint256 requestId_) external {
        (mode, requestId) = (mode_, requestId_);
    }

    /// @notice Whether it lets itself be paid.
    function takes() external view returns (bool) {
        return mode != REFUSE && mode != EAT_GAS;
    }

    receive() external payable {
        require(mode != REFUSE, "no, thank you");
        if (mode == EAT_GAS) {
            assembly ("memory-safe") {
                invalid()
            }
        }
        _look();
        if (mode != CALL_BACK) return;
        if (_try(address(QUEUE), abi.encodeCall(IWithdrawalQueue.claim, (requestId, 0)))) {
            FINDINGS.add("INV-09", "a ticket was paid twice");
        }
        bool moved = _try(address(QUEUE), abi.encodeCall(IWithdrawalQueue.sweepSurplus, ()));
        moved = moved || _try(address(POOL), abi.encodeCall(IStakingPool.receiveEther, ()));
        if (moved) FINDINGS.add("INV-13", "a payee called what is not for it");
    }

    /// @inheritdoc IERC1363Receiver
    function onTransferReceived(address, address from, uint256 shares, bytes calldata) external returns (bytes4) {
        _look();
        TOKEN.transfer(from, shares);
        return IERC1363Receiver.onTransferReceived.selector;
    }

    function _look() private {
        ++calls;
        bool same = POOL.totalPooledEther() == GHOST.pooledWei() && POOL.totalShares() == GHOST.totalShares();
        uint256 perShareWei = (1 ether * GHOST.pooledWei()) / GHOST.totalShares();
        if (!same || POOL.ethPerShare() != perShareWei) FINDINGS.add("INV-19", "a call out saw a rate in between");
    }

    function _try(address target, bytes memory data) private returns (bool ok) {
        (ok, ) = target.call(data);
    }
}

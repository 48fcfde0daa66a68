// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";

import {IStakingPool} from "../../../contracts/interfaces/IStakingPool.sol";
import {IWithdrawalQueue} from "../../../contracts/interfaces/IWithdrawalQueue.sol";
import {PAUSE_STAKE, PAUSE_WITHDRAW} from "../../../contracts/types/PoolTypes.sol";
import {QueueParameters} from "../../../contracts/types/QueueTypes.sol";
import {World} from "../support/World.sol";
import {Handler} from "./Handler.sol";

/// @title Four people who stake, pass shares and tickets on, withdraw and claim
contract StakerHandler is Handler {
    bytes32 private constant PERMIT_TYPEHASH = keccak256(
        "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
    );
    uint256 private constant MOST_WEI = 200 ether;

    /// @dev Owner of each ticket; nobody once it is gone.
    mapping(uint256 requestId => address) private _ownerOf;
    mapping(uint256 requestId => address) private _receiverOf;
    /// @dev What claims of a ticket have paid so far, in wei.
    mapping(uint256 requestId => uint256) private _paidOf;

    /// @notice Ether that somebody put in, and got out, in wei; what is handed on counts at its worth.
    mapping(address staker => uint256) public putInWei;
    mapping(address staker => uint256) public gotOutWei;
    /// @notice Times that a worth was rounded in these two.
    uint256 public roundings;

    constructor(World world) Handler(world) {}

    // ---------------------------------------------------------------- Stake

    function stake(uint256 who, uint256 toWhom, uint256 amountWei, bool plain) external userCall {
        address sender = WORLD.staker(who);
        address receiver = plain ? sender : WORLD.staker(toWhom);
        amountWei = _bound(amountWei, 1, MOST_WEI);
        uint256 shares = GHOST.sharesFor(amountWei);
        bool want =
            !_paused(PAUSE_STAKE) &&
                block.timestamp <= p.pool.staleAfter() &&
                GHOST.pooledWei() + amountWei <= p.pool.stakeCeilingWei() &&
                shares != 0;

        bytes memory data = plain ? bytes("") : abi.encodeCall(IStakingPool.stake, (receiver, shares));
        (bool ok, bytes memory answer) = _pay(sender, address(p.pool), amountWei, data);
        _requireAs(want, ok, answer, "stake");
        if (!ok) return;

        putInWei[receiver] += amountWei;
        GHOST.stake(receiver, amountWei);
    }

    // ---------------------------------------------------------------- Withdraw

    function withdraw(uint256 who, uint256 toWhom, uint256 shares, uint256 way) external userCall {
        address holder = WORLD.staker(who);
        uint256 balance = GHOST.sharesOf(holder);
        if (balance == 0) return;
        shares = _bound(shares, 1, balance);
        address receiver = way % 4 == 3 ? holder : WORLD.staker(toWhom);
        uint256 worthWei = GHOST.worthWei(shares);
        QueueParameters memory bounds = p.queue.parameters();
        bool want = !_paused(PAUSE_WITHDRAW) && worthWei >= bounds.minRequestWei && worthWei <= bounds.maxRequestWei;

        (bool ok, bytes memory answer) = _withdraw(who, shares, receiver, worthWei, way % 4);
        _requireAs(want, ok, answer, "withdraw");
        if (!ok) return;

        uint256 requestId = GHOST.request(holder, shares, block.timestamp + bounds.minDelaySeconds);
        _ownerOf[requestId] = receiver;
        _handOver(holder, receiver, worthWei);
    }

    /// @dev By allowance, by ERC-1363 with and without data, by permit.
    function _withdraw(
        uint256 who,
        uint256 shares,
        address receiver,
        uint256 minEther,
        uint256 way
    ) private returns (bool, bytes memory) {
        address holder = WORLD.staker(who);
        address pool = address(p.pool);
        if (way == 0) {
            _as(holder, address(p.token), abi.encodeCall(IERC20.approve, (pool, shares)));
            return _as(holder, pool, abi.encodeCall(IStakingPool.withdraw, (shares, receiver, minEther)));
        }
        if (way == 1) {
            bytes memory permit = _permitCall(who, shares, receiver, minEther);
            return _as(holder, pool, permit);
        }
        bytes memory data = way == 2 ? abi.encode(receiver, minEther) : bytes("");
        bytes memory call = abi.encodeWithSignature("transferAndCall(address,uint256,bytes)", pool, shares, data);
        return _as(holder, address(p.token), call);
    }

    function _permitCall(
        uint256 who,
        uint256 shares,
        address receiver,
        uint256 minEther
    ) private view returns (bytes memory) {
        address holder = WORLD.staker(who);
        uint256 nonce = p.token.nonces(holder);
        bytes32 message = keccak256(
            abi.encode(PERMIT_TYPEHASH, holder, address(p.pool), shares, nonce, block.timestamp)
        );
        bytes32 digest = keccak256(abi.encodePacked("\x19\x01", p.token.DOMAIN_SEPARATOR(), message));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(WORLD.stakerKey(who), digest);
        return abi.encodeCall(IStakingPool.withdrawWithPermit, (shares, receiver, minEther, block.timestamp, v, r, s));
    }

    // ---------------------------------------------------------------- Pass on

    function transfer(uint256 who, uint256 toWhom, uint256 shares) external userCall {
        (address from, address to) = (WORLD.staker(who), WORLD.staker(toWhom));
        shares = _bound(shares, 0, GHOST.sharesOf(from));

        (bool ok, bytes memory answer) = _as(from, address(p.token), abi.encodeCall(IERC20.transfer, (to, shares)));
        _requireAs(true, ok, answer, "transfer");

        GHOST.move(from, to, shares);
        _handOver(from, to, GHOST.worthWei(shares));
    }

    function transferTicket(uint256 ticket, uint256 toWhom) external userCall {
        (uint256 requestId, address from) = _ticket(ticket);
        if (from == address(0)) return;
        address to = WORLD.staker(toWhom);

        bytes memory data = abi.encodeCall(IERC721.transferFrom, (from, to, requestId));
        (bool ok, bytes memory answer) = _as(from, address(p.queue), data);
        _requireAs(true, ok, answer, "transfer of a ticket");

        _ownerOf[requestId] = to;
        _receiverOf[requestId] = address(0);
        _handOver(from, to, QUEUE.worthWei(requestId) - _paidOf[requestId]);
    }

    function nameReceiver(uint256 ticket, uint256 toWhom) external userCall {
        (uint256 requestId, address from) = _ticket(ticket);
        if (from == address(0)) return;
        address receiver = WORLD.staker(toWhom);

        bytes memory data = abi.encodeCall(IWithdrawalQueue.setClaimReceiver, (requestId, receiver));
        (bool ok, bytes memory answer) = _as(from, address(p.queue), data);
        _requireAs(true, ok, answer, "naming a receiver");

        _receiverOf[requestId] = receiver;
    }

    function _handOver(address from, address to, uint256 worthWei) private {
        ++roundings;
        if (from == to) return;
        gotOutWei[from] += worthWei;
        putInWei[to] += worthWei;
    }

    // ---------------------------------------------------------------- Claim

    /// @dev Never paused: whenever the model owes something, the claim must pay exactly that.
    function claim(uint256 who, uint256 ticket, uint256 hint) external userCall {
        (uint256 requestId, address owner) = _ticket(ticket);
        if (owner == address(0)) return;
        address receiver = _receiverOf[requestId] == address(0) ? owner : _receiverOf[requestId];
        (, , uint256 paidTo) = QUEUE.payout(requestId);
        bool want = paidTo > QUEUE.paidTo(requestId);
        uint256 beforeWei = receiver.balance;

        bytes memory data = abi.encodeCall(IWithdrawalQueue.claim, (requestId, hint % 64));
        (bool ok, bytes memory answer) = _as(WORLD.staker(who), address(p.queue), data);
        if (want && !ok) FINDINGS.add("INV-14", "a claim of a finalised request was refused");
        _requireAs(want, ok, answer, "claim");
        if (!ok) return;

        (uint256 payoutWei, bool fully) = QUEUE.claim(requestId);
        vm.assertEq(receiver.balance - beforeWei, payoutWei, "a claim pays what the model owes");
        _paidOf[requestId] += payoutWei;
        ++roundings;
        gotOutWei[owner] += payoutWei;
        if (fully) _ownerOf[requestId] = address(0);
    }

    function _ticket(uint256 ticket) private view returns (uint256 requestId, address owner) {
        uint256 count = QUEUE.count();
        if (count == 0) return (0, address(0));
        requestId = (ticket % count) + 1;
        owner = _ownerOf[requestId];
    }

    // ---------------------------------------------------------------- Balance

    /// @notice What somebody has left: shares at the rate of now, tickets at the most that they can pay, in wei.
    function holdingsWei(address staker) external view returns (uint256 sumWei) {
        sumWei = GHOST.worthWei(GHOST.sharesOf(staker));
        for (uint256 requestId = 1; requestId <= QUEUE.count(); ++requestId) {
            if (_ownerOf[requestId] == staker) sumWei += QUEUE.worthWei(requestId) - _paidOf[requestId];
        }
    }
}

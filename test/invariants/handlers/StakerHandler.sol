// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";

import {IStakingPool} from "../../../contracts/interfaces/IStakingPool.sol";
import {IWithdrawalQueue} from "../../../contracts/interfaces/IWithdrawalQueue.sol";
import {PAUSE_STAKE, PAUSE_WITHDRAW, REPORT_PENDING} from "../../../contracts/types/PoolTypes.sol";
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
                !_paused(REPORT_PENDING) &&
                block.timestamp <= p.pool.staleAfter() &&
                GHOST.pooledWei() + amountWei <= p.pool.stakeCeilingWei() &&
                shares != 0;

        bytes memory data =
            toWhom % 3 == 2
                ? abi.encodeCall(IStakingPool.deposit, (amountWei, receiver))
                : abi.encodeCall(IStakingPool.stake, (receiver, shares));
        if (plain) data = "";
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
        // Dust now and then; else enough for a request.
        shares = _bound(shares, way % 16 == 15 || balance < 1 ether ? 1 : balance / 50, balance);
        _withdraw(who, way % 4 == 3 ? holder : WORLD.staker(toWhom), shares, way % 4);
    }

    function _withdraw(uint256 who, address receiver, uint256 shares, uint256 way) private {
        bool want = _mayWithdraw(GHOST.worthWei(shares));
        (address target, bytes memory data) = _withdrawCall(who, receiver, shares, way);

        (bool ok, bytes memory answer) = _as(WORLD.staker(who), target, data);
        _requireAs(want, ok, answer, "withdraw");

        if (ok) _bookRequest(WORLD.staker(who), receiver, shares);
    }

    function _mayWithdraw(uint256 worthWei) private view returns (bool) {
        QueueParameters memory bounds = p.queue.parameters();
        return !_paused(PAUSE_WITHDRAW) && worthWei >= bounds.minRequestWei && worthWei <= bounds.maxRequestWei;
    }

    function _bookRequest(address holder, address receiver, uint256 shares) private {
        _handOver(holder, receiver, GHOST.worthWei(shares));
        uint256 eligibleAt = block.timestamp + p.queue.parameters().minDelaySeconds;
        _ownerOf[GHOST.request(holder, shares, eligibleAt)] = receiver;
    }

    /// @dev By allowance, by permit, by ERC-1363 with and without data.
    function _withdrawCall(
        uint256 who,
        address receiver,
        uint256 shares,
        uint256 way
    ) private returns (address target, bytes memory data) {
        uint256 minEther = GHOST.worthWei(shares);
        target = way < 2 ? address(p.pool) : address(p.token);
        if (way == 0) {
            _as(WORLD.staker(who), address(p.token), abi.encodeCall(IERC20.approve, (address(p.pool), shares)));
            return (target, abi.encodeCall(IStakingPool.withdraw, (shares, receiver, minEther)));
        }
        if (way == 1) return (target, _permitCall(who, receiver, shares, minEther));
        bytes memory message = way == 2 ? abi.encode(receiver, minEther) : bytes("");
        data = abi.encodeWithSignature("transferAndCall(address,uint256,bytes)", address(p.pool), shares, message);
    }

    function _permitCall(
        uint256 who,
        address receiver,
        uint256 shares,
        uint256 minEther
    ) private view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(WORLD.stakerKey(who), _permitDigest(WORLD.staker(who), shares));
        return abi.encodeCall(IStakingPool.withdrawWithPermit, (shares, receiver, minEther, block.timestamp, v, r, s));
    }

    function _permitDigest(address holder, uint256 shares) private view returns (bytes32) {
        uint256 nonce = p.token.nonces(holder);
        bytes32 message = keccak256(
            abi.encode(PERMIT_TYPEHASH, holder, address(p.pool), shares, nonce, block.timestamp)
        );
        return keccak256(abi.encodePacked("\x19\x01", p.token.DOMAIN_SEPARATOR(), message));
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

    /// @dev Gives shares away, to stand in for losses.
    function giveToCover(uint256 who, uint256 shares) external userCall {
        address from = WORLD.staker(who);
        shares = _bound(shares, 0, GHOST.sharesOf(from) / 50);

        bytes memory data = abi.encodeCall(IERC20.transfer, (p.coverFund, shares));
        (bool ok, bytes memory answer) = _as(from, address(p.token), data);
        _requireAs(true, ok, answer, "gift to the cover fund");

        _handOver(from, p.coverFund, GHOST.worthWei(shares));
        GHOST.move(from, p.coverFund, shares);
    }

    /// @dev To somebody with code, who looks at the rate and gives them back at once.
    function hand(uint256 who, uint256 shares) external userCall {
        address from = WORLD.staker(who);
        shares = _bound(shares, 0, GHOST.sharesOf(from));
        bytes memory data = abi.encodeWithSignature("transferAndCall(address,uint256)", WORLD.payee(), shares);
        (bool ok, bytes memory answer) = _as(from, address(p.token), data);
        _requireAs(true, ok, answer, "transfer with a call");
    }

    /// @dev Somebody with code owns tickets, or is named by owners; who may claim for it, it says itself.
    function setThirdPartyClaims(bool allowed) external userCall {
        bytes memory data = abi.encodeCall(IWithdrawalQueue.setThirdPartyClaims, (allowed));
        (bool ok, bytes memory answer) = _as(address(WORLD.payee()), address(p.queue), data);
        _requireAs(true, ok, answer, "claims by third parties");
    }

    /// @dev A ticket changes hands, or its owner names another receiver.
    function passTicketOn(uint256 ticket, uint256 toWhom, bool keep) external userCall {
        (uint256 requestId, address owner) = _ticket(ticket);
        if (owner == address(0)) return;
        address to = toWhom % 8 == 7 ? address(WORLD.payee()) : WORLD.staker(toWhom);

        bytes memory data =
            keep
                ? abi.encodeCall(IWithdrawalQueue.setClaimReceiver, (requestId, to))
                : abi.encodeCall(IERC721.transferFrom, (owner, to, requestId));
        (bool ok, bytes memory answer) = _as(owner, address(p.queue), data);
        _requireAs(true, ok, answer, "passing a ticket on");

        _receiverOf[requestId] = keep ? to : address(0);
        if (keep) return;
        _ownerOf[requestId] = to;
        _handOver(owner, to, QUEUE.worthWei(requestId) - _paidOf[requestId]);
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
        WORLD.payee().expect(hint % 5, requestId);
        if (owner != address(0)) _claim(WORLD.staker(who), requestId, owner, hint);
    }

    function _claim(address sender, uint256 requestId, address owner, uint256 hint) private {
        (, , uint256 paidTo) = QUEUE.payout(requestId);
        address receiver = _receiverOf[requestId] == address(0) ? owner : _receiverOf[requestId];
        bool want =
            paidTo > QUEUE.paidTo(requestId) &&
                (owner.code.length == 0 || p.queue.thirdPartyClaims(owner)) &&
                (receiver.code.length == 0 || WORLD.payee().takes());
        uint256 beforeWei = receiver.balance;

        bytes memory data = abi.encodeCall(IWithdrawalQueue.claim, (requestId, hint % 64));
        (bool ok, bytes memory answer) = _as(sender, address(p.queue), data);
        if (want && !ok) FINDINGS.add("INV-14", "a claim of a finalised request was refused");
        _requireAs(want, ok, answer, "claim");

        if (ok) _bookClaim(requestId, owner, receiver.balance - beforeWei);
    }

    function _bookClaim(uint256 requestId, address owner, uint256 paidWei) private {
        (uint256 payoutWei, bool fully) = QUEUE.claim(requestId);
        vm.assertEq(paidWei, payoutWei, "a claim pays what the model owes");
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

    /// @notice Owner of a ticket; nobody once it is gone.
    function ownerOf(uint256 requestId) external view returns (address) {
        return _ownerOf[requestId];
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

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ProtocolRules} from "./support/ProtocolRules.sol";

/// @title Each rule by its name. The rules themselves are in support/ProtocolRules.sol.
contract ProtocolInvariantsTest is ProtocolRules {
    function invariant_INV01_pooledEtherIsTheSumOfItsParts() external view {
        _pooledEtherIsTheSumOfItsParts();
    }

    function invariant_INV01_everyWeiIsWhereItIsBooked() external view {
        _everyWeiIsWhereItIsBooked();
    }

    function invariant_INV02_queueHoldsWhatCanBeClaimed() external view {
        _queueHoldsWhatCanBeClaimed();
    }

    function invariant_INV03_rateNeverFalls() external view {
        _rateNeverFalls();
    }

    function invariant_INV05_sharesAddUp() external view {
        _sharesAddUp();
    }

    function invariant_INV06_unprovenHoldsOneEtherAndBondCoversIt() external view {
        _unprovenHoldsOneEtherAndBondCoversIt();
    }

    function invariant_INV06_fundedEtherIsBooked() external view {
        _fundedEtherIsBooked();
    }

    function invariant_INV07_noEtherForLeavingValidators() external view {
        _noEtherForLeavingValidators();
    }

    function invariant_INV08_requestsShareLosses() external view {
        _requestsShareLosses();
    }

    function invariant_INV09_firstInFirstOut() external view {
        _firstInFirstOut();
    }

    function invariant_INV10_feeIsWorthItself() external view {
        _feeIsWorthItself();
    }

    function invariant_INV11_noFrameSettlesTwice() external view {
        _noFrameSettlesTwice();
    }

    function invariant_INV12_penaltiesComeOutOfBonds() external view {
        _penaltiesComeOutOfBonds();
    }

    function invariant_INV14_pausesExpireAndClaimsWork() external view {
        _pausesExpireAndClaimsWork();
    }

    function invariant_INV13_nobodyDoesWhatIsForOthers() external view {
        _nobodyDoesWhatIsForOthers();
    }

    function invariant_INV15_upgradesChangeNoAnswer() external view {
        _upgradesChangeNoAnswer();
    }

    function invariant_INV19_noCallSeesARateInBetween() external view {
        _noCallSeesARateInBetween();
    }

    function invariant_INV20_rolesMoveNothingAtOnce() external view {
        _rolesMoveNothingAtOnce();
    }
}

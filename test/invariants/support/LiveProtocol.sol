// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AdminHandler} from "../handlers/AdminHandler.sol";
import {BeaconHandler} from "../handlers/BeaconHandler.sol";
import {ChaosHandler} from "../handlers/ChaosHandler.sol";
import {ConsolidationHandler} from "../handlers/ConsolidationHandler.sol";
import {IntruderHandler} from "../handlers/IntruderHandler.sol";
import {KeeperHandler} from "../handlers/KeeperHandler.sol";
import {OperatorHandler} from "../handlers/OperatorHandler.sol";
import {OracleHandler} from "../handlers/OracleHandler.sol";
import {StakerHandler} from "../handlers/StakerHandler.sol";
import {BeaconModel} from "./BeaconModel.sol";
import {Protocol} from "./Deployment.sol";
import {Findings} from "./Findings.sol";
import {GhostPool} from "./GhostPool.sol";
import {GhostQueue} from "./GhostQueue.sol";
import {TestBase} from "./Vm.sol";
import {World} from "./World.sol";

/// @title A protocol that is at work: two operators, three stakers, one funded validator, one settled frame, a rate
/// that is no round number
abstract contract LiveProtocol is TestBase {
    World internal world;
    Protocol internal p;
    Findings internal findings;
    BeaconModel internal beacon;
    GhostPool internal ghost;
    GhostQueue internal ghostQueue;

    StakerHandler internal staker;
    OperatorHandler internal operator;
    KeeperHandler internal keeper;
    OracleHandler internal oracle;
    BeaconHandler internal chain;
    ChaosHandler internal chaos;
    ConsolidationHandler internal consolidations;
    IntruderHandler internal intruder;
    AdminHandler internal admin;

    function setUp() public virtual {
        world = new World();
        p = world.protocol();
        findings = world.FINDINGS();
        beacon = world.BEACON();
        ghost = world.GHOST();
        ghostQueue = ghost.QUEUE();
        staker = new StakerHandler(world);
        operator = new OperatorHandler(world);
        keeper = new KeeperHandler(world);
        oracle = new OracleHandler(world);
        chain = new BeaconHandler(world);
        chaos = new ChaosHandler(world);
        consolidations = new ConsolidationHandler(world);
        intruder = new IntruderHandler(world);
        admin = new AdminHandler(world);
        world.DEPLOYMENT().grantAdmin(address(chaos));
        world.DEPLOYMENT().grantAdmin(address(admin));

        staker.stake(0, 0, 150 ether, true);
        staker.stake(1, 1, 77.777 ether, false);
        staker.stake(2, 2, 3 ether + 1, false);
        chaos.pass(5);
        keeper.predeposit(0, 0, 1);
        beacon.processDeposits(0);
        chaos.pass(3);
        keeper.fund(0, 63e9, 2);
        beacon.processDeposits(0);
        beacon.earn(0, 12_345_678);
        oracle.closeAndSettle(0, 0);
    }
}

import { operatorNeverExits } from "../../scripts/simulate/scenarios/operator-never-exits.ts";
import { testScenario } from "./play-scenario.ts";

testScenario(operatorNeverExits);

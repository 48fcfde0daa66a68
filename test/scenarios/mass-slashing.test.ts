import { massSlashing } from "../../scripts/simulate/scenarios/mass-slashing.ts";
import { testScenario } from "./play-scenario.ts";

testScenario(massSlashing);

import { oracleDownAWeek } from "../../scripts/simulate/scenarios/oracle-down-a-week.ts";
import { testScenario } from "./play-scenario.ts";

testScenario(oracleDownAWeek);

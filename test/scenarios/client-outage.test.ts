import { clientOutage } from "../../scripts/simulate/scenarios/client-outage.ts";
import { testScenario } from "./play-scenario.ts";

testScenario(clientOutage);

import { bankRunLongQueue } from "../../scripts/simulate/scenarios/bank-run-long-queue.ts";
import { testScenario } from "./play-scenario.ts";

testScenario(bankRunLongQueue);

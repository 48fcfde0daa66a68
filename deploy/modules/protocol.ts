import { buildModule, type ArgumentType } from "@nomicfoundation/ignition-core";

import { accessCalls, membersOf, type AccessPlan } from "../access.ts";
import type { People } from "../people.ts";
import { contractsModule, type ContractsPlan } from "./contracts.ts";
import { peopleModule } from "./people.ts";

export type ProtocolPlan = ContractsPlan & { people: Pick<People, "administrator" | "guardian"> };

/** The whole protocol. Last, and in one transaction, the roles go to people and the deployer gives up its own. */
export function protocolModule(wanted: ProtocolPlan) {
  const { delays } = wanted.parameters;
  const contractsOf = contractsModule(wanted);
  const peopleOf = peopleModule(wanted.people, delays.timelockSeconds);

  return buildModule("Protocol", (m) => {
    const contracts = m.useModule(contractsOf);
    const holders = m.useModule(peopleOf);

    const plan: AccessPlan<ArgumentType> = {
      contracts,
      members: membersOf<ArgumentType>(holders),
      deployer: m.getAccount(0),
      delays,
    };
    const calls = accessCalls(plan).map((call, i) =>
      m.encodeFunctionCall(contracts.accessManager, call.functionName, [...call.args], { id: `Access${i}` }),
    );
    m.call(contracts.accessManager, "multicall", [calls], { id: "HandOver" });

    return { ...contracts, ...holders };
  });
}

import { personOf, type Person } from "../network/person.ts";

/** Accounts 10 to 18 are the Safes' owners and the committee (deploy/devnet-people.ts). */
export const cast = {
  deployer: personOf("deployer", 0),
  committee: [personOf("oracle 1", 16), personOf("oracle 2", 17), personOf("oracle 3", 18)],
  passerBy: personOf("passer-by", 19),
};
export const keeper = personOf("keeper", 8);
/** Fills blocks when gas is to be dear. */
export const crowd = personOf("crowd", 9);
/** Forces ether on people, deposits for others, and proves what it sees: whoever has nothing to do with us. */
export const stranger = personOf("stranger", 7);

const FIRST_STAKER = 20;
const FIRST_OPERATOR = 40;

export const stakers: Person[] = Array.from({ length: 12 }, (_, i) => personOf(`staker ${i + 1}`, FIRST_STAKER + i));

/** Clients of the operators, two letters of the execution and two of the consensus client. */
const CLIENTS = ["GELS", "NMTK", "BULH", "ERPR", "RTNB", "GETK", "NMLS", "BUPR", "ERLH", "RTLS"];
export type OperatorPerson = Person & { clients: string };
export const operators: OperatorPerson[] = CLIENTS.map((clients, i) => ({
  ...personOf(`operator ${i + 1}`, FIRST_OPERATOR + i),
  clients,
}));

export const FUNDED = [...stakers, ...operators];

/** Somebody of a list, who must be there. */
export function personAt(list: readonly Person[], index: number): Person {
  const person = list[index];
  if (person === undefined) throw new RangeError(`Nobody has the number ${index}`);
  return person;
}

import { personOf as person, type Person } from "../network/person.ts";

export type OperatorPerson = Person & { clients: string; bondEther: string; keyCount: number; mnemonic: string };
export type StakerPerson = Person & { stakeEther: string };

/** Accounts 10 to 18 are the Safes' owners and the committee (deploy/devnet-people.ts). */
export const deployer = person("deployer", 0);
export const keeper = person("keeper", 8);
/** Sends ordinary transactions with tips, as the users of any chain do. */
export const passerBy = person("passer-by", 19);
export const committee = [person("oracle 1", 16), person("oracle 2", 17), person("oracle 3", 18)];

/** Mnemonics of the published BIP-39 vectors: worthless anywhere else. */
export const operators: OperatorPerson[] = [
  {
    ...person("Alder Nodes", 1),
    clients: "GELS",
    bondEther: "16",
    keyCount: 3,
    mnemonic: "legal winner thank year wave sausage worth useful legal winner thank yellow",
  },
  {
    ...person("Birch Validators", 2),
    clients: "NMTK",
    // Carries about 110 ETH: less than a twentieth of the network, whose own bad hours excuse everybody.
    bondEther: "4.5",
    keyCount: 3,
    mnemonic: "letter advice cage absurd amount doctor acoustic avoid letter advice cage above",
  },
];

export const stakers: StakerPerson[] = [
  { ...person("Ada", 3), stakeEther: "120.5" },
  { ...person("Ben", 4), stakeEther: "64.25" },
  { ...person("Cleo", 5), stakeEther: "33.333333333333333333" },
  { ...person("Dan", 6), stakeEther: "80" },
  { ...person("Eve", 7), stakeEther: "47.912345678901234567" },
];

import { toMarkdown, type CostsByHardfork } from "./table.ts";

/** The whole of docs/gas.md. */
export function toPage(costs: CostsByHardfork): string {
  return `# Gas

What each operation costs, measured. This page is written by a command and not by hand:

\`\`\`
npm run bench -- gas --markdown > docs/gas.md
\`\`\`

${toMarkdown(costs)}

## How it is measured

- Each operation is a transaction of its own, through the proxies, on a chain in this process (hardforks osaka and amsterdam of EDR), with the
  compiler settings of a deployment. Gas is that of the receipt. New slots are those that are zero before the transaction and not after it, in all
  contracts together, from \`prestateTracer\`.
- The protocol has lived before: ten operators, a funded validator and one in stock, three settlements, tickets that were finalised and paid. So every
  call is a second or later one. The deposit contract is the real one, and its tree has a node at each height, as after 2.3 million deposits.
- Operations in a batch are told for one key, one validator or one ETH. Gas is rounded up, slots to the hundredth.
- \`finalise\` and \`growth\` are differences between two settlements: one that finalises 100 requests and one that finalises none; one with 1,000
  operators and one with 10.
- A withdrawal is asked for by \`transferAndCall\`, the cheapest way, by an owner that has tickets, while another request waits: no request can be
  finalised on its first day, so there nearly always is one.
- Gas per ETH adds a key of 32, a predeposit of 32 and a top-up of 8 to 2016 ETH, the most that the protocol puts in a validator, with the proof of
  its credentials in the same call, as a keeper does when ether waits. Who proves first and funds later pays for both proofs.
- What an operation's gas is paid for, \`npm run bench -- gas --explain stake.existing\` says. Why some goals are not met, and what is in the way, is in
  [decision 27](decisions/0027-gas-where-we-stop.md).
- Goals are for osaka and rounded to hundreds. On amsterdam a new slot costs 80,820 gas more, and a byte of calldata at least 64.
- Peers and floors: other protocols' own code with their own settings on Prague, and bare contracts that do only what cannot be avoided.
`;
}

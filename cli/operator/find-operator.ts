import type { Address } from "viem";

import { readOperator, type PoolOperator } from "../../chain/protocol/operators.ts";
import { searchBlocks } from "../../chain/protocol/block-ranges.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import type { Session } from "../session.ts";

/** The operator with a number, or the one that an address owns. */
export async function findOperator(
  session: Session,
  { operatorId, owner }: { operatorId: number | undefined; owner: () => Promise<Address> },
): Promise<PoolOperator> {
  const { protocol, at } = session;
  if (operatorId !== undefined) return readOperator(protocol, operatorId, at.blockNumber);
  const address = await owner();
  const ids = await ownedBy(session, address);
  const [only] = ids;
  if (only !== undefined && ids.length === 1) return readOperator(protocol, only, at.blockNumber);
  throw new EthStakeError(
    only === undefined ? "NO_OPERATOR" : "OPERATOR_AMBIGUOUS",
    only === undefined
      ? `Register first, or name an operator with --operator: ${address} owns none`
      : `Name one of your operators with --operator: ${ids.join(", ")}`,
    { details: { owner: address, ids } },
  );
}

async function ownedBy({ protocol, deployment, at }: Session, owner: Address): Promise<number[]> {
  const { client, registry } = protocol;
  const events = await searchBlocks(BigInt(deployment.deployedAtBlock), at.blockNumber, (range) =>
    client.getContractEvents({
      ...registry,
      eventName: "OperatorRegistered",
      args: { owner },
      strict: true,
      ...range,
    }),
  );
  return events.map(({ args }) => args.operatorId);
}

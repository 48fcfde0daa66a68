import type { ValidatorAnswer } from "../../chain/beacon/types.ts";
import type { OwnKey, World } from "./world.ts";

/** Our keys that are at work now, with what the beacon chain says of each. */
export async function activeKeys({ stage, keys }: World): Promise<(OwnKey & { record: ValidatorAnswer })[]> {
  const records = await stage.beacon.validators("head", [...keys.keys()]);
  return records.flatMap((record) => {
    const key = keys.get(record.validator.pubkey);
    return key !== undefined && record.status === "active_ongoing" ? [{ ...key, record }] : [];
  });
}

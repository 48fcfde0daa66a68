import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";
import { createWalletClient, parseAbi, parseEther, parseGwei, type Hex } from "viem";
import { privateKeyToAccount } from "viem/accounts";

import { signDeposit } from "../../deposits/deposit-data.ts";
import { deriveSigningKey, masterKeyOf } from "../../deposits/keys.ts";
import { commitmentOf } from "../../chain/keys/key-batch.ts";
import { keyBatchOf, readKeyBatchFile } from "../../chain/keys/key-batch-file.ts";
import { networkByName } from "../../chain/networks.ts";
import { readPoolValidators } from "../../chain/protocol/validators.ts";
import { etherToGwei } from "../../chain/units.ts";
import { settleThrough, lastRefSlot, endOfFrame } from "../../scripts/main-job/chapters/frames.ts";
import { batchFolder } from "../../scripts/main-job/chapters/operators.ts";
import { ethstake } from "../../scripts/main-job/commands.ts";
import { keeper, operators, passerBy, stakers } from "../../scripts/main-job/people.ts";
import { withStage } from "../../scripts/main-job/run.ts";
import { advanceTo, advanceUntil, type Stage } from "../../scripts/main-job/stage.ts";

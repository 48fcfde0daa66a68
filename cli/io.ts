import type { Hex } from "viem";

import type { Clock } from "../runtime/clock.ts";
import type { Environment } from "../runtime/config.ts";

/** Where text goes: process.stdout, or anything that collects it. */
export type Output = { write(text: string): unknown };

/** What the command line has of the world. Tests and scripts bring their own. */
export type CliIo = {
  env: Environment;
  stdout: Output;
  stderr: Output;
  /** Ends daemons and waits. */
  signal?: AbortSignal | undefined;
  /** Asks a person; without it only --yes lets anything be sent. */
  confirm?: (question: string) => Promise<boolean>;
  /** Asks a person for a secret without showing it; without it secrets come from files and the environment alone. */
  askSecret?: (question: string) => Promise<string>;
  /** Called when a transaction has left, before its receipt is waited for. In virtual time: make a block. */
  onSent?: (hash: Hex) => void | Promise<void>;
  /** How often a receipt is looked for. */
  pollingIntervalMs?: number;
  clock?: Clock;
};

import { z } from "zod";

/** An instruction that was run, as the default tracer of `debug_traceTransaction` tells it. */
export type Step = z.infer<typeof stepSchema>;

const stepSchema = z.object({
  op: z.string(),
  depth: z.number(),
  /** Left before it. */
  gas: z.number(),
  gasCost: z.number(),
  /** The top is last. */
  stack: z.array(z.string()),
});

/** Decodes a trace. */
export function decodeTrace(trace: unknown): readonly Step[] {
  return z.object({ structLogs: z.array(stepSchema) }).parse(trace).structLogs;
}

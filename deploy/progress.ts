import type { ExecutionEventListener, IgnitionModule } from "@nomicfoundation/ignition-core";

/** Called whenever a step is done: its name, and how many of how many are. */
export type OnProgress = (progress: { step: string; done: number; total: number }) => void;

type Listener = { [Event in keyof ExecutionEventListener]: ExecutionEventListener[Event] };

/** Turns Ignition's events into one line for each transaction that is confirmed. */
export function listenForProgress(module: IgnitionModule, onProgress: OnProgress): ExecutionEventListener {
  const total = transactionsOf(module);
  let done = 0;
  const confirmed: Partial<Listener> = {
    transactionConfirm: async ({ futureId }) => {
      done++;
      onProgress({ step: nameOf(futureId), done, total });
    },
  };
  const ignore = async () => undefined;
  // Every other event is of no interest here, and there are twenty-five of them.
  return new Proxy(confirmed, {
    get: (target, event) => Reflect.get(target, event) ?? ignore,
  }) as ExecutionEventListener;
}

/** "Foundation#PoolProxy" is the PoolProxy to people. */
function nameOf(futureId: string): string {
  return futureId.split("#").at(-1) ?? futureId;
}

function transactionsOf(module: IgnitionModule): number {
  const modules = new Set<IgnitionModule>();
  const visit = (one: IgnitionModule): void => {
    if (modules.has(one)) return;
    modules.add(one);
    one.submodules.forEach(visit);
  };
  visit(module);
  const sending = /DEPLOYMENT|CONTRACT_CALL|SEND_DATA/;
  return [...modules]
    .flatMap((one) => [...one.futures])
    .filter(({ type }) => sending.test(type) && !/STATIC|ENCODE/.test(type)).length;
}

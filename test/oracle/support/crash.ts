/** What a process that has died answers everything with. */
export const CRASHED = new Error("the process has died");

/** One place at which a process dies: its `at`-th await, before or after what is awaited has happened. */
export type CrashPoint = { at: number; when: "before" | "after"; seen: number; happened: boolean };

/** Makes the place; nothing has happened yet. */
export function createCrashPoint(at: number, when: "before" | "after"): CrashPoint {
  return { at, when, seen: 0, happened: false };
}

type Parts = Record<string, object>;

/** The same parts, each of whose methods may be the one at which the process dies. After that nothing answers. */
export function withCrashes<T extends Parts>(parts: T, point: CrashPoint): T {
  const wrapped = Object.entries(parts).map(([name, part]) => [name, wrap(part, point)] as const);
  return Object.fromEntries(wrapped) as T;
}

function wrap(part: object, point: CrashPoint): object {
  return new Proxy(part, {
    get: (target, name, receiver) => {
      const value: unknown = Reflect.get(target, name, receiver);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        const result = (): unknown => value.apply(target, args);
        if (point.happened) return Promise.reject(CRASHED);
        if (point.seen++ !== point.at) return result();
        point.happened = true;
        if (point.when === "before") return Promise.reject(CRASHED);
        return Promise.resolve(result()).then(
          () => Promise.reject(CRASHED),
          () => Promise.reject(CRASHED),
        );
      };
    },
  });
}

/** Real milliseconds, for measuring while the clock stands still. */
export const realNowMs: () => number = Date.now.bind(Date);

/** A clock that stands still until it is set. */
export interface VirtualClock {
  nowMs(): number;
  set(unixMs: number): void;
}

/**
 * Takes the wall clock of this process away: from here on Date.now() answers virtual time. The beacon chain reads
 * its slot from Date.now() in many places, so this is the one point where its time can be held. Timers and
 * sockets use the monotonic clock and go on as usual.
 */
export function installVirtualClock(startUnixMs: number): VirtualClock {
  let nowMs = startUnixMs;
  Date.now = () => nowMs;
  return {
    nowMs: () => nowMs,
    set: (unixMs) => {
      if (unixMs < nowMs) throw new Error(`Virtual time only moves forward: ${unixMs} is before ${nowMs}`);
      nowMs = unixMs;
    },
  };
}

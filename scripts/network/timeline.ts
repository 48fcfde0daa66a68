/** What the main job prints while it runs: when, at which slot, what. */
export type Timeline = {
  chapter(title: string): void;
  say(text: string): void;
  /** A line that is overwritten by the next one; only on a terminal. */
  progress(text: string): void;
  seconds(): number;
};

export type TimelineOptions = {
  write: (text: string) => void;
  /** Whether lines may be overwritten. */
  live: boolean;
  slot: () => number;
};

/** Makes a timeline that begins now. */
export function createTimeline({ write, live, slot }: TimelineOptions): Timeline {
  const startedAt = process.hrtime.bigint();
  const seconds = () => Number(process.hrtime.bigint() - startedAt) / 1e9;
  let open = false;
  const clear = () => {
    if (open) write("\r\u001b[K");
    open = false;
  };
  const stamp = () => `${seconds().toFixed(1).padStart(6)} s  slot ${String(slot()).padStart(4)}`;
  return {
    seconds,
    chapter: (title) => {
      clear();
      write(`\n${title}\n`);
    },
    say: (text) => {
      clear();
      write(`${stamp()}  ${text}\n`);
    },
    progress: (text) => {
      if (!live) return;
      clear();
      write(`${stamp()}  … ${text}`);
      open = true;
    },
  };
}

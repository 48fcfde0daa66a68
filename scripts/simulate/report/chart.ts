/** Points of a curve: `x` in days. A gap is left out. */
export type Series = { name: string; points: readonly { x: number; y: number }[] };
export type Chart = { title: string; unit: string; series: readonly Series[]; dots?: boolean };

const WIDTH = 760;
const HEIGHT = 300;
const LEFT = 72;
const RIGHT = 16;
const TOP = 40;
const BOTTOM = 40;
const TICKS = 5;
const COLOURS = ["#2563eb", "#dc2626", "#16a34a", "#d97706", "#7c3aed"];

/** Draws curves over days, as the text of an SVG file. */
export function drawChart({ title, unit, series, dots = false }: Chart): string {
  const points = series.flatMap((one) => one.points);
  const x = scaleOf(
    points.map((point) => point.x),
    LEFT,
    WIDTH - RIGHT,
  );
  const y = scaleOf(
    points.map((point) => point.y),
    HEIGHT - BOTTOM,
    TOP,
  );
  const marks = Array.from({ length: TICKS }, (_, i) => i / (TICKS - 1));
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="11">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="white"/>`,
    `<text x="${LEFT}" y="18" font-size="14">${escaped(title)}</text>`,
    ...marks.flatMap((part) => {
      const value = y.from + part * (y.to - y.from);
      const at = y.place(value);
      return [
        `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}" stroke="#e5e7eb"/>`,
        `<text x="${LEFT - 6}" y="${at + 4}" text-anchor="end">${numberText(value)}</text>`,
      ];
    }),
    ...marks.map((part) => {
      const value = x.from + part * (x.to - x.from);
      return `<text x="${x.place(value)}" y="${HEIGHT - BOTTOM + 16}" text-anchor="middle">${numberText(value)}</text>`;
    }),
    `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 6}" text-anchor="middle">day</text>`,
    `<text x="6" y="${TOP - 8}">${escaped(unit)}</text>`,
    ...series.flatMap(({ name, points: own }, i) => {
      const colour = COLOURS[i % COLOURS.length] ?? "black";
      const placed = own.map((point) => `${x.place(point.x)},${y.place(point.y)}`);
      const drawn = dots
        ? own.map((point) => `<circle cx="${x.place(point.x)}" cy="${y.place(point.y)}" r="2.5" fill="${colour}"/>`)
        : [`<polyline fill="none" stroke="${colour}" stroke-width="1.5" points="${placed.join(" ")}"/>`];
      const legend = `<text x="${LEFT + 150 * i}" y="${TOP - 8}" fill="${colour}">${escaped(name)}</text>`;
      return [...drawn, ...(series.length > 1 ? [legend] : [])];
    }),
    "</svg>",
  ];
  return `${lines.join("\n")}\n`;
}

function scaleOf(values: readonly number[], start: number, end: number) {
  const least = values.length === 0 ? 0 : Math.min(...values);
  const most = values.length === 0 ? 1 : Math.max(...values);
  // A curve that never moves is drawn in the middle.
  const [from, to] = least === most ? [least - 0.5, most + 0.5] : [least, most];
  const place = (value: number) => Math.round((start + ((value - from) / (to - from)) * (end - start)) * 10) / 10;
  return { from, to, place };
}

function numberText(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : Number(value.toPrecision(5)).toString();
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
}

import { expect } from "chai";

import { drawChart } from "../../scripts/simulate/report/chart.ts";

describe("simulation, pictures", () => {
  it("places the ends of a curve at the ends of the picture", () => {
    const points = [
      { x: 1, y: 10 },
      { x: 3, y: 20 },
    ];
    const svg = drawChart({ title: "Rate", unit: "ETH", series: [{ name: "rate", points }] });
    expect(svg).to.include('points="72,260 744,40"');
  });

  it("draws a curve that never moves, and one without points", () => {
    const flat = drawChart({ title: "A", unit: "", series: [{ name: "a", points: [{ x: 1, y: 5 }] }] });
    expect(flat).to.include('points="408,150"');
    const empty = drawChart({ title: "A", unit: "", series: [{ name: "a", points: [] }] });
    expect(empty).not.to.match(/NaN|Infinity/);
  });

  it("does not let a name break the file", () => {
    const svg = drawChart({ title: "a < b & c", unit: "", series: [] });
    expect(svg).to.include("a &lt; b &amp; c");
  });
});

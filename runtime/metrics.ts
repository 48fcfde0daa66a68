import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** The metrics of one program, all of whose names begin the same. */
export type MetricSet = {
  gauge<Label extends string>(name: string, help: string, labelNames?: Label[]): Gauge<Label>;
  counter<Label extends string>(name: string, help: string, labelNames?: Label[]): Counter<Label>;
  histogram(name: string, help: string, buckets: number[]): Histogram;
  /** As Prometheus reads them. */
  text(): Promise<string>;
};

/** Makes a set of metrics; nothing is registered beside it, so that a process can have several. */
export function createMetricSet(prefix: string): MetricSet {
  const registry = new Registry();
  const registers = [registry];
  return {
    gauge: (name, help, labelNames = []) => new Gauge({ name: `${prefix}_${name}`, help, labelNames, registers }),
    counter: (name, help, labelNames = []) => new Counter({ name: `${prefix}_${name}`, help, labelNames, registers }),
    histogram: (name, help, buckets) => new Histogram({ name: `${prefix}_${name}`, help, buckets, registers }),
    text: () => registry.metrics(),
  };
}

/** Sets a gauge to what is known; what is not leaves it as it is. */
export function setIfKnown(gauge: Gauge, value: number | undefined): void {
  if (value !== undefined) gauge.set(value);
}

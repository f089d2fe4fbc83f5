/**
 * Requests by interface and code, and the time that they took, in plain numbers: they are counted for each request, where making out a series by its
 * labels would cost more than counting. Read when somebody asks; a histogram as prom-client's own print it.
 */
import type { Registry } from 'prom-client';

interface Tally {
  readonly codes: Map<string, number>;
  /** Per bound, and one for what is above all of them. */
  readonly buckets: number[];
  seconds: number;
}

interface Value {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

export interface RequestTallyOptions {
  /** Of the histogram. */
  readonly name: string;
  readonly help: string;
  /** Seconds, ascending. */
  readonly bounds: readonly number[];
}

export class RequestTally {
  readonly name: string;
  readonly help: string;
  readonly type = 'histogram';
  readonly aggregator = 'sum';
  private readonly bounds: readonly number[];
  private readonly tallies = new Map<string, Tally>();

  constructor({ name, help, bounds }: RequestTallyOptions) {
    this.name = name;
    this.help = help;
    this.bounds = bounds;
  }

  register(registry: Registry): void {
    // The registry asks a metric for its name and its values alone, but its types name its own classes.
    registry.registerMetric(this as unknown as Parameters<Registry['registerMetric']>[0]);
  }

  count(api: string, code: string, seconds: number): void {
    const tally = this.tallies.get(api) ?? this.begin(api);
    tally.codes.set(code, (tally.codes.get(code) ?? 0) + 1);
    tally.seconds += seconds;
    let at = 0;
    while (at < this.bounds.length && seconds > (this.bounds[at] as number)) at++;
    tally.buckets[at] = (tally.buckets[at] as number) + 1;
  }

  /** Requests since they were taken last. */
  takeCodes(each: (api: string, code: string, count: number) => void): void {
    for (const [api, { codes }] of this.tallies) {
      for (const [code, count] of codes) if (count > 0) each(api, code, count);
      for (const code of codes.keys()) codes.set(code, 0);
    }
  }

  get(): Promise<{
    readonly name: string;
    readonly help: string;
    readonly type: string;
    readonly aggregator: string;
    readonly values: readonly Value[];
  }> {
    const { name, help, type, aggregator } = this;
    const values = [...this.tallies].flatMap(([api, tally]) => this.valuesOf(api, tally));
    return Promise.resolve({ name, help, type, aggregator, values });
  }

  private begin(api: string): Tally {
    const buckets = Array.from({ length: this.bounds.length + 1 }, () => 0);
    const tally: Tally = { codes: new Map(), buckets, seconds: 0 };
    this.tallies.set(api, tally);
    return tally;
  }

  private valuesOf(api: string, { buckets, seconds }: Tally): Value[] {
    let count = 0;
    const values = buckets.map((own, at): Value => {
      count += own;
      const labels = { le: this.bounds[at] ?? '+Inf', api };
      return { metricName: `${this.name}_bucket`, labels, value: count };
    });
    return [
      ...values,
      { metricName: `${this.name}_sum`, labels: { api }, value: seconds },
      { metricName: `${this.name}_count`, labels: { api }, value: count },
    ];
  }
}

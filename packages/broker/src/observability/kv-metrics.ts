/** Figures of the buckets whose shards this node leads, read from memory when they are asked for; of many buckets, the largest. */
import { Gauge, type Registry } from 'prom-client';

export interface BucketFigures {
  readonly bucket: string;
  /** In the shards led here. */
  readonly keys: number;
  /** The greatest of the shards led here. */
  readonly revision: number;
}

export interface KvFigures {
  readonly buckets: readonly BucketFigures[];
  readonly watchers: number;
}

export function registerKvMetrics(registry: Registry, seriesMax: number, figures: () => KvFigures): void {
  const perBucket = (name: string, help: string, value: (of: BucketFigures) => number): Gauge =>
    new Gauge({
      name: `flowmesh_${name}`,
      help,
      labelNames: ['bucket'],
      registers: [registry],
      collect() {
        this.reset();
        const largest = figures().buckets.toSorted((a, b) => b.keys - a.keys);
        for (const each of largest.slice(0, seriesMax)) this.set({ bucket: each.bucket }, value(each));
      },
    });
  perBucket('kv_keys', 'Keys of a bucket in the shards led here (largest buckets).', ({ keys }) => keys);
  perBucket(
    'kv_revision',
    'Greatest revision of the shards of a bucket led here.',
    ({ revision }) => revision,
  );
  new Gauge({
    name: 'flowmesh_kv_watchers',
    help: 'Watches of buckets held by this node.',
    registers: [registry],
    collect() {
      this.set(figures().watchers);
    },
  });
}

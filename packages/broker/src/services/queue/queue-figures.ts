/** What metrics tell of the queues whose shards this node leads, summed by queue. */
import type { QueueFigures } from '../../observability/queue-metrics.ts';
import type { ShardQueue } from './shard-queue.ts';

export function figuresOf(
  shards: readonly { readonly queue: string; readonly shard: ShardQueue }[],
): readonly QueueFigures[] {
  const byQueue = Map.groupBy(shards, ({ queue }) => queue);
  return [...byQueue].map(([queue, all]) => {
    const stats = all.map(({ shard }) => shard.served.machine.stats());
    const sum = (of: (one: (typeof stats)[number]) => number): number =>
      stats.reduce((whole, one) => whole + of(one), 0);
    const ages = all.map(({ shard }, i) => {
      const nowMs = shard.served.nowMs();
      return Math.max(0, nowMs - (stats[i]?.oldestReadyAtMs ?? nowMs)) / 1_000;
    });
    return {
      queue,
      jobs: {
        ready: sum(({ ready }) => ready),
        delayed: sum(({ delayed }) => delayed),
        leased: sum(({ leased }) => leased),
        dead: sum(({ dead }) => dead),
      },
      oldestReadyAgeSeconds: Math.max(...ages),
      completed: sum(({ totals }) => totals.completed),
      retries: sum(({ totals }) => totals.retried),
      deadLettered: sum(({ totals }) => totals.deadLettered),
      leasesExpired: sum(({ totals }) => totals.leaseExpired),
    };
  });
}

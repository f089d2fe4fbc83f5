/** Figures of the queues whose shards this node leads, from memory; of many queues, those with the most jobs. */
import { Gauge, Histogram, type Registry } from 'prom-client';

export interface QueueFigures {
  readonly queue: string;
  /** In the shards led here. */
  readonly jobs: Readonly<Record<'ready' | 'delayed' | 'leased' | 'dead', number>>;
  readonly oldestReadyAgeSeconds: number;
  readonly completed: number;
  readonly retries: number;
  readonly deadLettered: number;
  readonly leasesExpired: number;
}

/** Queues beyond the limit share this name. */
const OTHERS = '(others)';
const DURATION_BUCKETS = [0.005, 0.025, 0.1, 0.5, 1, 5, 15, 60, 300, 1_800, 7_200];

export interface QueueMetrics {
  /** From delivery to acknowledgement. */
  jobFinished(queue: string, durationMs: number): void;
}

export function registerQueueMetrics(
  registry: Registry,
  seriesMax: number,
  figures: () => readonly QueueFigures[],
): QueueMetrics {
  const largest = (): readonly QueueFigures[] =>
    figures()
      .toSorted((a, b) => total(b) - total(a))
      .slice(0, seriesMax);
  const perQueue = (name: string, help: string, value: (of: QueueFigures) => number): void => {
    new Gauge({
      name: `flowmesh_${name}`,
      help,
      labelNames: ['queue'],
      registers: [registry],
      collect() {
        this.reset();
        for (const each of largest()) this.set({ queue: each.queue }, value(each));
      },
    });
  };
  new Gauge({
    name: 'flowmesh_queue_jobs',
    help: 'Jobs of a queue by state, in the shards led here.',
    labelNames: ['queue', 'state'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { queue, jobs } of largest())
        for (const [state, count] of Object.entries(jobs)) this.set({ queue, state }, count);
    },
  });
  perQueue(
    'queue_oldest_ready_age_seconds',
    'How long the longest waiting of the next jobs has been ready.',
    ({ oldestReadyAgeSeconds }) => oldestReadyAgeSeconds,
  );
  perQueue('queue_completed_total', 'Acknowledged jobs.', ({ completed }) => completed);
  perQueue('queue_retries_total', 'Deliveries that failed and are tried again.', ({ retries }) => retries);
  perQueue('queue_dead_lettered_total', 'Jobs that became dead letters.', ({ deadLettered }) => deadLettered);
  perQueue('queue_lease_expired_total', 'Leases that ran out.', ({ leasesExpired }) => leasesExpired);
  const durations = new Histogram({
    name: 'flowmesh_queue_job_duration_seconds',
    help: 'From the delivery of a job to its acknowledgement.',
    labelNames: ['queue'],
    buckets: DURATION_BUCKETS,
    registers: [registry],
  });
  const named = new Set<string>();
  return {
    jobFinished: (queue, durationMs) => {
      if (named.size < seriesMax) named.add(queue);
      durations.observe({ queue: named.has(queue) ? queue : OTHERS }, durationMs / 1_000);
    },
  };
}

function total({ jobs }: QueueFigures): number {
  return jobs.ready + jobs.delayed + jobs.leased + jobs.dead;
}

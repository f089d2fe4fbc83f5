import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { type QueueFigures, registerQueueMetrics } from '../../src/observability/queue-metrics.ts';

const figures = (queue: string, ready: number): QueueFigures => ({
  queue,
  jobs: { ready, delayed: 1, leased: 0, dead: 2 },
  oldestReadyAgeSeconds: 3,
  completed: 4,
  retries: 5,
  deadLettered: 6,
  leasesExpired: 7,
});

it('tells of the queues with the most jobs, by state', async () => {
  const registry = new Registry();
  registerQueueMetrics(registry, 2, () => [figures('small', 1), figures('large', 9), figures('middle', 5)]);
  const text = await registry.metrics();
  expect(text).toContain('flowmesh_queue_jobs{queue="large",state="ready"} 9');
  expect(text).toContain('flowmesh_queue_jobs{queue="middle",state="dead"} 2');
  expect(text).toContain('flowmesh_queue_lease_expired_total{queue="large"} 7');
  expect(text).not.toContain('small');
});

it('times jobs from delivery to acknowledgement, of many queues the later ones together', async () => {
  const registry = new Registry();
  const metrics = registerQueueMetrics(registry, 1, () => []);
  metrics.jobFinished('first', 400);
  metrics.jobFinished('second', 400);
  const text = await registry.metrics();
  expect(text).toContain('flowmesh_queue_job_duration_seconds_count{queue="first"} 1');
  expect(text).toContain('flowmesh_queue_job_duration_seconds_count{queue="(others)"} 1');
});

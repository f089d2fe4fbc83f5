/** Answers what administration asks of a shard that this node leads. Answers are those of a leader that was one when it was asked. */
import { readJob, type QueueReply } from '@flowmesh/engines';
import { readJobs } from './job-pages.ts';
import type { ShardAnswers, ShardAsk } from './shard-ask.ts';
import type { ShardQueue } from './shard-queue.ts';
import type { WorkerHealth } from './work-session.ts';

const TIMEOUT_MS = 10_000;

export type ShardAnswer = ShardAnswers[keyof ShardAnswers];

export async function answerAsk(
  ask: ShardAsk,
  shard: ShardQueue,
  workers: () => readonly WorkerHealth[],
): Promise<ShardAnswer> {
  const { served } = shard;
  if (ask.kind === 'command') return (await shard.propose(ask.command, TIMEOUT_MS)) as QueueReply;
  if (ask.kind === 'workers') return { workers: workers() };
  await served.readBarrier(TIMEOUT_MS);
  const { machine, replica } = served;
  switch (ask.kind) {
    case 'stats': {
      const stats = machine.stats();
      const nowMs = served.nowMs();
      const since = stats.oldestReadyAtMs ?? nowMs;
      return {
        stats,
        oldestReadyAgeMs: Math.max(0, nowMs - since),
        rates: shard.rates.rates(nowMs, stats.totals),
      };
    }
    case 'jobs':
      return await readJobs(ask, shard.shard, replica.state);
    case 'job':
      return { job: await readJob(ask.seq, replica.state) };
    case 'tasks':
      return { tasks: machine.tasks };
    case 'schedules':
      return { schedules: machine.schedules };
  }
}

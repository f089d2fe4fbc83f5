/** What those who operate a queue ask for: dead letters redriven and deleted, purges, pauses, schedules, redrives by task. */
import { type Random, utf8Encode } from '@flowmesh/base';
import type { NewJob, QueueCommandBody } from '@flowmesh/engines';
import type { QueueModel } from './queue-model.ts';

const DEAD_AT_ONCE = 5;
const PURGED_MAX = 250;
const SCHEDULES_MAX = 2;

export function drawChore(random: Random, model: QueueModel): QueueCommandBody | undefined {
  const { dead, paused, schedules, timeMs } = model;
  if (paused && random.unit() < 0.6) return { kind: 'pause', receive: false, enqueue: false };
  const seqs = dead.slice(0, DEAD_AT_ONCE);
  const twice = random.unit() < 0.3 ? [...seqs, ...seqs] : seqs;
  const mood = random.unit();
  if (mood < 0.3) return seqs.length === 0 ? undefined : { kind: 'redrive', seqs: twice };
  if (mood < 0.4) return seqs.length === 0 ? undefined : { kind: 'delete-dead', seqs: twice };
  if (mood < 0.5)
    return {
      kind: 'redrive-until',
      diedUntilMs: Math.max(0, timeMs - random.below(2_000)),
      max: 1 + random.below(20),
    };
  if (mood < 0.75) {
    const ratePerSecond = random.unit() < 0.7 ? 0 : 1 + random.below(20);
    const max = random.unit() < 0.7 ? 0 : 1 + random.below(10);
    return { kind: 'task-start', id: `redrive${random.below(1_000)}`, filter: '', ratePerSecond, max };
  }
  if (mood < 0.85 && schedules.length < SCHEDULES_MAX) {
    const expression = random.unit() < 0.5 ? '* * * * * *' : '*/2 * * * * *';
    const nextAtMs = timeMs + random.below(1_500);
    const name = `tick${random.below(SCHEDULES_MAX)}`;
    return { kind: 'schedule-put', name, expression, timeZone: 'UTC', template: template(name), nextAtMs };
  }
  if (mood < 0.9) return { kind: 'pause', receive: random.unit() < 0.5, enqueue: random.unit() < 0.3 };
  if (mood < 0.94) return { kind: 'purge', state: random.unit() < 0.7 ? 'dead' : 'delayed', max: PURGED_MAX };
  return undefined;
}

/** What has to be undone before a queue can be emptied. */
export function lastChore({ paused, schedules }: QueueModel): QueueCommandBody | undefined {
  if (paused) return { kind: 'pause', receive: false, enqueue: false };
  const [name] = schedules;
  return name === undefined ? undefined : { kind: 'schedule-delete', name };
}

function template(name: string): NewJob {
  return {
    payload: utf8Encode(`of ${name}`),
    headers: [],
    key: new Uint8Array(0),
    priority: 4,
    notBeforeMs: 0,
    dedupId: '',
    attemptsMax: undefined,
    origin: '',
  };
}

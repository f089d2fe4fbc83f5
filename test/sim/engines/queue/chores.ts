/**
 * What those who operate a queue ask for: dead letters redriven, edited and deleted, purges, pauses, schedules, redrives by
 * filter that may be cancelled.
 */
import { type Random, utf8Encode } from '@flowmesh/base';
import type { NewJob, QueueCommandBody } from '@flowmesh/engines';
import { filterByKey } from './queue-chores.ts';
import type { QueueModel } from './queue-model.ts';
import { KEYS } from './queue-producer.ts';

const DEAD_AT_ONCE = 5;
const PURGED_MAX = 250;
const SCHEDULES_MAX = 2;

export function drawChore(random: Random, model: QueueModel): QueueCommandBody | undefined {
  if (model.paused && random.unit() < 0.6) return { kind: 'pause', receive: false, enqueue: false };
  const mood = random.unit();
  if (mood < 0.45) return careOfDead(random, model);
  if (mood < 0.7) return drawRedrive(random, model);
  if (mood < 0.88) return drawSchedule(random, model);
  if (mood < 0.93) return { kind: 'pause', receive: random.unit() < 0.5, enqueue: random.unit() < 0.3 };
  if (mood < 0.97) return { kind: 'purge', state: random.unit() < 0.7 ? 'dead' : 'delayed', max: PURGED_MAX };
  return undefined;
}

/** One by one, or all of some time; twice at times. */
function careOfDead(random: Random, { dead, timeMs }: QueueModel): QueueCommandBody | undefined {
  const seqs = dead.slice(0, DEAD_AT_ONCE);
  const twice = random.unit() < 0.3 ? [...seqs, ...seqs] : seqs;
  const mood = random.unit();
  if (mood < 0.2) {
    const diedUntilMs = Math.max(0, timeMs - random.below(2_000));
    return { kind: 'redrive-until', diedUntilMs, max: 1 + random.below(20) };
  }
  const [seq] = seqs;
  if (seq === undefined) return undefined;
  if (mood < 0.35) return { kind: 'delete-dead', seqs: twice };
  if (mood < 0.65) return { kind: 'redrive', seqs: twice };
  return { kind: 'edit-dead', seq, payload: utf8Encode(`edited ${random.below(1_000)}`), headers: [] };
}

/** By a task, which leaders go on with; some are cancelled. */
function drawRedrive(random: Random, { redrivesRunning }: QueueModel): QueueCommandBody {
  const [id] = redrivesRunning;
  if (id !== undefined && random.unit() < 0.5) return { kind: 'task-end', id, state: 'cancelled', error: '' };
  const ratePerSecond = random.unit() < 0.7 ? 0 : 1 + random.below(20);
  const max = random.unit() < 0.7 ? 0 : 1 + random.below(10);
  const filter = random.unit() < 0.5 ? '' : filterByKey(`key${random.below(KEYS)}`);
  return { kind: 'task-start', id: `redrive${random.below(1_000)}`, filter, ratePerSecond, max };
}

function drawSchedule(random: Random, { schedules, timeMs }: QueueModel): QueueCommandBody {
  const nextAtMs = timeMs + random.below(1_500);
  const [known] = schedules;
  if (known !== undefined && random.unit() < 0.5)
    return { kind: 'schedule-pause', name: known, paused: random.unit() < 0.8, nextAtMs };
  const expression = random.unit() < 0.5 ? '* * * * * *' : '*/2 * * * * *';
  const name = random.unit() < 0.8 ? (known ?? 'tick0') : `tick${random.below(SCHEDULES_MAX)}`;
  return { kind: 'schedule-put', name, expression, timeZone: 'UTC', template: template(name), nextAtMs };
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

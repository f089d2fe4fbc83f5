/**
 * In which order jobs come. A job stands ready for as long as nobody can have had it: from the answer of its enqueue to the moment its first delivery
 * was asked for, if that one is its first attempt and lease. Whoever is given something in that time is given what has to come first.
 */
import type { Call } from '../history/calls.ts';
import type { ReceiveAsked } from '../history/queue-values.ts';
import type { Anomalies } from './anomalies.ts';
import { CLOCK_RATE, CLOCK_SLACK_MS, type Delivery, type JobStory } from './job-story.ts';

interface Standing {
  readonly job: string;
  readonly priority: number;
  readonly key: string | undefined;
  readonly enqueued: Call;
  readonly first: Delivery;
}

/** Jobs of which everything is known up to their first delivery. */
function standingOf(stories: readonly JobStory[]): readonly Standing[] {
  return stories.flatMap(({ job, asked, enqueued, deliveries }) => {
    const [first] = deliveries;
    if (asked === undefined || enqueued?.type !== 'ok' || first?.attempt !== 1 || first.lease !== 1)
      return [];
    return [{ job, priority: asked.priority, key: asked.key, enqueued, first }];
  });
}

/** By priority, and by age among equals. Jobs with keys wait for each other and are left out. */
export function checkOrder(stories: readonly JobStory[], anomalies: Anomalies): void {
  const standing = standingOf(stories).filter(({ key }) => key === undefined);
  const byDelivery = standing.toSorted((a, b) => a.first.call.from - b.first.call.from);
  for (const given of standing) {
    const { call } = given.first;
    // Those asked for after this answer had come, and there before it was asked for.
    for (let i = byDelivery.length - 1; i >= 0; i--) {
      const waiting = byDelivery[i] as Standing;
      if (waiting.first.call.from <= call.to) break;
      if (waiting.enqueued.to >= call.from || !comesBefore(waiting, given)) continue;
      anomalies.add(
        'out of order',
        `${given.job} (priority ${given.priority}) was delivered while ${waiting.job} (priority ${waiting.priority}) stood ready`,
        [waiting.enqueued, given.enqueued, call, waiting.first.call],
      );
      break;
    }
  }
}

function comesBefore(a: Standing, b: Standing): boolean {
  if (a.priority !== b.priority) return a.priority > b.priority;
  return a.enqueued.to < b.enqueued.from;
}

/**
 * One after the other: `unheard` are receptions whose answer nobody heard, which may have been deliveries. Whoever was enqueued first had come to its end, or nobody knows, when the next one of its key is delivered. */
export function checkKeyOrder(
  stories: readonly JobStory[],
  unheard: readonly Call[],
  attemptsMax: number,
  anomalies: Anomalies,
): void {
  const byKey = new Map<string, JobStory[]>();
  for (const story of stories) {
    const key = story.asked?.key;
    if (key === undefined || story.enqueued?.type !== 'ok') continue;
    const same = byKey.get(key);
    if (same === undefined) byKey.set(key, [story]);
    else same.push(story);
  }
  for (const [key, same] of byKey) {
    for (const later of same) {
      const [first] = later.deliveries;
      if (first === undefined) continue;
      const earlier = same.find(
        (story) =>
          (story.enqueued as Call).to < (later.enqueued as Call).from &&
          !mayHaveEnded(story, first.call) &&
          !mayHaveRunOut(story, first.call, unheard, attemptsMax),
      );
      if (earlier !== undefined)
        anomalies.add(
          'out of key order',
          `${later.job} of key ${key} was delivered before ${earlier.job} had come to its end`,
          [earlier.enqueued, later.enqueued, first.call],
        );
    }
  }
}

/** Whether something was under way before that answer which may have ended it. */
function mayHaveEnded(story: JobStory, delivery: Call): boolean {
  return story.settlements.some(({ call, outcome }) => {
    if (call.from > delivery.to) return false;
    return outcome === undefined || outcome === 'done' || outcome === 'dead' || outcome === 'gone';
  });
}

/** Whether every attempt may have been made by then, and the lease of the last one have ended by itself. */
function mayHaveRunOut(
  { enqueued, deliveries }: JobStory,
  delivery: Call,
  unheard: readonly Call[],
  attemptsMax: number,
): boolean {
  const atMs = delivery.completion?.timeMs ?? 0;
  const leased = (call: Call): number => {
    const { visibilityMs } = call.asked as ReceiveAsked;
    return call.invoke.timeMs + visibilityMs * CLOCK_RATE - CLOCK_SLACK_MS;
  };
  const told = deliveries.filter(({ call }) => leased(call) <= atMs);
  const attempts = Math.max(0, ...told.map(({ attempt }) => attempt));
  const since = enqueued?.from ?? 0;
  const untold = unheard.filter((call) => call.from > since && leased(call) <= atMs);
  return attempts + untold.length >= attemptsMax;
}

/**
 * Jobs of a queue: each that was taken is done or dead, once, and belongs to one receiver at a time.
 *
 *   lost                    accepted, and neither done nor dead when the queue is empty
 *   stuck                   jobs are left, and whoever asks is given none, for longer than any lease or pause
 *   enqueued twice          one job under two ids
 *   made up                 delivered, and never enqueued, or refused
 *   delivered under a lease delivered although another delivery's lease cannot have ended
 *   delivered after its end delivered after it was done or dead
 *   done twice              two leases of a job ended as done
 *   stale settlement        accepted although a later delivery had been made
 *   attempt not counted     two deliveries with one number, or a later one with a smaller
 *   too many attempts       more than the queue allows
 *   not dead                refused as often as the queue allows, and no dead letter
 *   dead twice, dead for no reason, dead and done
 *   out of order            a job was delivered while one stood ready that had to come before it: of higher priority, or as high and earlier
 *   out of key order        a job was delivered before an earlier one of its key had come to its end
 *
 * What has not been answered may have happened: a delivery that nobody was told of may hold a job and counts as an attempt.
 */
import { type Call, callsOf } from '../history/calls.ts';
import type { Checker } from '../history/operation.ts';
import type {
  DeadLettersAnswer,
  EnqueueAnswer,
  EnqueueAsked,
  QueueCountsAnswer,
  ReceiveAnswer,
  ReceiveAsked,
  SettleAnswer,
} from '../history/queue-values.ts';
import { Anomalies } from './anomalies.ts';
import { CLOCK_RATE, CLOCK_SLACK_MS, type Delivery, type JobStory, type Settlement } from './job-story.ts';
import { checkKeyOrder, checkOrder } from './queue-order.ts';

export interface QueueOptions {
  readonly attemptsMax: number;
  /** Whether jobs come by priority and age: one shard, where nothing is delayed. */
  readonly ordered: boolean;
}

const WANTED: ReadonlySet<string> = new Set([
  'enqueue',
  'receive',
  'ack',
  'nack',
  'extend',
  'dead-letters',
  'queue-counts',
]);
/** Leases and pauses between attempts are several times shorter. */
const STUCK_AFTER_MS = 30_000;

export function queueJobs(options: QueueOptions): Checker {
  return (history) => {
    const calls = callsOf(history, WANTED).toSorted((a, b) => a.to - b.to);
    const anomalies = new Anomalies();
    const stories = storiesOf(calls, anomalies);
    for (const story of stories.values()) {
      checkLeases(story, anomalies);
      checkEnds(story, anomalies);
      checkAttempts(story, options.attemptsMax, anomalies);
    }
    checkRest(calls, stories, options.attemptsMax, anomalies);
    checkStuck(calls, anomalies);
    if (options.ordered) checkOrder([...stories.values()], anomalies);
    const unheard = calls.filter(({ f, type }) => f === 'receive' && type === 'info');
    checkKeyOrder([...stories.values()], unheard, options.attemptsMax, anomalies);
    const deliveries = [...stories.values()].reduce((sum, story) => sum + story.deliveries.length, 0);
    const accepted = [...stories.values()].filter(({ enqueued }) => enqueued?.type === 'ok').length;
    const facts = { accepted, deliveries, 'left at the end': leftOf(calls) ?? 'not told' };
    return anomalies.verdict('queue-jobs', deliveries, facts);
  };
}

function storiesOf(calls: readonly Call[], anomalies: Anomalies): Map<string, JobStory> {
  const stories = new Map<string, JobStory>();
  const byId = new Map<string, JobStory>();
  const tell = (job: string, enqueued: Call | undefined): JobStory => {
    const asked = enqueued?.asked as EnqueueAsked | undefined;
    const story = { job, enqueued, asked, deliveries: [], settlements: [], ids: new Set<string>() };
    stories.set(job, story);
    return story;
  };
  for (const call of calls) {
    if (call.f !== 'enqueue') continue;
    const story = tell((call.asked as EnqueueAsked).job, call);
    if (call.type === 'ok') story.ids.add((call.answer as EnqueueAnswer).id);
  }
  for (const call of calls) {
    if (call.f !== 'receive' || call.type !== 'ok') continue;
    for (const delivered of (call.answer as ReceiveAnswer).jobs) {
      const story = stories.get(delivered.job) ?? tell(delivered.job, undefined);
      if (story.enqueued === undefined || story.enqueued.type === 'fail')
        anomalies.add('made up', `${delivered.job} was never accepted`, [story.enqueued, call]);
      story.ids.add(delivered.id);
      story.deliveries.push({ ...delivered, call });
      byId.set(delivered.id, story);
      if (story.ids.size > 1)
        anomalies.add('enqueued twice', `${delivered.job} is ${[...story.ids].join(' and ')}`, [
          story.enqueued,
          call,
        ]);
    }
  }
  for (const call of calls) {
    if (call.f !== 'ack' && call.f !== 'nack' && call.f !== 'extend') continue;
    const settled = call.answer as SettleAnswer | undefined;
    if (settled?.id === undefined || settled.outcome === 'nothing') continue;
    byId.get(settled.id)?.settlements.push({ ...settled, call });
  }
  return stories;
}

// ---- leases

function checkLeases({ job, deliveries, settlements }: JobStory, anomalies: Anomalies): void {
  for (const [i, first] of deliveries.entries()) {
    const own = settlements.filter(({ id, lease }) => id === first.id && lease === first.lease);
    const until = leaseEnd(first, own);
    const given = own.filter(({ call }) => call.f !== 'extend').map(({ call }) => call.from);
    const givenAt = Math.min(...given);
    for (const second of deliveries.slice(i + 1)) {
      if (second.lease === first.lease && second.id === first.id) {
        anomalies.add('attempt not counted', `${job} was delivered twice with lease ${first.lease}`, [
          first.call,
          second.call,
        ]);
        continue;
      }
      const at = second.call.completion?.timeMs ?? 0;
      if (at >= until || givenAt < second.call.to) continue;
      anomalies.add(
        'delivered under a lease',
        `${job} was delivered again ${Math.round(until - at)} ms before the lease of attempt ${first.attempt} could end`,
        [first.call, ...own.map(({ call }) => call), second.call],
      );
    }
  }
}

/** The earliest time at which the lease may have ended by itself. */
function leaseEnd({ call }: Delivery, own: readonly Settlement[]): number {
  const { visibilityMs } = call.asked as ReceiveAsked;
  const ends = own
    .filter(({ outcome }) => outcome === 'extended')
    .map((extension) => extension.call.invoke.timeMs + (extension.visibilityMs ?? 0) * CLOCK_RATE);
  // The latest settlement counts: an extension may also shorten.
  const last = ends.at(-1) ?? call.invoke.timeMs + visibilityMs * CLOCK_RATE;
  return last - CLOCK_SLACK_MS;
}

// ---- ends

function checkEnds({ job, deliveries, settlements }: JobStory, anomalies: Anomalies): void {
  const done = settlements.filter(({ outcome }) => outcome === 'done');
  const leases = new Set(done.map(({ lease }) => lease));
  if (leases.size > 1)
    anomalies.add(
      'done twice',
      `${job} was done under leases ${[...leases].join(', ')}`,
      done.map(({ call }) => call),
    );
  for (const end of settlements.filter(({ outcome }) => outcome === 'done' || outcome === 'dead')) {
    const late = deliveries.find(({ call }) => call.from > end.call.to);
    if (late !== undefined)
      anomalies.add('delivered after its end', `${job} was delivered after it was ${end.outcome}`, [
        end.call,
        late.call,
      ]);
  }
  for (const settled of settlements) {
    const { outcome, lease, call } = settled;
    if (outcome === undefined || outcome === 'stale' || outcome === 'gone') continue;
    const later = deliveries.find((each) => each.lease > lease && each.call.to < call.from);
    if (later !== undefined)
      anomalies.add(
        'stale settlement',
        `${job}: lease ${lease} ended as ${outcome} after lease ${later.lease} began`,
        [later.call, call],
      );
  }
}

function checkAttempts({ job, deliveries }: JobStory, max: number, anomalies: Anomalies): void {
  const byLease = deliveries.toSorted((a, b) => a.lease - b.lease);
  for (const [i, delivery] of byLease.entries()) {
    const before = byLease[i - 1];
    if (before !== undefined && before.lease !== delivery.lease && delivery.attempt <= before.attempt)
      anomalies.add('attempt not counted', `${job}: attempt ${delivery.attempt} after ${before.attempt}`, [
        before.call,
        delivery.call,
      ]);
    if (delivery.attempt > max)
      anomalies.add('too many attempts', `${job}: attempt ${delivery.attempt} of ${max}`, [delivery.call]);
  }
}

// ---- what is there at the end

/** Of jobs that are not dead. While some are left nobody asks where the others are. */
function leftOf(calls: readonly Call[]): number | undefined {
  const counts = calls.findLast(({ f, type }) => f === 'queue-counts' && type === 'ok');
  return counts === undefined ? undefined : (counts.answer as QueueCountsAnswer).left;
}

function checkRest(
  calls: readonly Call[],
  stories: ReadonlyMap<string, JobStory>,
  attemptsMax: number,
  anomalies: Anomalies,
): void {
  const listing = calls.findLast(({ f, type }) => f === 'dead-letters' && type === 'ok');
  if (listing === undefined || leftOf(calls) !== 0) return;
  const dead = new Map<string, number>();
  for (const { job, attempts } of (listing.answer as DeadLettersAnswer).jobs) {
    dead.set(job, (dead.get(job) ?? 0) + 1);
    if (attempts < attemptsMax)
      anomalies.add('dead for no reason', `${job} died after ${attempts} of ${attemptsMax} attempts`, [
        stories.get(job)?.enqueued,
        listing,
      ]);
  }
  for (const story of stories.values()) checkFate(story, dead.get(story.job) ?? 0, listing, anomalies);
}

/** At the end of a run, when everything is healed. */
function checkStuck(calls: readonly Call[], anomalies: Anomalies): void {
  const counts = calls.findLast(({ f, type }) => f === 'queue-counts' && type === 'ok');
  const left = leftOf(calls) ?? 0;
  if (counts === undefined || left === 0) return;
  const asked = calls
    .filter(({ f, from }) => f === 'receive' && from < counts.from)
    .toSorted((a, b) => a.from - b.from);
  // What was not answered may hold jobs; of a refusal nobody knows whether there were some.
  const inVain = asked.slice(asked.findLastIndex((call) => !isInVain(call)) + 1);
  const [first] = inVain;
  const begunMs = first?.invoke.timeMs ?? Number.POSITIVE_INFINITY;
  const waitedMs = Math.round(counts.invoke.timeMs - begunMs);
  if (waitedMs < STUCK_AFTER_MS) return;
  const seconds = Math.round(waitedMs / 1_000);
  anomalies.add('stuck', `${left} jobs are left, and none was delivered for ${seconds} s`, [first, counts]);
}

const isInVain = ({ type, answer }: Call): boolean =>
  type === 'ok' && (answer as ReceiveAnswer).jobs.length === 0;

function checkFate(
  { job, enqueued, deliveries, settlements }: JobStory,
  dead: number,
  listing: Call,
  anomalies: Anomalies,
): void {
  const done = settlements.find(({ outcome }) => outcome === 'done');
  const died = settlements.find(({ outcome }) => outcome === 'dead');
  const calls = [enqueued, ...deliveries.slice(-1).map(({ call }) => call), done?.call, listing];
  if (dead > 1) anomalies.add('dead twice', `${job} is ${dead} dead letters`, calls);
  if (dead > 0 && done !== undefined)
    anomalies.add('dead and done', `${job} was done and is a dead letter`, calls);
  if (dead === 0 && died !== undefined)
    anomalies.add('not dead', `${job} was said to be dead and is no dead letter`, [died.call, listing]);
  // An acknowledgement that is repeated unanswered finds the job gone.
  const maybeDone = settlements.some(
    ({ call, outcome }) => call.f === 'ack' && (outcome === undefined || outcome === 'gone'),
  );
  if (
    enqueued?.type === 'ok' &&
    enqueued.to < listing.from &&
    dead === 0 &&
    done === undefined &&
    died === undefined &&
    !maybeDone
  )
    anomalies.add('lost', `${job} was accepted, and is neither done nor dead`, calls);
}

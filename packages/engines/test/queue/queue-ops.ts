/** Random uses of a queue, small enough that they get in each other's way. */
import fc from 'fast-check';
import type { JobMeta, NewJob, QueueCommandBody, Receipt } from '../../src/index.ts';
import { bytes } from './queue-rig.ts';

/** Something to do; `jobs` are those that there are, so that most receipts and seqs mean something. */
export type Op = (jobs: readonly JobMeta[], nowMs: number) => QueueCommandBody;

const key = fc.constantFrom('', '', 'a', 'b', 'c').map(bytes);
const nothing = undefined;
const count = fc.integer({ min: 1, max: 6 });

/** A seq and delay that depend on the time at which the job is made. */
const newJob: fc.Arbitrary<(nowMs: number) => NewJob> = fc
  .record({
    size: fc.integer({ min: 0, max: 40 }),
    key,
    priority: fc.constantFrom(0, 4, 4, 4, 9),
    delayMs: fc.constantFrom(0, 0, 0, 5, 40),
    dedupId: fc.constantFrom('', '', '', 'x', 'y'),
    attemptsMax: fc.constantFrom(nothing, nothing, 1, 2, -1),
  })
  .map(({ size, delayMs, ...rest }) => (nowMs) => ({
    payload: new Uint8Array(size),
    headers: [{ name: 'h', value: bytes('v') }],
    notBeforeMs: delayMs === 0 ? 0 : nowMs + delayMs,
    origin: 'test',
    ...rest,
  }));

const tag = fc.option(
  fc.record({ producerId: fc.integer({ min: 1, max: 2 }), epoch: fc.integer({ min: 1, max: 4 }) }),
  { nil: undefined, freq: 2 },
);

/** Picks jobs, mostly of one state; their present lease epoch, or an earlier one. */
const picks = fc.array(fc.record({ at: fc.nat(), back: fc.constantFrom(0, 0, 0, 0, 1) }), {
  minLength: 1,
  maxLength: 4,
});
type Picks = ReadonlyArray<{ readonly at: number; readonly back: number }>;

function receipts(jobs: readonly JobMeta[], picked: Picks): Receipt[] {
  const leased = jobs.filter(({ state }) => state === 'leased');
  const from = leased.length > 0 ? leased : jobs;
  return picked.map(({ at, back }) => {
    const meta = from[at % Math.max(1, from.length)];
    return { seq: meta?.seq ?? at % 50, leaseEpoch: Math.max(0, (meta?.leaseEpoch ?? 1) - back) };
  });
}

function deadSeqs(jobs: readonly JobMeta[], picked: Picks): number[] {
  const dead = jobs.filter(({ state }) => state === 'dead');
  const from = dead.length > 0 ? dead : jobs;
  return picked.map(({ at }) => from[at % Math.max(1, from.length)]?.seq ?? at % 50);
}

const enqueueOp: fc.Arbitrary<Op> = fc
  .record({
    jobs: fc.array(newJob, { minLength: 1, maxLength: 5 }),
    requestId: fc.constantFrom('', '', 'r1', 'r2'),
    transaction: tag,
  })
  .map(({ jobs, ...rest }) => (_, nowMs) => ({
    kind: 'enqueue',
    jobs: jobs.map((make) => make(nowMs)),
    ...rest,
  }));

const receiveOp: fc.Arbitrary<Op> = fc
  .record({
    max: count,
    visibilityMs: fc.constantFrom(nothing, 0, 3, 20),
    bytesMax: fc.constantFrom(50, 10_000),
  })
  .map((rest) => () => ({ kind: 'receive', worker: 'w', ...rest }));

const leaseOp: fc.Arbitrary<Op> = fc
  .record({
    what: fc.constantFrom('ack', 'ack', 'ack', 'nack', 'nack', 'extend', 'release'),
    picked: picks,
    delayMs: fc.constantFrom(nothing, 0, 10),
    error: fc.constantFrom('boom', 'bang 12', ''),
    transaction: tag,
    undelivered: fc.boolean(),
  })
  .map((choice) => (jobs) => {
    const shown = receipts(jobs, choice.picked);
    const { delayMs, error, transaction, undelivered } = choice;
    switch (choice.what) {
      case 'ack':
        return { kind: 'ack', receipts: shown, transaction };
      case 'nack':
        return { kind: 'nack', items: shown.map((receipt) => ({ ...receipt, delayMs, error })) };
      case 'extend':
        return {
          kind: 'extend',
          items: shown.map((receipt) => ({ ...receipt, visibilityMs: delayMs ?? 5 })),
        };
      case 'release':
        return { kind: 'release', receipts: shown, undelivered };
    }
  });

const deadOp: fc.Arbitrary<Op> = fc
  .record({
    what: fc.constantFrom('redrive', 'delete', 'edit', 'until', 'start', 'progress', 'end'),
    picked: picks,
    max: count,
    id: fc.constantFrom('t1', 't2'),
  })
  .map(({ what, picked, max, id }) => (jobs, nowMs) => {
    const seqs = deadSeqs(jobs, picked);
    switch (what) {
      case 'redrive':
        return { kind: 'redrive', seqs };
      case 'delete':
        return { kind: 'delete-dead', seqs };
      case 'edit':
        return { kind: 'edit-dead', seq: seqs[0] ?? 1, payload: new Uint8Array(max * 9), headers: [] };
      case 'until':
        return { kind: 'redrive-until', diedUntilMs: nowMs, max: max * 2 };
      case 'start':
        return { kind: 'task-start', id, filter: 'true', ratePerSecond: 0, max: 0 };
      case 'progress': {
        const position = { diedAtMs: nowMs, seq: max };
        return { kind: 'task-progress', id, seqs, position, scanned: max };
      }
      case 'end':
        return { kind: 'task-end', id, state: 'done', error: '' };
    }
  });

const expireOp: fc.Arbitrary<Op> = fc
  .constantFrom(1, 3, 50, 50)
  .map((max) => () => ({ kind: 'expire', max }));

const rareOp: fc.Arbitrary<Op> = fc.oneof(
  fc
    .record({ state: fc.constantFrom('ready', 'ready', 'delayed', 'leased', 'dead'), max: count })
    .map((rest) => () => ({ kind: 'purge' as const, ...(rest as { state: 'ready'; max: number }) })),
  fc
    .record({
      receive: fc.option(fc.boolean(), { nil: undefined }),
      enqueue: fc.constantFrom(false, false, true),
    })
    .map((rest) => () => ({ kind: 'pause' as const, ...rest })),
  fc
    .record({
      producerId: fc.integer({ min: 1, max: 2 }),
      epoch: fc.integer({ min: 1, max: 4 }),
      commit: fc.boolean(),
      max: count,
    })
    .map(({ producerId, epoch, commit, max }) => () => ({
      kind: 'end-transaction' as const,
      transaction: { producerId, epoch },
      commit,
      coordinatorTerm: 1,
      max,
    })),
  fc.record({ name: fc.constantFrom('s1', 's2'), job: newJob, put: fc.boolean() }).map(
    ({ name, job, put }) =>
      (_: unknown, nowMs: number) =>
        put
          ? {
              kind: 'schedule-put' as const,
              name,
              expression: '* * * * *',
              timeZone: 'UTC',
              template: job(nowMs),
              nextAtMs: 7,
            }
          : { kind: 'schedule-fire' as const, name, expectedAtMs: 7, nextAtMs: 7 },
  ),
);

const config: fc.Arbitrary<Readonly<Record<string, string>>> = fc.record({
  ordering: fc.constantFrom('none', 'key'),
  fairness: fc.constantFrom('none', 'key'),
  overflow: fc.constantFrom('reject', 'drop-oldest', 'dead-letter'),
  'max.jobs': fc.constantFrom('-1', '8'),
  'max.bytes': fc.constantFrom('-1', '200'),
  'max.in.flight': fc.constantFrom('-1', '4'),
  'attempts.max': fc.constantFrom('-1', '1', '1', '2'),
  'retry.backoff': fc.constantFrom('exponential', 'linear', 'fixed'),
  'retry.initial.ms': fc.constantFrom('0', '6'),
  'expired.lease.retry': fc.constantFrom('immediate', 'backoff'),
  'dedup.window.ms': fc.constantFrom('0', '30'),
});

const configureOp: fc.Arbitrary<Op> = fc
  .record({ revision: fc.integer({ min: 1, max: 1_000 }), config })
  .map((rest) => () => ({ kind: 'configure', ...rest }));

/** With what time passes before it. */
export const anyOp: fc.Arbitrary<{ readonly op: Op; readonly passMs: number }> = fc.record({
  op: fc.oneof(
    { weight: 6, arbitrary: enqueueOp },
    { weight: 6, arbitrary: receiveOp },
    { weight: 8, arbitrary: leaseOp },
    { weight: 4, arbitrary: expireOp },
    { weight: 4, arbitrary: deadOp },
    { weight: 3, arbitrary: rareOp },
    { weight: 1, arbitrary: configureOp },
  ),
  passMs: fc.constantFrom(0, 0, 1, 5, 30),
});

export const anyConfig = config;

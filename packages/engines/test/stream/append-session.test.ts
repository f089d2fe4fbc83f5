import { stampBatch } from '@flowmesh/base';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { ProducerEntry } from '../../src/index.ts';
import { afterBatch, AppendSession, checkSequence, IN_FLIGHT_MAX, StreamMachine } from '../../src/index.ts';
import { MemoryState } from '../memory-state.ts';
import type { TestBatch } from './batches.ts';
import { batch, header } from './batches.ts';

/** A leader: what it prepares is proposed, and applied when the test says so. */
class Leader {
  readonly machine = new StreamMachine();
  readonly state = new MemoryState();
  session = new AppendSession(1, this.machine);
  readonly proposed: Uint8Array[] = [];
  index = 0;

  send(options: TestBatch = {}) {
    const prepared = this.session.prepare(header(options));
    if (prepared.kind === 'append') {
      const bytes = batch(options);
      stampBatch(bytes, prepared);
      this.proposed.push(bytes);
    }
    return prepared;
  }

  commit(count = this.proposed.length): void {
    for (const bytes of this.proposed.splice(0, count)) {
      this.index += 1;
      this.machine.apply({ index: this.index, term: this.session.term }, bytes, this.state);
    }
  }

  /** Loses what is not committed and leads again in a later term. */
  failOver(): void {
    this.session.end();
    this.proposed.length = 0;
    this.session = new AppendSession(this.session.term + 1, this.machine);
  }
}

let leader: Leader;
beforeEach(() => {
  leader = new Leader();
});

function first(batches: number, producerId = 9): void {
  for (let i = 0; i < batches; i++) leader.send({ producerId, baseSequence: i });
}

test('offsets follow densely before anything is applied', () => {
  expect(leader.send({ count: 3 })).toEqual({ kind: 'append', baseOffset: 0, leaderEpoch: 1 });
  expect(leader.send({ count: 2 })).toMatchObject({ baseOffset: 3 });
  leader.commit();
  expect(leader.send()).toMatchObject({ baseOffset: 5 });
  expect(leader.session.inFlightCount).toBe(1);
});

describe('a batch sent twice', () => {
  test('while the first is in flight is a duplicate that is not applied yet', () => {
    leader.send({ producerId: 9, count: 4, timestampMs: 77 });
    const again = { kind: 'duplicate', baseOffset: 0, recordCount: 4, timestampMs: 77, endOffset: 4 };
    expect(leader.send({ producerId: 9, count: 4, timestampMs: 77 })).toEqual({ ...again, applied: false });
    leader.commit();
    expect(leader.send({ producerId: 9, count: 4, timestampMs: 77 })).toEqual({ ...again, applied: true });
    expect(leader.machine.endOffset).toBe(4);
  });

  test('is known for the last five batches, then refused', () => {
    first(7);
    leader.commit(3);
    expect(leader.send({ producerId: 9, baseSequence: 2 })).toMatchObject({
      kind: 'duplicate',
      baseOffset: 2,
      applied: true,
    });
    expect(leader.send({ producerId: 9, baseSequence: 6 })).toMatchObject({
      kind: 'duplicate',
      baseOffset: 6,
      applied: false,
    });
    expect(leader.send({ producerId: 9, baseSequence: 1 })).toMatchObject({
      kind: 'error',
      error: { code: 'OUT_OF_ORDER_SEQUENCE' },
    });
  });

  test('after a failover is a duplicate if the first was committed, and new if it was lost', () => {
    first(2);
    leader.commit(1);
    leader.failOver();
    expect(leader.send({ producerId: 9, baseSequence: 0 })).toMatchObject({
      kind: 'duplicate',
      baseOffset: 0,
      applied: true,
    });
    expect(leader.send({ producerId: 9, baseSequence: 1 })).toEqual({
      kind: 'append',
      baseOffset: 1,
      leaderEpoch: 2,
    });
  });
});

describe('sequences', () => {
  test('a gap is refused, counting what is in flight', () => {
    first(2);
    expect(leader.send({ producerId: 9, baseSequence: 3 })).toMatchObject({
      error: { code: 'OUT_OF_ORDER_SEQUENCE' },
    });
    expect(leader.send({ producerId: 9, baseSequence: 2 })).toMatchObject({ kind: 'append' });
  });

  test('an older epoch is fenced, a new one begins at 0', () => {
    leader.send({ producerId: 9, producerEpoch: 4 });
    expect(leader.send({ producerId: 9, producerEpoch: 3, baseSequence: 1 })).toMatchObject({
      error: { code: 'PRODUCER_FENCED' },
    });
    expect(leader.send({ producerId: 9, producerEpoch: 5, baseSequence: 1 })).toMatchObject({
      error: { code: 'OUT_OF_ORDER_SEQUENCE' },
    });
    expect(leader.send({ producerId: 9, producerEpoch: 5, baseSequence: 0 })).toMatchObject({
      kind: 'append',
    });
  });

  test('wrap from 2^31 - 1 to 0', () => {
    const top = 2 ** 31 - 1;
    expect(leader.send({ producerId: 9, baseSequence: top - 1, count: 3 })).toMatchObject({ kind: 'append' });
    leader.commit();
    expect(leader.machine.producer(9)?.batches[0]?.lastSequence).toBe(0);
    expect(leader.send({ producerId: 9, baseSequence: top - 1, count: 3 })).toMatchObject({
      kind: 'duplicate',
    });
    expect(leader.send({ producerId: 9, baseSequence: 1 })).toMatchObject({ kind: 'append' });
  });

  test('an unknown producer may begin anywhere', () => {
    expect(leader.send({ producerId: 9, baseSequence: 1_000 })).toMatchObject({ kind: 'append' });
  });

  test('producers do not disturb one another, nor batches without one', () => {
    first(1, 1);
    expect(leader.send({ producerId: 2, baseSequence: 0 })).toMatchObject({ kind: 'append' });
    expect(leader.send()).toMatchObject({ kind: 'append' });
    expect(leader.send()).toMatchObject({ kind: 'append' });
  });
});

describe('a refused proposal', () => {
  test('gives back its offsets and its sequences', () => {
    first(2);
    leader.commit(1);
    const refused = leader.send({ producerId: 9, baseSequence: 2, count: 5 });
    leader.session.undo(refused.kind === 'append' ? refused.baseOffset : -1);
    leader.proposed.pop();
    expect(leader.session.nextOffset).toBe(2);
    expect(leader.send({ producerId: 9, baseSequence: 2 })).toMatchObject({ kind: 'append', baseOffset: 2 });
  });

  test('gives back those of all batches after it', () => {
    first(5);
    leader.session.undo(2);
    leader.proposed.length = 2;
    leader.commit();
    expect(leader.send({ producerId: 9, baseSequence: 2 })).toMatchObject({ kind: 'append', baseOffset: 2 });
  });
});

test('an ended session refuses everything', () => {
  leader.session.end();
  expect(leader.send()).toMatchObject({ kind: 'error', error: { code: 'NOT_LEADER' } });
});

test('batches in flight are bounded', () => {
  const one = header();
  for (let i = 0; i < IN_FLIGHT_MAX; i++) leader.session.prepare(one);
  expect(leader.session.prepare(one)).toMatchObject({ kind: 'error', error: { code: 'OVERLOADED' } });
});

test('checking the log alone and checking with what is in flight decide the same', () => {
  const send = fc.record({
    sequence: fc.nat({ max: 8 }),
    epoch: fc.nat({ max: 1 }),
    count: fc.integer({ min: 1, max: 2 }),
  });
  const action = fc.oneof(send, fc.constant('commit' as const), fc.constant('undo' as const));
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
      const tested = new Leader();
      const model: { entry: ProducerEntry | undefined; end: number }[] = [{ entry: undefined, end: 0 }];
      let committed = 0;
      for (const one of actions) {
        const now = model.at(-1) ?? { entry: undefined, end: 0 };
        if (one === 'commit') {
          tested.commit(1);
          committed = Math.min(committed + 1, model.length - 1);
        } else if (one === 'undo') {
          if (model.length - 1 === committed) continue;
          model.pop();
          tested.proposed.pop();
          tested.session.undo(model.at(-1)?.end ?? 0);
        } else {
          const options = {
            producerId: 3,
            producerEpoch: one.epoch,
            baseSequence: one.sequence,
            count: one.count,
          };
          const expected = checkSequence(now.entry, header(options));
          const prepared = tested.send(options);
          if (expected.kind === 'accept') {
            expect(prepared).toEqual({ kind: 'append', baseOffset: now.end, leaderEpoch: 1 });
            const accepted = {
              header: header(options),
              baseOffset: now.end,
              timestampMs: 1_000,
              index: 0,
              timeMs: 0,
            };
            model.push({ entry: afterBatch(now.entry, accepted), end: now.end + one.count });
          } else if (expected.kind === 'duplicate') {
            expect(prepared).toMatchObject({ kind: 'duplicate', baseOffset: expected.batch.baseOffset });
          } else expect(prepared.kind).toBe('error');
        }
      }
    }),
    { numRuns: 300 },
  );
});

import { AssertionError, isFlowError } from '@flowmesh/base';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Reply, StreamCommand } from '../../src/index.ts';
import { encodeStreamCommand, PRODUCER_EXPIRY_MS, PRODUCERS_MAX, StreamMachine } from '../../src/index.ts';
import { MemoryState } from '../memory-state.ts';
import type { TestBatch } from './batches.ts';
import { stamped } from './batches.ts';

/** A partition with its state, whose Raft log leaves gaps between the entries it is given. */
class Partition {
  machine = new StreamMachine();
  readonly state = new MemoryState();
  readonly log: {
    readonly index: number;
    readonly baseOffset: number;
    readonly count: number;
    readonly timestampMs: number;
  }[] = [];
  index = 0;

  append(options: TestBatch = {}, term = 1): Reply {
    this.index += 1 + (this.index % 3);
    const baseOffset = this.machine.endOffset;
    const entry = {
      index: this.index,
      baseOffset,
      count: options.count ?? 1,
      timestampMs: options.timestampMs ?? 1_000,
    };
    this.log.push(entry);
    return this.machine.apply({ index: this.index, term }, stamped(baseOffset, options), this.state).reply;
  }

  command(command: StreamCommand, term = 1): Reply {
    this.index += 1;
    return this.machine.apply({ index: this.index, term }, encodeStreamCommand(command), this.state).reply;
  }

  trim(offset: number): Reply {
    return this.command({ kind: 'trim-to', offset, timeMs: 0 });
  }

  async restart(): Promise<void> {
    this.machine = new StreamMachine();
    await this.machine.load(this.state);
  }

  entryOf(offset: number) {
    const entry = this.log.findLast((one) => one.baseOffset <= offset);
    if (entry === undefined) throw new Error('no such entry');
    return entry;
  }
}

function codeOf(reply: Reply): string {
  return reply.ok ? 'ok' : reply.error.code;
}

async function rejection(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'none',
    (error: unknown) => (isFlowError(error) ? error.code : 'other'),
  );
}

describe('appending', () => {
  test('offsets are dense from 0, whatever indexes the log uses in between', () => {
    const partition = new Partition();
    expect(partition.append({ count: 3, timestampMs: 7 })).toEqual({
      ok: true,
      value: { kind: 'appended', baseOffset: 0, recordCount: 3, timestampMs: 7, logStartOffset: 0 },
    });
    partition.append({ count: 5 });
    expect(partition.append()).toMatchObject({ value: { baseOffset: 8 } });
    expect(partition.machine.endOffset).toBe(9);
  });

  test('a batch that does not continue the log is a bug and throws', () => {
    const { machine, state } = new Partition();
    expect(() => machine.apply({ index: 1, term: 1 }, stamped(1), state)).toThrow(AssertionError);
  });

  test('an entry that is neither batch nor command is not passed over', () => {
    const { machine, state } = new Partition();
    expect(() => machine.apply({ index: 1, term: 1 }, new Uint8Array(100), state)).toThrow(AssertionError);
    const later = encodeStreamCommand({ kind: 'advance-time', timeMs: 1 });
    later[22] = 9;
    expect(() => machine.apply({ index: 1, term: 1 }, later, state)).toThrow(AssertionError);
  });

  test('with log append time the reply has the time that is stored', () => {
    const reply = new Partition().append({ timestampMs: 5, maxTimestampMs: 99, attributes: 0x08 });
    expect(reply).toMatchObject({ value: { timestampMs: 99 } });
  });
});

describe('trimming', () => {
  test('moves the log start, never back', () => {
    const partition = new Partition();
    for (let i = 0; i < 10; i++) partition.append();
    expect(partition.trim(4)).toEqual({ ok: true, value: { kind: 'trimmed', logStartOffset: 4 } });
    expect(partition.trim(2)).toEqual({ ok: true, value: { kind: 'trimmed', logStartOffset: 4 } });
    expect(partition.machine.recordCount).toBe(6);
    expect(partition.append()).toMatchObject({ value: { baseOffset: 10, logStartOffset: 4 } });
  });

  test('beyond the end is refused and changes nothing', () => {
    const partition = new Partition();
    partition.append();
    expect(codeOf(partition.trim(2))).toBe('OFFSET_OUT_OF_RANGE');
    expect(partition.machine.logStartOffset).toBe(0);
  });

  test('all of it leaves nothing of the log needed', () => {
    const partition = new Partition();
    for (let i = 0; i < 5; i++) partition.append({ bytes: 20_000 });
    partition.trim(5);
    expect(partition.machine.neededFrom(partition.index)).toBe(partition.index + 1);
    partition.append();
    expect(partition.machine.neededFrom(partition.index)).toBeGreaterThan(partition.entryOf(4).index);
    expect(partition.machine.neededFrom(partition.index)).toBeLessThanOrEqual(partition.entryOf(5).index);
  });

  test('all of it: after a restart the next record is found at its own entry, before which the log may be gone', async () => {
    const partition = new Partition();
    for (let i = 0; i < 5; i++) partition.append();
    partition.trim(5);
    const needed = partition.machine.neededFrom(partition.index);
    partition.append();
    await partition.restart();
    const { index } = await partition.machine.locate(5, partition.state);
    expect(index).toBe(partition.entryOf(5).index);
    expect(index).toBeGreaterThanOrEqual(needed);
  });

  test('deletes the index of what is gone, step by step', () => {
    const partition = new Partition();
    for (let i = 0; i < 2_000; i++) partition.append({ bytes: 1 << 20 });
    const before = partition.state.size;
    partition.trim(1_999);
    for (let i = 0; i < 600; i++) partition.append({ bytes: 200 });
    expect(partition.state.size).toBeLessThan(before / 20);
  });
});

describe('finding', () => {
  test('every offset lies at its entry or a little later, before and after a restart', async () => {
    const sizes = fc.array(fc.integer({ min: 61, max: 60_000 }), { minLength: 1, maxLength: 400 });
    await fc.assert(
      fc.asyncProperty(
        sizes,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.boolean(),
        async (bytes, at, restart) => {
          const partition = new Partition();
          for (const size of bytes) partition.append({ bytes: size, count: 1 + (size % 7) });
          partition.trim(Math.floor(at * partition.machine.endOffset));
          for (const size of bytes.slice(0, 3)) partition.append({ bytes: size });
          if (restart) await partition.restart();
          const { machine, state } = partition;
          for (let offset = machine.logStartOffset; offset < machine.endOffset; offset += 5) {
            const entry = partition.entryOf(offset);
            const { index } = await machine.locate(offset, state);
            expect(index).toBeLessThanOrEqual(entry.index);
            expect(index).toBeGreaterThanOrEqual(machine.neededFrom(partition.index));
            const between = partition.log.filter(
              (one) => one.index >= index && one.index < entry.index,
            ).length;
            expect(between).toBeLessThan(300);
            if (!restart) expect(machine.locateRecent(offset)).toBe(entry.index);
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  test('reading from the sparse index skips about 16 KB', async () => {
    const partition = new Partition();
    for (let i = 0; i < 20_000; i++) partition.append({ bytes: 1_000 });
    await partition.restart();
    expect(partition.machine.locateRecent(19_000)).toBeUndefined();
    for (const offset of [0, 5_000, 12_345, 19_999]) {
      const { index } = await partition.machine.locate(offset, partition.state);
      const entry = partition.entryOf(offset);
      expect(
        partition.log.filter((one) => one.index >= index && one.index <= entry.index).length,
      ).toBeLessThanOrEqual(18);
    }
  });

  test('of several records of one timestamp the first is found', async () => {
    const partition = new Partition();
    for (const timestampMs of [1, 5, 5, 5]) partition.append({ bytes: 20_000, timestampMs });
    const found = await partition.machine.locateTimestamp(5, partition.state);
    expect(found?.offset).toBeLessThanOrEqual(1);
  });

  test('what was written after everything was trimmed is found where it is', async () => {
    const partition = new Partition();
    for (let i = 0; i < 5; i++) partition.append();
    partition.trim(5);
    partition.append();
    await partition.restart();
    const { index } = await partition.machine.locate(5, partition.state);
    expect(index).toBeGreaterThan(partition.entryOf(4).index);
    expect(index).toBeLessThanOrEqual(partition.entryOf(5).index);
  });

  test('an offset outside the log is out of range', async () => {
    const partition = new Partition();
    for (let i = 0; i < 4; i++) partition.append();
    partition.trim(2);
    expect(await rejection(partition.machine.locate(1, partition.state))).toBe('OFFSET_OUT_OF_RANGE');
    expect(await rejection(partition.machine.locate(4, partition.state))).toBe('OFFSET_OUT_OF_RANGE');
    expect(partition.machine.locateRecent(1)).toBeUndefined();
    expect(partition.machine.locateRecent(4)).toBeUndefined();
  });

  test('no record as late as a timestamp lies before the place that is named for it', async () => {
    const steps = fc.array(
      fc.record({ bytes: fc.integer({ min: 61, max: 40_000 }), at: fc.nat({ max: 12 }) }),
      {
        minLength: 1,
        maxLength: 200,
      },
    );
    await fc.assert(
      fc.asyncProperty(
        steps,
        fc.nat({ max: 13 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (batches, wanted, cut) => {
          const partition = new Partition();
          for (const { bytes, at } of batches) partition.append({ bytes, timestampMs: at });
          partition.trim(Math.floor(cut * batches.length));
          await partition.restart();
          const { machine, state } = partition;
          const first = partition.log.find(
            (entry) => entry.baseOffset >= machine.logStartOffset && entry.timestampMs >= wanted,
          );
          const found = await machine.locateTimestamp(wanted, state);
          if (found === undefined) expect(first).toBeUndefined();
          else {
            expect(found.offset).toBeGreaterThanOrEqual(machine.logStartOffset);
            if (first === undefined) return;
            expect(found.offset).toBeLessThanOrEqual(first.baseOffset);
            expect(found.index).toBeLessThanOrEqual(first.index);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('epochs', () => {
  test('a term ends where the next one with batches begins', () => {
    const partition = new Partition();
    for (const term of [2, 2, 5, 9]) partition.append({ count: 10 }, term);
    const { machine } = partition;
    expect(machine.epochStart(5)).toBe(20);
    expect(machine.epochStart(4)).toBeUndefined();
    expect(machine.endOffsetForEpoch(1)).toBeUndefined();
    expect(machine.endOffsetForEpoch(2)).toEqual({ epoch: 2, endOffset: 20 });
    expect(machine.endOffsetForEpoch(7)).toEqual({ epoch: 5, endOffset: 30 });
    expect(machine.endOffsetForEpoch(12)).toEqual({ epoch: 9, endOffset: 40 });
  });

  test('terms that ended before the log start are forgotten', () => {
    const partition = new Partition();
    for (const term of [1, 2, 3]) partition.append({ count: 10 }, term);
    partition.trim(15);
    expect(partition.machine.epochStart(1)).toBeUndefined();
    expect(partition.machine.epochStart(2)).toBe(10);
  });
});

describe('producers', () => {
  test('the last five batches of each are remembered', () => {
    const partition = new Partition();
    for (let i = 0; i < 7; i++) partition.append({ producerId: 4, baseSequence: i * 2, count: 2 });
    const entry = partition.machine.producer(4);
    expect(entry?.batches.map((one) => one.baseSequence)).toEqual([4, 6, 8, 10, 12]);
    expect(entry?.batches.map((one) => one.baseOffset)).toEqual([4, 6, 8, 10, 12]);
  });

  test('a new epoch forgets the batches of the old one', () => {
    const partition = new Partition();
    partition.append({ producerId: 4, producerEpoch: 0 });
    partition.append({ producerId: 4, producerEpoch: 1 });
    expect(partition.machine.producer(4)).toMatchObject({ epoch: 1, batches: [{ baseOffset: 1 }] });
  });

  test('expire a week after the stream was told the time, never by timestamps of clients', () => {
    const now = 1_700_000_000_000;
    const partition = new Partition();
    partition.append({ producerId: 1 });
    partition.append({ producerId: 2, timestampMs: 4e12 });
    partition.command({ kind: 'advance-time', timeMs: now });
    partition.command({ kind: 'advance-time', timeMs: now + PRODUCER_EXPIRY_MS - 1 });
    expect(partition.machine.producerCount).toBe(2);
    partition.append({ producerId: 2, baseSequence: 1 });
    partition.command({ kind: 'advance-time', timeMs: now + PRODUCER_EXPIRY_MS });
    expect(partition.machine.producer(1)).toBeUndefined();
    expect(partition.machine.producer(2)).toBeDefined();
  });

  test('are not forgotten by the first command that brings the time, however late it comes', () => {
    const partition = new Partition();
    partition.append({ producerId: 1 });
    partition.command({ kind: 'trim-to', offset: 0, timeMs: 1_700_000_000_000 });
    expect(partition.machine.producer(1)).toBeDefined();
  });

  test('are bounded in number: the one silent longest goes', () => {
    const partition = new Partition();
    for (let id = 0; id < PRODUCERS_MAX; id++) partition.append({ producerId: id });
    partition.append({ producerId: 0, baseSequence: 1 });
    partition.append({ producerId: PRODUCERS_MAX });
    expect(partition.machine.producerCount).toBe(PRODUCERS_MAX);
    expect(partition.machine.producer(0)).toBeDefined();
    expect(partition.machine.producer(1)).toBeUndefined();
  });
});

describe('determinism', () => {
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('append' as const),
      bytes: fc.integer({ min: 61, max: 3_000_000 }),
      count: fc.integer({ min: 1, max: 5 }),
      producerId: fc.integer({ min: -1, max: 3 }),
      timestampMs: fc.integer({ min: -1, max: Number.MAX_SAFE_INTEGER }),
      term: fc.integer({ min: 1, max: 3 }),
    }),
    fc.record({ kind: fc.constant('trim' as const), offset: fc.nat({ max: 100 }) }),
    fc.record({ kind: fc.constant('time' as const), timeMs: fc.nat({ max: 2 * PRODUCER_EXPIRY_MS }) }),
  );

  test('replicas with the same commands are equal, also one that was loaded again after any of them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.nat({ max: 60 }), async (steps, restartAt) => {
        const steady = new Partition();
        const restarted = new Partition();
        let term = 1;
        for (const [i, one] of steps.entries()) {
          if (i === restartAt) await restarted.restart();
          for (const partition of [steady, restarted]) {
            if (one.kind === 'append') {
              term = Math.max(term, one.term);
              const { producerId } = one;
              partition.append(
                producerId < 0 ? { ...one, producerId: -1, producerEpoch: -1, baseSequence: -1 } : one,
                term,
              );
            } else if (one.kind === 'trim') partition.trim(one.offset);
            else partition.command({ kind: 'advance-time', timeMs: one.timeMs });
          }
          expect(restarted.machine.digest()).toBe(steady.machine.digest());
        }
        expect(restarted.state.dump()).toBe(steady.state.dump());
        await restarted.restart();
        expect(restarted.machine.digest()).toBe(steady.machine.digest());
      }),
      { numRuns: 60 },
    );
  });

  test('replicas with other records have other digests', () => {
    const one = new Partition();
    const other = new Partition();
    one.append({ timestampMs: 1 });
    other.append({ timestampMs: 2 });
    one.append({ timestampMs: 5 });
    other.append({ timestampMs: 5 });
    expect(one.machine.digest()).not.toBe(other.machine.digest());
  });
});

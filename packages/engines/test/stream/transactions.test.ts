import { must, readBatchHeader, stampBatch } from '@flowmesh/base';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  AppendSession,
  ATTRIBUTE_TRANSACTIONAL,
  encodeMarker,
  OPEN_TRANSACTIONS_MAX,
  PRODUCER_EXPIRY_MS,
  PRODUCERS_MAX,
  encodeStreamCommand,
  readMarker,
  StreamMachine,
} from '../../src/index.ts';
import { MemoryState } from '../memory-state.ts';
import type { TestBatch } from './batches.ts';
import { batch, header } from './batches.ts';

/** The leader of a partition that applies at once what it appends. */
class Leader {
  machine = new StreamMachine();
  readonly state = new MemoryState();
  session = new AppendSession(1, this.machine);
  /** Base offset, producer and epoch of every data batch. */
  readonly written: { readonly offset: number; readonly producerId: number; readonly epoch: number }[] = [];
  index = 0;
  private readonly begun = new Set<string>();

  /** What came of it. Without a round: each epoch has one transaction. */
  admit(producerId: number, producerEpoch: number, round = producerEpoch): string {
    const prepared = this.session.prepareAdmission({ producerId, producerEpoch, round });
    if (prepared.kind === 'admit')
      this.command({ kind: 'admit', producerId, producerEpoch, round, timeMs: 0 });
    return prepared.kind === 'error' ? prepared.error.code : prepared.kind;
  }

  /** The offset, or the code of the refusal; the first write of an epoch is admitted before. */
  write(producerId: number, producerEpoch: number, options: TestBatch = {}): number | string {
    const name = `${producerId}/${producerEpoch}`;
    if (producerId >= 0 && options.attributes === undefined && !this.begun.has(name)) {
      const admitted = this.admit(producerId, producerEpoch);
      if (admitted !== 'admit') return admitted;
      this.begun.add(name);
    }
    return this.writeRaw(producerId, producerEpoch, options);
  }

  writeRaw(producerId: number, producerEpoch: number, options: TestBatch = {}): number | string {
    const attributes = ATTRIBUTE_TRANSACTIONAL;
    const all = { producerId, producerEpoch, attributes, ...options };
    const prepared = this.session.prepare(header(all));
    if (prepared.kind === 'error') return prepared.error.code;
    if (prepared.kind !== 'append')
      return prepared.kind === 'duplicate' ? prepared.baseOffset : prepared.kind;
    const bytes = batch(all);
    stampBatch(bytes, prepared);
    this.apply(bytes);
    this.written.push({ offset: prepared.baseOffset, producerId, epoch: producerEpoch });
    return prepared.baseOffset;
  }

  /** The offset of the marker, or why there is none. */
  end(producerId: number, producerEpoch: number, commit: boolean, round = producerEpoch): number | string {
    const of = { producerId, producerEpoch, round };
    const prepared = this.session.prepareMarker({ ...of, commit });
    if (prepared.kind !== 'append') return prepared.kind === 'error' ? prepared.error.code : prepared.kind;
    this.apply(marker(of, prepared.commit, prepared.baseOffset));
    return prepared.baseOffset;
  }

  command(command: Parameters<typeof encodeStreamCommand>[0]): void {
    this.apply(encodeStreamCommand(command));
  }

  apply(bytes: Uint8Array): void {
    this.index += 1;
    this.machine.apply({ index: this.index, term: 1 }, bytes, this.state);
  }

  async restart(): Promise<void> {
    this.machine = new StreamMachine();
    await this.machine.load(this.state);
    this.session = new AppendSession(1, this.machine);
  }

  /** Offsets that a reader of what is committed is shown, from the log start to the last stable offset. */
  committed(): number[] {
    const { logStartOffset, lastStableOffset } = this.machine;
    const aborted = this.machine.abortedBetween(logStartOffset, lastStableOffset);
    return this.written
      .filter(({ offset }) => offset >= logStartOffset && offset < lastStableOffset)
      .filter(
        ({ offset, producerId }) =>
          !aborted.some(
            (one) => one.producerId === producerId && one.firstOffset <= offset && offset <= one.lastOffset,
          ),
      )
      .map(({ offset }) => offset);
  }
}

function marker(
  of: { readonly producerId: number; readonly producerEpoch: number; readonly round?: number },
  commit: boolean,
  baseOffset: number,
): Uint8Array {
  const named = { round: of.producerEpoch, ...of };
  const bytes = encodeMarker({ ...named, commit, coordinatorEpoch: 3, timeMs: 1_000 });
  stampBatch(bytes, { baseOffset, leaderEpoch: 1 });
  return bytes;
}

let leader: Leader;
beforeEach(() => {
  leader = new Leader();
});

test('a marker is the control batch that Kafka writes, byte for byte, with the round behind its value', () => {
  const bytes = marker({ producerId: 0x0102, producerEpoch: 5, round: 9 }, true, 7);
  const round = '0000000000000009';
  expect(Buffer.from(bytes.subarray(61)).toString('hex')).toBe(`3000000008000000011c000000000003${round}00`);
  const found = must(readBatchHeader(bytes), 'a header');
  expect(found).toMatchObject({ attributes: 0x30, sizeBytes: 86, recordCount: 1, baseSequence: -1 });
  expect(readMarker(bytes, found)).toEqual({
    producerId: 0x0102,
    producerEpoch: 5,
    round: 9,
    commit: true,
    coordinatorEpoch: 3,
    timeMs: 1_000,
  });
});

describe('the last stable offset', () => {
  test('stays where the oldest open transaction begins, and follows the end without one', () => {
    leader.write(-1, -1, { attributes: 0, baseSequence: -1 });
    expect(leader.machine.lastStableOffset).toBe(1);
    leader.write(1, 0);
    leader.write(2, 0, { count: 3 });
    leader.write(-1, -1, { attributes: 0, baseSequence: -1 });
    expect(leader.machine.lastStableOffset).toBe(1);
    leader.end(1, 0, true);
    expect(leader.machine.lastStableOffset).toBe(2);
    leader.end(2, 0, false);
    expect(leader.machine.lastStableOffset).toBe(leader.machine.endOffset);
    expect(leader.committed()).toEqual([0, 1, 5]);
  });

  test('never lies before the log start, also when an open transaction is trimmed away', () => {
    leader.write(1, 0, { count: 4 });
    leader.command({ kind: 'trim-to', offset: 3, timeMs: 0 });
    expect(leader.machine.lastStableOffset).toBe(3);
    expect(leader.end(1, 0, false)).toBe(4);
    expect(leader.machine.abortedBetween(3, 5)).toEqual([{ producerId: 1, firstOffset: 0, lastOffset: 4 }]);
  });
});

describe('a marker', () => {
  test('that is repeated changes nothing', () => {
    leader.write(1, 0);
    expect(leader.end(1, 0, false)).toBe(1);
    const digest = leader.machine.digest();
    expect(leader.end(1, 0, false)).toBe('unchanged');
    expect(leader.end(1, 0, true)).toBe('unchanged');
    expect(leader.machine.digest()).toBe(digest);
  });

  test('that was delayed does not hit a later transaction', () => {
    leader.write(1, 0);
    leader.end(1, 0, false);
    leader.write(1, 1);
    expect(leader.end(1, 0, true)).toBe('unchanged');
    expect(leader.machine.lastStableOffset).toBe(2);
    // Nor would the machine let it, wherever it came from.
    leader.apply(marker({ producerId: 1, producerEpoch: 0 }, true, leader.machine.endOffset));
    expect(leader.machine.openTransactions).toBe(1);
  });

  test('ends a transaction of an older epoch, whose producer was taken over', () => {
    leader.write(1, 4);
    expect(leader.end(1, 5, false)).toBe(1);
    expect(leader.machine.openTransactions).toBe(0);
    expect(leader.write(1, 4, { baseSequence: 1 })).toBe('PRODUCER_FENCED');
    expect(leader.write(1, 5)).toBe('PRODUCER_FENCED');
    expect(leader.write(1, 6)).toBe(2);
  });

  test('that commits a newer epoch gives up what an older one has left open, and says so', () => {
    leader.write(1, 4);
    leader.write(1, 4, { baseSequence: 1 });
    expect(
      leader.session.prepareMarker({ producerId: 1, producerEpoch: 5, round: 5, commit: true }),
    ).toMatchObject({
      kind: 'append',
      commit: false,
    });
    leader.session.undo(2);
    leader.apply(marker({ producerId: 1, producerEpoch: 5 }, true, 2));
    expect(leader.committed()).toEqual([]);
    expect(leader.machine.openTransactions).toBe(0);
  });

  test('that arrives before the batch that it is for keeps that batch out', () => {
    expect(leader.end(1, 0, false)).toBe(0);
    expect(leader.write(1, 0)).toBe('PRODUCER_FENCED');
    expect(leader.machine.lastStableOffset).toBe(1);
  });

  test('in flight counts as written', () => {
    leader.write(1, 0);
    expect(
      leader.session.prepareMarker({ producerId: 1, producerEpoch: 0, round: 0, commit: true }),
    ).toMatchObject({
      kind: 'append',
      baseOffset: 1,
    });
    expect(leader.end(1, 0, true)).toBe('unchanged');
    expect(leader.write(1, 0, { baseSequence: 1 })).toBe('PRODUCER_FENCED');
    leader.session.undo(1);
    expect(leader.end(1, 0, true)).toBe(1);
  });
});

describe('a batch of a transaction', () => {
  test('is stored once, however often it is sent, also after its end', () => {
    expect(leader.write(1, 0)).toBe(0);
    expect(leader.write(1, 0)).toBe(0);
    leader.end(1, 0, true);
    expect(leader.write(1, 0)).toBe(0);
    expect(leader.machine.endOffset).toBe(2);
  });

  test('waits while the former transaction of its producer is not decided here', () => {
    leader.write(1, 0);
    expect(leader.write(1, 1)).toBe('UNAVAILABLE');
    leader.end(1, 0, true);
    expect(leader.write(1, 1)).toBe(2);
  });

  test('keeps batches outside of the transaction away', () => {
    leader.write(1, 0);
    expect(leader.write(1, 0, { attributes: 0, baseSequence: 1 })).toBe('INVALID_ARGUMENT');
  });

  test('is refused where too many transactions are open; those that are open go on', () => {
    for (let id = 0; id < OPEN_TRANSACTIONS_MAX; id++) leader.write(id, 0);
    expect(leader.write(OPEN_TRANSACTIONS_MAX, 0)).toBe('OVERLOADED');
    expect(leader.write(3, 0, { baseSequence: 1 })).toBe(OPEN_TRANSACTIONS_MAX);
    expect(leader.end(3, 0, true)).toBe(OPEN_TRANSACTIONS_MAX + 1);
    expect(leader.write(OPEN_TRANSACTIONS_MAX, 0)).toBe(OPEN_TRANSACTIONS_MAX + 2);
  });
});

describe('a producer that keeps its epoch', () => {
  test('has its transactions told apart by their rounds', () => {
    expect(leader.admit(1, 0, 0)).toBe('admit');
    expect(leader.writeRaw(1, 0)).toBe(0);
    expect(leader.end(1, 0, false, 0)).toBe(1);
    expect(leader.admit(1, 0, 1)).toBe('admit');
    expect(leader.writeRaw(1, 0, { baseSequence: 1 })).toBe(2);
    // Of the former transaction, whoever sends it: markers, and an admission.
    expect(leader.end(1, 0, true, 0)).toBe('unchanged');
    expect(leader.admit(1, 0, 0)).toBe('PRODUCER_FENCED');
    expect(leader.machine.lastStableOffset).toBe(2);
    expect(leader.end(1, 0, true, 1)).toBe(3);
    expect(leader.committed()).toEqual([2]);
  });

  test('opens nothing with a batch that comes after the marker, nor with one of a partition that was never added', () => {
    expect(leader.writeRaw(1, 0)).toBe('PRECONDITION_FAILED');
    leader.admit(1, 0, 0);
    leader.writeRaw(1, 0);
    leader.end(1, 0, true, 0);
    expect(leader.writeRaw(1, 0, { baseSequence: 1 })).toBe('PRODUCER_FENCED');
    expect(leader.writeRaw(1, 1)).toBe('PRECONDITION_FAILED');
    expect(leader.machine.lastStableOffset).toBe(leader.machine.endOffset);
  });

  test('is told where a batch lies that it sends again, also in its next transaction', () => {
    leader.admit(1, 0, 0);
    leader.writeRaw(1, 0);
    leader.end(1, 0, false, 0);
    leader.admit(1, 0, 1);
    expect(leader.writeRaw(1, 0)).toBe(0);
    expect(leader.machine.openTransactions).toBe(0);
    expect(leader.writeRaw(1, 0, { baseSequence: 1 })).toBe(2);
  });

  test('is let in anew under a later epoch, and its former life is fenced', () => {
    leader.admit(1, 0, 0);
    leader.writeRaw(1, 0);
    leader.end(1, 0, false, 0);
    leader.admit(1, 1, 1);
    expect(leader.writeRaw(1, 0, { baseSequence: 1 })).toBe('PRODUCER_FENCED');
    expect(leader.admit(1, 0, 1)).toBe('PRODUCER_FENCED');
    expect(leader.writeRaw(1, 1, { baseSequence: 1 })).toBe('OUT_OF_ORDER_SEQUENCE');
    expect(leader.writeRaw(1, 1)).toBe(2);
  });
});

describe('an admission', () => {
  test('in flight lets batches in, and takes them back with it', () => {
    const of = { producerId: 1, producerEpoch: 0, round: 0 };
    leader.writeRaw(-1, -1, { attributes: 0, baseSequence: -1 });
    const prepared = leader.session.prepareAdmission(of);
    expect(prepared).toEqual({ kind: 'admit', baseOffset: 1, quietBefore: 0 });
    expect(leader.session.prepareAdmission(of)).toEqual({ kind: 'unchanged' });
    const first = { producerId: 1, producerEpoch: 0, attributes: ATTRIBUTE_TRANSACTIONAL };
    expect(leader.session.prepare(header(first))).toMatchObject({ kind: 'append', baseOffset: 1 });
    leader.session.undo(1, 0);
    expect(leader.writeRaw(1, 0)).toBe('PRECONDITION_FAILED');
    expect(leader.admit(1, 0, 0)).toBe('admit');
    expect(leader.session.inFlightCount).toBe(0);
    expect(leader.writeRaw(1, 0)).toBe(1);
  });

  test('is ended by the marker also where nothing was written, and survives a restart', async () => {
    leader.admit(1, 0, 0);
    await leader.restart();
    expect(leader.machine.admittedTransactions).toBe(1);
    expect(leader.machine.lastStableOffset).toBe(0);
    expect(leader.end(1, 0, true, 0)).toBe(0);
    expect(leader.machine.admittedTransactions).toBe(0);
    expect(leader.writeRaw(1, 0)).toBe('PRODUCER_FENCED');
  });
});

test('a producer with an open transaction is forgotten neither by time nor by number', () => {
  leader.write(1, 0);
  for (let id = 10; id < 10 + PRODUCERS_MAX; id++) leader.write(id, 0, { attributes: 0 });
  leader.command({ kind: 'advance-time', timeMs: 1_000 });
  leader.command({ kind: 'advance-time', timeMs: 1_000 + PRODUCER_EXPIRY_MS });
  expect(leader.machine.producerCount).toBe(1);
  expect(leader.write(1, 0, { baseSequence: 7 })).toBe('OUT_OF_ORDER_SEQUENCE');
  leader.end(1, 0, true);
  expect(leader.machine.lastStableOffset).toBe(leader.machine.endOffset);
});

test('aborted transactions are forgotten once their markers are trimmed away', () => {
  for (let epoch = 0; epoch < 1_000; epoch++) {
    leader.write(1, epoch);
    leader.end(1, epoch, false);
  }
  expect(leader.machine.abortedTransactions).toBe(1_000);
  for (let i = 0; i < 5; i++) leader.command({ kind: 'trim-to', offset: 1_998, timeMs: 0 });
  expect(leader.machine.abortedTransactions).toBe(1);
  expect(leader.machine.abortedBetween(0, 2_000)).toEqual([
    { producerId: 1, firstOffset: 1_998, lastOffset: 1_999 },
  ]);
});

test('readers of what is committed never see an aborted record, and see every committed one', async () => {
  const step = fc.record({
    producer: fc.nat({ max: 3 }),
    what: fc.constantFrom('write', 'write', 'commit', 'abort', 'late', 'restart', 'trim'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
      const world = new Leader();
      const epochs = [0, 0, 0, 0];
      const sequences = [0, 0, 0, 0];
      const pending: number[][] = [[], [], [], []];
      const committed: number[] = [];
      const end = (producer: number, commit: boolean): void => {
        world.end(producer, epochs[producer] ?? 0, commit);
        if (commit) committed.push(...(pending[producer] ?? []));
        pending[producer] = [];
        sequences[producer] = 0;
        epochs[producer] = (epochs[producer] ?? 0) + 1;
      };
      for (const { producer, what } of steps) {
        const epoch = epochs[producer] ?? 0;
        if (what === 'write') {
          const offset = world.write(producer, epoch, { baseSequence: sequences[producer] ?? 0 });
          if (typeof offset !== 'number') throw new Error(`refused: ${offset}`);
          pending[producer]?.push(offset);
          sequences[producer] = (sequences[producer] ?? 0) + 1;
        } else if (what === 'commit' || what === 'abort') end(producer, what === 'commit');
        else if (what === 'late' && epoch > 0) {
          expect(world.end(producer, epoch - 1, true)).toBe('unchanged');
          expect(world.write(producer, epoch - 1, { baseSequence: 99 })).toBe('PRODUCER_FENCED');
        } else if (what === 'restart') await world.restart();
        else if (what === 'trim') {
          world.command({ kind: 'trim-to', offset: Math.floor(world.machine.endOffset / 3), timeMs: 0 });
        }
      }
      for (const producer of [0, 1, 2, 3]) end(producer, producer % 2 === 0);
      const { logStartOffset } = world.machine;
      expect(world.committed()).toEqual(
        committed.filter((offset) => offset >= logStartOffset).toSorted((a, b) => a - b),
      );
      const before = world.machine.digest();
      await world.restart();
      expect(world.machine.digest()).toBe(before);
    }),
    { numRuns: 150 },
  );
});

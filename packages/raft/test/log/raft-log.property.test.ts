import { EMPTY_BYTES } from '@flowmesh/base';
import type { Entry } from '@flowmesh/raft';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RaftLog } from '../../src/log/raft-log.ts';
import { MemoryLog } from '../support/memory-log.ts';

function entry(index: number, term: number): Entry {
  return { index, term, kind: 'normal', data: EMPTY_BYTES };
}

function open(storage: MemoryLog, applyBytesMax = 1 << 20): RaftLog {
  return new RaftLog({ storage, applied: 0, applyBytesMax, applyUnstable: false, trace: undefined });
}

interface Write {
  readonly entries: readonly Entry[];
  readonly index: number;
  readonly logTerm: number;
  readonly term: number;
}

/** Appends of a leader that may replace the uncommitted end, writes that finish late, commits and applies in between. */
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      op: fc.constant('append' as const),
      back: fc.nat(4),
      count: fc.integer({ min: 1, max: 4 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('term' as const) }) },
  { weight: 4, arbitrary: fc.record({ op: fc.constant('write' as const) }) },
  { weight: 4, arbitrary: fc.record({ op: fc.constant('durable' as const) }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('commit' as const), by: fc.nat(3) }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('apply' as const) }) },
);

describe('log of a member', () => {
  test('reads as one log, whatever part is durable, and hands out what is committed once and in order', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const storage = new MemoryLog();
        const log = open(storage, 100);
        const model: Entry[] = [];
        const writes: Write[] = [];
        const applied: Entry[] = [];
        let term = 1;
        for (const item of steps) {
          switch (item.op) {
            case 'term':
              term++;
              break;
            case 'append': {
              const from = Math.max(log.committed, log.lastIndex - item.back);
              // Only a new term replaces what an older one wrote.
              if (from < log.lastIndex && (model[from]?.term ?? 0) >= term) break;
              const added = Array.from({ length: item.count }, (_, i) => entry(from + 1 + i, term));
              log.append(added);
              model.splice(from, model.length, ...added);
              break;
            }
            case 'write': {
              const entries = log.unstable.nextEntries();
              log.unstable.acceptInProgress();
              writes.push({ entries, index: log.lastIndex, logTerm: log.lastTerm, term });
              break;
            }
            case 'durable': {
              const write = writes.shift();
              if (write === undefined) break;
              storage.append(write.entries);
              if (write.term === term) log.unstable.stableTo(write.index, write.logTerm);
              break;
            }
            case 'commit':
              log.commitTo(Math.min(log.lastIndex, log.committed + item.by));
              break;
            case 'apply': {
              const entries = log.takeCommitted();
              applied.push(...entries);
              const last = entries[entries.length - 1];
              if (last !== undefined) log.appliedTo(last.index);
              break;
            }
          }
          expect(log.lastIndex).toBe(model.length);
          for (const { index, term: expected } of model) expect(log.term(index)).toBe(expected);
          const all = log.entriesFrom(1, Number.MAX_SAFE_INTEGER, 1 as never);
          expect(all).toEqual(model);
          expect(applied).toEqual(model.slice(0, applied.length));
          expect(applied.length).toBeLessThanOrEqual(log.committed);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('stops handing out entries beyond the byte budget until they are applied', () => {
    const storage = new MemoryLog();
    storage.append([1, 2, 3].map((index) => ({ ...entry(index, 1), data: new Uint8Array(100) })));
    const log = open(storage, 150);
    log.commitTo(3);
    expect(log.takeCommitted().map((item) => item.index)).toEqual([1]);
    expect(log.hasNextCommitted).toBe(false);
    log.appliedTo(1);
    expect(log.takeCommitted().map((item) => item.index)).toEqual([2]);
  });

  test('waits for pending entries without asking again and again', () => {
    const storage = new MemoryLog();
    storage.append([entry(1, 1)]);
    storage.pendingBelow = 2;
    const log = open(storage);
    log.commitTo(1);
    expect(log.takeCommitted()).toEqual([]);
    expect(log.hasNextCommitted).toBe(false);
    expect(log.takeCommitted()).toEqual([]);
    expect(storage.asked).toEqual(['apply']);
    storage.pendingBelow = 0;
    log.applyFetched();
    expect(log.takeCommitted().map((item) => item.index)).toEqual([1]);
  });

  test('refuses to start from a log that ends before what was committed or applied', () => {
    const storage = new MemoryLog();
    storage.append([entry(1, 1)]);
    expect(() => open(storage).restoreCommit(2)).toThrow(expect.objectContaining({ code: 'CORRUPTION' }));
    const options = { storage, applied: 2, applyBytesMax: 1, applyUnstable: false, trace: undefined };
    expect(() => new RaftLog(options)).toThrow(expect.objectContaining({ code: 'CORRUPTION' }));
  });

  test('guesses the last place where a diverged log may match, skipping whole terms', () => {
    const storage = new MemoryLog();
    storage.append([1, 3, 3, 3, 5, 5].map((term, i) => entry(i + 1, term)));
    const log = open(storage);
    expect(log.findConflictByTerm(6, 2)).toEqual({ index: 1, term: 1 });
    expect(log.findConflictByTerm(6, 4)).toEqual({ index: 4, term: 3 });
    expect(log.findConflictByTerm(2, 9)).toEqual({ index: 2, term: 3 });
  });
});

import { describe, expect, it } from 'vitest';
import { streamLog } from '../../checkers/stream-log.ts';
import type { Outcome } from '../../history/operation.ts';
import { HistoryKit, kindsOf } from './history-kit.ts';

class Log extends HistoryKit {
  send(process: number, values: readonly string[], offsets: readonly number[], type: Outcome = 'ok'): this {
    const answer = type === 'ok' ? { offsets } : {};
    return this.call(process, 'send', { partition: 0, values }, answer, type);
  }

  poll(process: number, ...records: readonly (readonly [number, string])[]): this {
    const all = records.map(([offset, value]) => [0, offset, value]);
    return this.call(process, 'poll', {}, { reader: `r${process}`, records: all });
  }

  whole(...records: readonly (readonly [number, string])[]): this {
    const all = records.map(([offset, value]) => [0, offset, value]);
    const end = (records.at(-1)?.[0] ?? -1) + 1;
    return this.call(9, 'read-all', { partition: 0 }, { records: all, end, epoch: 9 });
  }

  watermark(process: number, offset: number, epoch = 1): this {
    return this.call(process, 'watermark', { partition: 0 }, { offset, epoch });
  }
}

const kinds = (log: Log): readonly string[] => kindsOf(streamLog(log.history));

describe('the log of a stream', () => {
  it('accepts what producers were told and readers were handed', () => {
    const log = new Log().send(0, ['a', 'b'], [0, 1]).poll(1, [0, 'a'], [1, 'b']).send(0, ['c'], [], 'info');
    log.send(2, ['d'], [3]).poll(1, [3, 'd']).watermark(1, 4).send(2, ['x'], [], 'fail').watermark(1, 4);
    // Offset 2 is not there: a control batch.
    expect(streamLog(log.whole([0, 'a'], [1, 'b'], [3, 'd']).history)).toMatchObject({
      valid: true,
      anomalies: [],
    });
  });

  it('accepts what was sent without an answer, read or not', () => {
    const log = new Log().send(0, ['a'], [], 'info').poll(1, [0, 'a']);
    expect(streamLog(log.whole([0, 'a']).history).valid).toBe(true);
  });

  it('says that nothing is known where nothing was read', () => {
    expect(streamLog(new Log().send(0, ['a'], [0]).history).valid).toBe('unknown');
  });

  it('finds a record that was acknowledged and is gone', () => {
    const verdict = streamLog(new Log().send(0, ['a'], [0]).send(0, ['b'], [1]).whole([0, 'a']).history);
    expect(kindsOf(verdict)).toEqual(['lost']);
    expect(verdict.anomalies[0]?.operations).toEqual([2, 3, 4, 5]);
  });

  it('does not miss a record that was acknowledged after the reading began', () => {
    const log = new Log();
    log.add(0, 'invoke', 'send', { partition: 0, values: ['b'] });
    log.send(1, ['a'], [0]);
    log.add(9, 'invoke', 'read-all', { partition: 0 });
    log.add(0, 'ok', 'send', { offsets: [1] });
    log.add(9, 'ok', 'read-all', { records: [[0, 0, 'a']], end: 1, epoch: 9 });
    expect(streamLog(log.history).valid).toBe(true);
  });

  it('finds a record that is there twice', () => {
    expect(kinds(new Log().send(0, ['a'], [0]).whole([0, 'a'], [1, 'a']))).toEqual(['duplicate']);
  });

  it('finds another offset than was acknowledged', () => {
    expect(kinds(new Log().send(0, ['a'], [5]).whole([0, 'a']))).toContain('duplicate');
  });

  it('finds two values at one offset', () => {
    const log = new Log()
      .send(0, ['a'], [], 'info')
      .send(1, ['b'], [], 'info')
      .poll(2, [0, 'a'])
      .poll(3, [0, 'b']);
    expect(kinds(log)).toEqual(['inconsistent offsets']);
  });

  it('finds what had failed, and what nobody sent', () => {
    expect(kinds(new Log().send(0, ['a'], [], 'fail').poll(1, [0, 'a']))).toEqual(['aborted read']);
    expect(kinds(new Log().poll(1, [0, 'a']))).toEqual(['made up']);
  });

  it('finds records of one producer in another order', () => {
    expect(kinds(new Log().send(0, ['a'], [1]).send(0, ['b'], [0]).whole([0, 'b'], [1, 'a']))).toEqual([
      'reordered',
    ]);
    expect(kinds(new Log().send(0, ['a', 'b'], [1, 0]).whole([0, 'b'], [1, 'a']))).toEqual(['reordered']);
  });

  it('finds a reader that passes over a record, within a poll and between two', () => {
    const log = (): Log => new Log().send(0, ['a', 'b', 'c'], [0, 1, 2]);
    expect(kinds(log().poll(1, [0, 'a'], [2, 'c']))).toEqual(['poll skip']);
    expect(kinds(log().poll(1, [0, 'a']).poll(1, [2, 'c']))).toEqual(['poll skip']);
    expect(kinds(log().poll(1, [0, 'a']).poll(2, [2, 'c']))).toEqual([]);
  });

  it('finds a reader that is handed a record again', () => {
    const log = new Log().send(0, ['a', 'b'], [0, 1]).poll(1, [0, 'a'], [1, 'b']).poll(1, [0, 'a']);
    expect(kinds(log)).toEqual(['non-monotonic poll']);
  });

  it('finds an end that goes back, for one and across', () => {
    const log = (): Log => new Log().send(0, ['a', 'b'], [0, 1]).poll(1, [0, 'a'], [1, 'b']).watermark(1, 2);
    expect(kinds(log().watermark(1, 1))).toEqual(['watermark regression']);
    expect(kinds(log().watermark(2, 1, 2))).toEqual(['watermark regression']);
  });

  it('counts what a leader tells that has been replaced', () => {
    const log = new Log()
      .send(0, ['a', 'b'], [0, 1])
      .poll(1, [0, 'a'], [1, 'b'])
      .watermark(1, 2, 2)
      .watermark(2, 1, 1);
    expect(streamLog(log.history)).toMatchObject({
      valid: true,
      facts: { 'ends told by former leaders': 1 },
    });
  });

  it('lets an end be older that was asked for before the newer one was told', () => {
    const log = new Log().send(0, ['a'], [0]).poll(2, [0, 'a']);
    log.add(1, 'invoke', 'watermark', { partition: 0 });
    log.watermark(2, 1);
    log.add(1, 'ok', 'watermark', { offset: 0, epoch: 1 });
    expect(kinds(log)).toEqual([]);
  });
});

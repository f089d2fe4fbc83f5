import { describe, expect, it } from 'vitest';
import { queueJobs } from '../../checkers/queue-jobs.ts';
import type { Outcome } from '../../history/operation.ts';
import { HistoryKit, kindsOf } from './history-kit.ts';

const check = queueJobs({ attemptsMax: 2, ordered: true });
const VISIBILITY_MS = 10_000;

class Jobs extends HistoryKit {
  enqueue(job: string, options: { priority?: number; key?: string; type?: Outcome } = {}): this {
    const { priority = 0, key, type = 'ok' } = options;
    const asked = { job, priority, poison: false, ...(key === undefined ? {} : { key }) };
    return this.call(0, 'enqueue', asked, { id: `id-${job}` }, type);
  }

  receive(process: number, ...jobs: readonly (readonly [job: string, attempt: number])[]): this {
    const asked = { max: 10, visibilityMs: VISIBILITY_MS };
    const all = jobs.map(([job, attempt]) => ({ id: `id-${job}`, job, attempt, lease: attempt }));
    return this.call(process, 'receive', asked, { jobs: all });
  }

  settle(process: number, f: 'ack' | 'nack', job: string, lease: number, outcome?: string): this {
    const told = outcome === undefined ? {} : { outcome };
    return this.call(
      process,
      f,
      {},
      { id: `id-${job}`, lease, ...told },
      outcome === undefined ? 'info' : 'ok',
    );
  }

  end(...dead: string[]): this {
    this.call(9, 'dead-letters', {}, { jobs: dead.map((job) => ({ id: `id-${job}`, job, attempts: 2 })) });
    return this.call(9, 'queue-counts', {}, { left: 0 });
  }

  counted(left: number): this {
    return this.call(9, 'queue-counts', {}, { left });
  }

  later(ms: number): this {
    this.add(8, 'info', 'pause', {}, (this.history.at(-1)?.timeMs ?? 0) + ms);
    return this;
  }

  override add(process: number, type: Outcome, f: string, value: unknown, atMs?: number) {
    return super.add(process, type, f, value, atMs ?? (this.history.at(-1)?.timeMs ?? 0) + 10);
  }
}

const kinds = (jobs: Jobs): readonly string[] => kindsOf(check(jobs.history));

describe('jobs of a queue', () => {
  it('accepts jobs that are done, retried and dead', () => {
    const jobs = new Jobs().enqueue('a').enqueue('b', { priority: 5 }).enqueue('c', { type: 'info' });
    jobs
      .receive(1, ['b', 1])
      .receive(2, ['a', 1])
      .settle(1, 'ack', 'b', 1, 'done')
      .settle(2, 'nack', 'a', 1, 'retried');
    jobs.receive(2, ['a', 2]).settle(2, 'nack', 'a', 2, 'dead');
    expect(check(jobs.end('a').history)).toMatchObject({ valid: true, anomalies: [] });
  });

  it('finds a job that is gone, and not one whose end is not known', () => {
    expect(
      kinds(new Jobs().enqueue('a').enqueue('b').receive(1, ['b', 1]).settle(1, 'ack', 'b', 1, 'done').end()),
    ).toEqual(['lost']);
    expect(kinds(new Jobs().enqueue('a').receive(1, ['a', 1]).settle(1, 'ack', 'a', 1).end())).toEqual([]);
  });

  it('does not ask where jobs are as long as some are left', () => {
    const jobs = new Jobs().enqueue('a').enqueue('b').receive(1, ['b', 1]).end();
    expect(kinds(jobs.call(9, 'queue-counts', {}, { left: 2 }))).toEqual([]);
  });

  it('finds a second delivery inside a live lease', () => {
    expect(kinds(new Jobs().enqueue('a').receive(1, ['a', 1]).receive(2, ['a', 2]))).toEqual([
      'delivered under a lease',
    ]);
    const late = new Jobs().enqueue('a').receive(1, ['a', 1]).later(VISIBILITY_MS).receive(2, ['a', 2]);
    expect(kinds(late)).toEqual([]);
    const given = new Jobs().enqueue('a').receive(1, ['a', 1]).settle(1, 'nack', 'a', 1).receive(2, ['a', 2]);
    expect(kinds(given)).toEqual([]);
  });

  it('counts an extended lease from its extension', () => {
    const jobs = new Jobs()
      .enqueue('a')
      .receive(1, ['a', 1])
      .later(VISIBILITY_MS / 2);
    jobs.call(1, 'extend', {}, { id: 'id-a', lease: 1, visibilityMs: VISIBILITY_MS, outcome: 'extended' });
    expect(kinds(jobs.later(VISIBILITY_MS / 2).receive(2, ['a', 2]))).toEqual(['delivered under a lease']);
  });

  it('finds what is delivered after it was done', () => {
    const jobs = new Jobs()
      .enqueue('a')
      .receive(1, ['a', 1])
      .settle(1, 'ack', 'a', 1, 'done')
      .receive(2, ['a', 2]);
    expect(kinds(jobs)).toEqual(['delivered after its end']);
  });

  it('finds a lease that is accepted after the next one began', () => {
    const jobs = new Jobs().enqueue('a').receive(1, ['a', 1]).later(VISIBILITY_MS).receive(2, ['a', 2]);
    expect(kinds(jobs.settle(1, 'ack', 'a', 1, 'done').settle(2, 'ack', 'a', 2, 'done'))).toEqual([
      'done twice',
      'stale settlement',
    ]);
  });

  it('finds attempts that are not counted, and too many', () => {
    const jobs = new Jobs().enqueue('a');
    const asked = { max: 1, visibilityMs: VISIBILITY_MS };
    jobs
      .call(1, 'receive', asked, { jobs: [{ id: 'id-a', job: 'a', attempt: 1, lease: 1 }] })
      .later(VISIBILITY_MS);
    jobs.call(1, 'receive', asked, { jobs: [{ id: 'id-a', job: 'a', attempt: 1, lease: 2 }] });
    expect(kinds(jobs)).toEqual(['attempt not counted']);
    expect(kinds(new Jobs().enqueue('a').receive(1, ['a', 3]))).toEqual(['too many attempts']);
  });

  it('finds dead letters that are doubled, missing, done or not due', () => {
    const dead = (): Jobs => new Jobs().enqueue('a').receive(1, ['a', 2]).settle(1, 'nack', 'a', 2, 'dead');
    expect(kinds(dead().end('a', 'a'))).toEqual(['dead twice']);
    expect(kinds(dead().end())).toEqual(['not dead']);
    const done = new Jobs().enqueue('a').receive(1, ['a', 2]).settle(1, 'ack', 'a', 2, 'done');
    expect(kinds(done.end('a'))).toEqual(['dead and done']);
    const early = new Jobs().enqueue('a').receive(1, ['a', 1]).settle(1, 'nack', 'a', 1);
    early.call(9, 'dead-letters', {}, { jobs: [{ id: 'id-a', job: 'a', attempts: 1 }] });
    expect(kinds(early.call(9, 'queue-counts', {}, { left: 0 }))).toEqual(['dead for no reason']);
  });

  it('finds a lower priority, or a younger job, before what stood ready', () => {
    const both = (): Jobs => new Jobs().enqueue('a').enqueue('b', { priority: 5 });
    expect(kinds(both().receive(1, ['a', 1]).receive(1, ['b', 1]))).toEqual(['out of order']);
    expect(kinds(both().receive(1, ['b', 1]).receive(1, ['a', 1]))).toEqual([]);
    const equal = (): Jobs => new Jobs().enqueue('a').enqueue('b');
    expect(kinds(equal().receive(1, ['b', 1]).receive(1, ['a', 1]))).toEqual(['out of order']);
    // An attempt that nobody was told of may have held it.
    expect(kinds(equal().receive(1, ['b', 1]).receive(1, ['a', 2]))).toEqual([]);
  });

  it('finds the second job of a key before the first has ended', () => {
    const both = (): Jobs =>
      new Jobs().enqueue('a', { key: 'k' }).enqueue('b', { key: 'k' }).receive(1, ['a', 1]);
    expect(kinds(both().receive(2, ['b', 1]))).toEqual(['out of key order']);
    expect(kinds(both().settle(1, 'nack', 'a', 1, 'retried').receive(2, ['b', 1]))).toEqual([
      'out of key order',
    ]);
    expect(kinds(both().settle(1, 'ack', 'a', 1, 'done').receive(2, ['b', 1]))).toEqual([]);
    expect(kinds(both().settle(1, 'ack', 'a', 1).receive(2, ['b', 1]))).toEqual([]);
  });

  it('lets the next job of a key come when the last lease of the first may have run out, and not before', () => {
    const last = (): Jobs =>
      new Jobs().enqueue('a', { key: 'k' }).enqueue('b', { key: 'k' }).receive(1, ['a', 2]);
    expect(kinds(last().later(VISIBILITY_MS).receive(2, ['b', 1]))).toEqual([]);
    expect(
      kinds(
        last()
          .later(VISIBILITY_MS / 2)
          .receive(2, ['b', 1]),
      ),
    ).toEqual(['out of key order']);
    const first = (): Jobs =>
      new Jobs().enqueue('a', { key: 'k' }).enqueue('b', { key: 'k' }).receive(1, ['a', 1]);
    expect(kinds(first().later(VISIBILITY_MS).receive(2, ['b', 1]))).toEqual(['out of key order']);
    // A reception that nobody heard of may have been the second attempt.
    const asked = { max: 1, visibilityMs: VISIBILITY_MS };
    const unheard = (): Jobs => first().later(VISIBILITY_MS).call(3, 'receive', asked, undefined, 'info');
    expect(kinds(unheard().later(VISIBILITY_MS).receive(2, ['b', 1]))).toEqual([]);
    expect(kinds(unheard().receive(2, ['b', 1]))).toEqual(['out of key order']);
  });

  it('finds jobs that are left and that nobody is given', () => {
    const asking = (): Jobs => new Jobs().enqueue('a').receive(1).later(20_000).receive(1).later(20_000);
    expect(kinds(asking().counted(1))).toEqual(['stuck']);
    expect(kinds(asking().counted(0))).toEqual([]);
    expect(kinds(asking().receive(1, ['a', 1]).counted(1))).toEqual([]);
    const asked = { max: 1, visibilityMs: VISIBILITY_MS };
    expect(kinds(asking().call(3, 'receive', asked, undefined, 'info').counted(1))).toEqual([]);
  });

  it('finds jobs under two ids, and jobs that nobody enqueued', () => {
    const jobs = new Jobs().enqueue('a');
    jobs.call(
      1,
      'receive',
      { max: 1, visibilityMs: 1 },
      { jobs: [{ id: 'other', job: 'a', attempt: 1, lease: 1 }] },
    );
    expect(kinds(jobs)).toEqual(['enqueued twice']);
    expect(kinds(new Jobs().receive(1, ['a', 1]))).toEqual(['made up']);
    expect(kinds(new Jobs().enqueue('a', { type: 'fail' }).receive(1, ['a', 1]))).toEqual(['made up']);
  });
});

import { groupId } from '@flowmesh/base';
import { describe, expect, it } from 'vitest';
import {
  PRODUCER_EPOCH_MAX,
  TRANSACTIONAL_ID_RETENTION_MS,
} from '../../src/coordinator/coordinator-limits.ts';
import { Bench, entries } from './bench.ts';

const PARTITIONS = [
  { kind: 'stream', group: groupId(4) },
  { kind: 'offsets', group: groupId(9) },
] as const;

class Transactional extends Bench {
  producerId = 0;
  producerEpoch = 0;

  init(freshProducerId = 77): string {
    const reply = this.run({ kind: 'init-transactions', id: 't', timeoutMs: 60_000, freshProducerId });
    if (reply instanceof Error) return reply.code;
    if (reply.kind !== 'producer') throw new Error(reply.kind);
    this.producerId = reply.producerId;
    this.producerEpoch = reply.producerEpoch;
    return 'producer';
  }

  get claim() {
    return { id: 't', producerId: this.producerId, producerEpoch: this.producerEpoch };
  }

  add(claim = this.claim): string {
    return this.code({ kind: 'add-participants', ...claim, participants: PARTITIONS });
  }

  end(commit: boolean, claim = this.claim): string {
    return this.code({ kind: 'end-transaction', ...claim, commit });
  }

  complete(claim = this.claim): string {
    return this.code({ kind: 'complete-transaction', ...claim, freshProducerId: 500 });
  }

  get transaction() {
    return this.machine.transactions.get('t');
  }

  stage(claim: { producerId: number; producerEpoch: number }, offset: number): string {
    return this.code({ kind: 'stage-offsets', group: 'g', ...claim, offsets: entries({ 'in:0': offset }) });
  }

  mark(claim: { producerId: number; producerEpoch: number }, commit: boolean): string {
    return this.code({ kind: 'mark-offsets', ...claim, commit });
  }
}

describe('a transaction', () => {
  it('has a decision that stays, over restarts, until every participant has confirmed', async () => {
    const bench = new Transactional();
    bench.init();
    expect(bench.add()).toBe('changed');
    expect(bench.end(true)).toBe('ending');
    await bench.restart();
    expect(bench.transaction).toMatchObject({
      state: 'prepare-commit',
      participants: [PARTITIONS[1], PARTITIONS[0]],
    });
    expect(bench.end(false)).toBe('PRECONDITION_FAILED');
    expect(bench.end(true)).toBe('ending');
    expect(bench.complete()).toBe('producer');
    expect(bench.transaction).toMatchObject({ state: 'empty', producerEpoch: 1, participants: [] });
  });

  it('has an epoch of its own, so that what comes late never touches the next one', () => {
    const bench = new Transactional();
    bench.init();
    const old = bench.claim;
    bench.add();
    bench.end(true);
    bench.complete();
    const next = { ...old, producerEpoch: 1 };
    expect(bench.add(next)).toBe('changed');
    expect(bench.complete(old)).toBe('changed');
    expect(bench.end(true, old)).toBe('ending');
    expect(bench.end(false, old)).toBe('PRECONDITION_FAILED');
    expect(bench.add(old)).toBe('PRODUCER_FENCED');
    expect(bench.transaction).toMatchObject({ state: 'ongoing', producerEpoch: 1 });
  });

  it('is aborted and fenced when another process takes the id, which waits until that is done', () => {
    const bench = new Transactional();
    bench.init();
    const old = bench.claim;
    bench.add();
    expect(bench.init()).toBe('UNAVAILABLE');
    expect(bench.transaction?.state).toBe('prepare-abort');
    expect(bench.end(true, old)).toBe('PRODUCER_FENCED');
    expect(bench.add(old)).toBe('PRODUCER_FENCED');
    bench.complete(old);
    expect(bench.init()).toBe('producer');
    expect(bench.claim.producerEpoch).toBe(2);
    expect(bench.add(old)).toBe('PRODUCER_FENCED');
    expect(bench.end(true, old)).toBe('PRODUCER_FENCED');
  });

  it('is aborted when its time is up, by the replicated clock, and its client is told so', () => {
    const bench = new Transactional();
    bench.init();
    bench.add();
    bench.nowMs += 59_999;
    bench.expect('expired', { kind: 'expire', max: 10 });
    expect(bench.transaction?.state).toBe('ongoing');
    bench.nowMs += 1;
    expect(bench.machine.dueAtMs()).toBe(bench.nowMs);
    bench.expect('expired', { kind: 'expire', max: 10 });
    expect(bench.transaction?.state).toBe('prepare-abort');
    expect(bench.end(true)).toBe('TRANSACTION_ABORTED');
    bench.complete();
    expect(bench.end(true)).toBe('TRANSACTION_ABORTED');
    expect(bench.end(false)).toBe('ending');
    expect(bench.add()).toBe('TRANSACTION_ABORTED');
  });

  it('gets another producer id when the epochs of one are used up', () => {
    const bench = new Transactional();
    bench.init();
    while (bench.claim.producerEpoch < PRODUCER_EPOCH_MAX) bench.init();
    bench.add();
    bench.end(true);
    bench.complete();
    expect(bench.transaction).toMatchObject({ producerId: 500, producerEpoch: 0 });
  });

  it('id that nobody uses is forgotten', () => {
    const bench = new Transactional();
    bench.init();
    bench.nowMs += TRANSACTIONAL_ID_RETENTION_MS;
    bench.expect('expired', { kind: 'expire', max: 10 });
    expect(bench.add()).toBe('NOT_FOUND');
  });
});

describe('offsets of a transaction', () => {
  it('are committed by its marker, all or none', () => {
    const bench = new Transactional();
    const claim = { producerId: 1, producerEpoch: 0 };
    expect(bench.stage(claim, 5)).toBe('changed');
    expect(bench.offsets()).toEqual({});
    bench.mark(claim, true);
    expect(bench.offsets()).toEqual({ 'in:0': 5 });
    bench.stage({ ...claim, producerEpoch: 1 }, 9);
    bench.mark({ ...claim, producerEpoch: 1 }, false);
    expect(bench.offsets()).toEqual({ 'in:0': 5 });
    expect(bench.machine.groups.get('g')?.pending.size).toBe(0);
  });

  it('that come after their marker are refused, and a delayed commit does not hit a later transaction', async () => {
    const bench = new Transactional();
    const [first, second] = [0, 1].map((producerEpoch) => ({ producerId: 1, producerEpoch })) as [
      { producerId: number; producerEpoch: number },
      { producerId: number; producerEpoch: number },
    ];
    bench.mark(first, false);
    await bench.restart();
    expect(bench.stage(first, 3)).toBe('PRODUCER_FENCED');
    bench.stage(second, 8);
    bench.mark(first, true);
    expect(bench.offsets()).toEqual({});
    bench.mark(second, true);
    bench.mark(second, false);
    expect(bench.offsets()).toEqual({ 'in:0': 8 });
  });

  it('are given up with the transaction of a member that no longer reads the partition', () => {
    const bench = new Transactional();
    bench.join('a', { streams: ['in'] });
    bench.assign({ in: 1 });
    const epoch = bench.epoch('a');
    const staged = {
      kind: 'stage-offsets',
      group: 'g',
      producerId: 1,
      producerEpoch: 0,
      offsets: entries({ 'in:0': 1 }),
    } as const;
    expect(bench.code({ ...staged, by: { member: 'a', epoch } })).toBe('changed');
    bench.run({ kind: 'expire-members', group: 'g', members: ['a'] });
    expect(bench.code({ ...staged, by: { member: 'a', epoch } })).toBe('MEMBER_UNKNOWN');
    bench.join('b', { streams: ['in'] });
    bench.join('c', { streams: ['in'] });
    bench.assign({ in: 1 });
    const loser = bench.assigned('b').length === 0 ? 'b' : 'c';
    expect(bench.code({ ...staged, by: { member: loser, epoch: bench.epoch(loser) } })).toBe('STALE_MEMBER');
  });
});
